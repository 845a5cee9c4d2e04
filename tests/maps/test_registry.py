"""The normalisers that ship are what a reader would write in a derivation."""

from __future__ import annotations

import pytest

from bnproof.cli import main
from bnproof.derivation.checking import Checker
from bnproof.derivation.library import shipped
from bnproof.kernel import Budget, Calculus
from bnproof.language import Source
from bnproof.maps.declaring import Declarations
from bnproof.maps.definitions import Normaliser
from bnproof.maps.registry import NORMALISERS, named, read_document
from bnproof.terms import Definition, Input, Parameter, index_sorts

each_normaliser = pytest.mark.parametrize("normaliser", NORMALISERS, ids=lambda n: str(n.name))


def declared_by(text: str) -> Declarations:
    """What a derivation declares."""
    document = read_document(Source("test", text))
    assert not document.errors, document.errors[0]
    context = Declarations(document.source, document.spans)
    for item, span in document.items:
        context.enter(item, span)
    return context


def test_each_name_is_that_of_one_normaliser() -> None:
    for kind in (
        [n.name for n in NORMALISERS],
        [n.short for n in NORMALISERS],
        [n.title for n in NORMALISERS],
    ):
        assert len(set(kind)) == len(NORMALISERS)
    for normaliser in NORMALISERS:
        assert named(normaliser.name) is named(normaliser.short) is normaliser
    assert named("nonsense") is None


def test_the_rows_of_the_table_come_first_and_in_order() -> None:
    assert [n.short for n in NORMALISERS if n.in_table] == [
        *("batch", "images", "unbiased", "ghost", "layer", "rms", "instance", "group"),
        *("center", "scale", "evaluation", "frozen"),
    ]
    assert [n.short for n in NORMALISERS if not n.in_table] == ["standardize", "affine"]


@each_normaliser
def test_the_kernel_can_decide_with_it(normaliser: Normaliser) -> None:
    Calculus(normaliser.theory, normaliser.hypotheses, Budget(100_000))


@each_normaliser
def test_it_has_one_input_and_an_output_of_its_shape(normaliser: Normaliser) -> None:
    [given] = normaliser.theory.inputs()
    output = normaliser.theory.find(normaliser.output)
    assert given == Input("x", index_sorts(given))
    assert isinstance(output, Definition)
    assert index_sorts(output) == given.sorts


@each_normaliser
def test_eps_is_not_negative(normaliser: Normaliser) -> None:
    eps = normaliser.theory.find("eps")
    assert eps in (None, Parameter("eps", (), nonnegative=True))


@each_normaliser
def test_using_it_declares_what_its_text_declares(normaliser: Normaliser) -> None:
    used = declared_by(f"use {normaliser.name}(x)")
    written = declared_by(normaliser.text)
    assert used.theory == written.theory == normaliser.theory
    assert tuple(used.attributes) == tuple(written.attributes) == normaliser.hypotheses


@each_normaliser
def test_it_may_stand_beside_others_under_a_name(normaliser: Normaliser) -> None:
    used = declared_by(f"use batchnorm(w) as first\nuse {normaliser.name}(x) as other")
    theory = normaliser.named("x", "other").theory
    assert {d.name for d in theory.declarations} <= {d.name for d in used.theory.declarations}
    for hypothesis in normaliser.named("x", "other").hypotheses:
        assert hypothesis in used.attributes
    Calculus(used.theory, used.hypotheses, Budget(100_000))


@each_normaliser
def test_its_page_ships(normaliser: Normaliser) -> None:
    assert normaliser.page in {location.name for location in shipped()}


@each_normaliser
def test_a_reader_can_look_at_it(
    normaliser: Normaliser, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in (normaliser.name, normaliser.short):
        assert main(["show", name]) == 0
        shown = capsys.readouterr().out
        assert normaliser.text in shown
        assert normaliser.title in shown
        assert normaliser.reference in shown
        assert declared_by(shown).theory == normaliser.theory


@pytest.mark.parametrize(
    ("normaliser", "claim"),
    [
        ("batchnorm2d", "sum[i,p] y[i,d,p] = 0"),
        ("ghostnorm", "sum[j] y[a,j,d] = 0"),
        ("instancenorm", "sum[q] y[i,d,q] = 0"),
        ("groupnorm", "sum[e,p] y[i,b,e,p] = 0"),
        ("rmsnorm", "sum[d] y[i,d]^2 = D*(1 - kappa[i])"),
        ("unbiased", "sum[i] y[i,d]^2 = (n-1)*(1 - kappa[d])"),
        ("evaluation", "diff[x[j,e]] y[i,d] = delta[i,j]*delta[d,e]/s[d]"),
        ("frozen", "s[d]*y[i,d] = x[i,d] - m[d]"),
    ],
)
def test_claims_in_files_use_its_letters(normaliser: str, claim: str) -> None:
    text = f"use {normaliser}(x)\nlemma a\n  {claim}\nproof auto qed"
    report = Checker(lambda _: None).check_source(Source("test", text))
    assert report.proved, [str(problem.error) for problem in report.problems]


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        (
            "input x[sample,feature]\nuse batchnorm2d(x)",
            "wrong-indices",
            "batchnorm2d takes an input[sample, feature, pixel], and x is none",
        ),
        ("use batchnom(x)", "unknown-name", "did you mean batchnorm?"),
        ("use layer(x)", "unknown-name", "did you mean layernorm?"),
        ("use nonsense(x)", "unknown-name", "known are batchnorm, batchnorm2d, "),
        ("param mu[feature]\nuse batchnorm(x)", "name-clash", "write use batchnorm(x) as NAME"),
        (
            "param h[sample]\nlet w = sum[p] h[p]\nuse batchnorm2d(x)",
            "name-clash",
            "has the index letters p q : pixel(P), and p is a sample index here; "
            "write 'index u v : pixel(P)' in front of it",
        ),
        (
            "index a : channel(C)\nuse groupnorm(x)",
            "name-clash",
            "a b : group(K), and a is a channel index here",
        ),
        ("use ghostnorm(x) as one\nuse groupnorm(w) as two", "name-clash", "a is a ghost index"),
        ("index p : pixel(Q)\nuse batchnorm2d(x)", "name-clash", "the sort pixel has two sizes"),
        ("index u : frame(P)\nuse batchnorm2d(x)", "name-clash", "share a name or a size"),
    ],
)
def test_what_does_not_fit_is_refused(text: str, code: str, message: str) -> None:
    report = Checker(lambda _: None).check_source(Source("test", text))
    error = report.problems[0].error
    assert error.code == code
    assert message in str(error)


@pytest.mark.parametrize(
    "text",
    [
        "param h[sample]\nlet w = sum[p] h[p]\nindex u v : pixel(P)\nuse batchnorm2d(x)\n"
        "lemma a sum[i,u] y[i,d,u] = 0 proof auto qed",
        "index p : pixel(P)\nuse batchnorm2d(x)\nlemma a sum[i,p] y[i,d,p] = 0 proof auto qed",
        "use batchnorm2d(x) as one\nuse instancenorm(w) as two\n"
        "lemma a sum[p] two.y[i,d,p] = 0 proof auto qed",
        "use ghostnorm(x) as one\nindex u v : group(K)\nuse groupnorm(w) as two\n"
        "lemma a sum[d,p] two.y[i,u,d,p] = sum[i] one.y[a,i,d] proof auto qed",
    ],
)
def test_other_letters_may_be_declared_in_front(text: str) -> None:
    report = Checker(lambda _: None).check_source(Source("test", text))
    assert report.proved, [str(problem.error) for problem in report.problems]

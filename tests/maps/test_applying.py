"""What a normaliser applied to a name or a term declares."""

from __future__ import annotations

import pytest

from bnproof.derivation.checking import Checker
from bnproof.language import Source, SourceError, parse_term
from bnproof.maps.applying import array_of
from bnproof.maps.normalisers import NORMALISERS, Normaliser, find
from bnproof.maps.vocabulary import Vocabulary, declaring, vocabulary_of
from bnproof.terms import Definition, Entry, Index, Input, Parameter, Sign, TermError, index_sorts

X = Input("x", ("sample", "feature"))
AT_I, AT_J = Index("i", "sample"), Index("j", "sample")
AT_D, AT_E = Index("d", "feature"), Index("e", "feature")
each_normaliser = pytest.mark.parametrize("normaliser", NORMALISERS, ids=lambda n: n.name)


def declared(norm: str, *texts: str) -> Vocabulary:
    return vocabulary_of(find(norm), declaring(texts))


def refusal(norm: str, *texts: str) -> SourceError:
    with pytest.raises(SourceError) as caught:
        declared(norm, *texts)
    return caught.value


@pytest.mark.parametrize(
    ("term", "formals"),
    [
        ("x[i,d]", (AT_I, AT_D)),
        ("x[j,e]", (AT_J, AT_E)),
        ("g[e]*x[j,e]", (AT_J, AT_E)),
        ("w[d,i]", (AT_I, AT_D)),
        ("mu[d]", (AT_I, AT_D)),
        ("sum[i] x[i,d]", (AT_J, AT_D)),
        ("sum[i,d] x[i,d]", (AT_J, AT_E)),
        ("1", (AT_I, AT_D)),
        ("diff[x[j,e]] 2", (AT_J, AT_E)),
    ],
)
def test_free_indices_are_matched_by_their_sorts(term: str, formals: tuple[Index, ...]) -> None:
    found = array_of(parse_term(term), "a.x", X, "batchnorm", ())
    assert found == Definition("a.x", formals, parse_term(term))


def test_a_letter_that_names_an_array_is_no_index() -> None:
    assert array_of(parse_term("mu[d]"), "a.x", X, "batchnorm", ("i", "j")).formals[0].name == "k"


@pytest.mark.parametrize(
    ("term", "culprit", "message"),
    [
        ("x[i,d] + 2*x[k,d]", "x[k,d]", "i and k are both sample indices, and the input of"),
        ("x[i,d]*delta[d,e]", "delta[d,e]", "d and e are both feature indices"),
        ("sum[d] v[i,d,p]", "v[i,d,p]", "p is a pixel index, and the input of batchnorm is "),
        ("diff[x[j,e]] y[i,d]", "y[i,d]", "j and i are both sample indices"),
    ],
)
def test_an_index_too_many_is_refused(term: str, culprit: str, message: str) -> None:
    letters = {"p": "pixel"} if "p" in term else {}
    with pytest.raises(TermError) as caught:
        array_of(parse_term(term, letters), "a.x", X, "batchnorm", ())
    error = caught.value
    assert error.code == "wrong-indices"
    assert error.culprit == parse_term(culprit, letters)
    assert error.message.startswith(message)
    assert error.message.endswith("by a sum or a mean")


@each_normaliser
def test_each_applies_to_an_array_of_its_sorts_and_to_a_term(normaliser: Normaliser) -> None:
    [given] = normaliser.theory.inputs()
    entry = Entry("w", tuple(Index(letter, sort) for letter, sort in _letters(given)))
    call = f"{normaliser.name}(2*w[{','.join(index.name for index in entry.indices)}])"
    words = vocabulary_of(
        normaliser,
        declaring(
            [
                f"let w[{','.join(index.name for index in entry.indices)}] = "
                f"{given.name}[{','.join(index.name for index in entry.indices)}]",
                f"use {normaliser.name}(w) as first",
                f"use {call} as second",
            ]
        ),
    )
    theory = words.theory
    assert theory.inputs() == (given,)
    names = {declared.name for declared in normaliser.theory.declarations} - {given.name}
    known = {declared.name for declared in theory.declarations}
    assert known == names | {
        given.name,
        "w",
        "second.x",
        *(f"first.{name}" for name in names),
        *(f"second.{name}" for name in names),
    }
    applied = theory.find("second.x")
    assert isinstance(applied, Definition)
    assert index_sorts(applied) == given.sorts
    for hypothesis in normaliser.hypotheses:
        assert isinstance(hypothesis, Sign)
        for alias in ("first", "second"):
            name = f"{alias}.{hypothesis.entry.name}"
            assert Sign(Entry(name, hypothesis.entry.indices), hypothesis.sign) in words.hypotheses


def _letters(given: Input) -> list[tuple[str, str]]:
    usual = {"sample": "k", "feature": "e", "pixel": "q", "group": "b", "ghost": "b"}
    return [(usual[sort], sort) for sort in given.sorts]


def test_no_normaliser_has_another_array_of_the_name_of_its_input() -> None:
    for normaliser in NORMALISERS:
        names = [declared.name for declared in normaliser.theory.declarations]
        assert names.count("x") == 1
        assert not any("." in name for name in names)


def test_an_eps_is_shared_or_its_own() -> None:
    shared = declared("batch", "use batchnorm(2*x[i,d], eps) as a", "use rmsnorm(y, eps) as b")
    assert [d.name for d in shared.theory.declarations if d.name.endswith("eps")] == ["eps"]
    apart = declared("batch", "use batchnorm(2*x[i,d]) as a", "use rmsnorm(y, a.eps) as b").theory
    assert apart.find("a.eps") == Parameter("a.eps", (), nonnegative=True)
    assert apart.find("b.eps") is None
    assert "a.eps" in str(apart.find("b.s"))


@pytest.mark.parametrize(
    ("norm", "text", "place", "message"),
    [
        (
            "batch",
            "use batchnorm(y)",
            "1:1",
            "mu is declared otherwise before; rename one of them, ",
        ),
        ("batch", "use batchnorm(y)", "1:1", "write use batchnorm(y) as NAME"),
        ("batch", "use rmsnorm(y, eps)", "1:1", "write use rmsnorm(y, eps) as NAME"),
        ("batch", "use batchnorm(2*x[i,d])", "1:1", "x is declared otherwise before"),
        ("batch", "use batchnorm(2*x[i,d])", "1:1", "write use batchnorm(2*x[i,d]) as NAME"),
        (
            "batch",
            "use center(y) as a use scale(x) as a",
            "1:20",
            "a.y is declared otherwise before; rename one of them, or choose another name than a",
        ),
        (
            "batch",
            "param a.x[feature] use center(y[i,d]) as a",
            "1:20",
            "a.x is declared otherwise",
        ),
        (
            "batch",
            "use batchnorm(gamma) as a",
            "1:15",
            "takes an input[sample, feature], and gamma",
        ),
        (
            "batch",
            "use batchnorm(n) as a",
            "1:15",
            "takes an input[sample, feature], and n is none",
        ),
        ("batch", "function phi use batchnorm(phi) as a", "1:28", "and phi is none"),
        ("batch", "use batchnorm2d(x) as a", "1:17", "as in batchnorm2d(x[i,d,p])"),
        (
            "batch",
            "use batchnorm(b.y) as a",
            "1:15",
            "b.y is not declared; it is by 'use batchnorm(x)",
        ),
        (
            "batch",
            "use batchnorm(y, ep) as a",
            "1:18",
            "ep is not an eps >= 0 .*; did you mean eps?",
        ),
        ("batch", "use batchnorm(y, gamma) as a", "1:18", "gamma is not an eps .*; known are eps"),
        ("center", "use batchnorm(y, eps) as a", "1:18", "write param eps in front of it"),
        ("batch", "use affine(y, eps) as a", "1:15", "affine has no eps, so that it shares none"),
        (
            "batch",
            "use batchnorm(x[i] + c[d]) as a",
            "1:15",
            "x takes [sample, feature], but is given",
        ),
        ("batch", "use batchnorm(c[i]*c[d]*x[i,d]) as a", "1:20", "c takes [sample], but is given"),
        (
            "batch",
            "use batchnorm(shift[d] + x[i,d]) as a",
            "1:15",
            "shift is not known (a parameter is",
        ),
    ],
)
def test_what_does_not_fit_is_refused_where_it_stands(
    norm: str, text: str, place: str, message: str
) -> None:
    error = refusal(norm, text)
    assert f"{error.line}:{error.column}" == place, error
    assert all(part in error.message for part in message.split(" .*")), error.message


def test_the_same_use_twice_declares_nothing_new() -> None:
    once = declared("batch", "use batchnorm(x[i,d] + c[d], eps) as a")
    twice = declared("batch", *["use batchnorm(x[i,d] + c[d], eps) as a"] * 2)
    assert once.theory == twice.theory


def test_a_parameter_that_plays_the_input_varies() -> None:
    text = (
        "param w[sample,feature]\nuse center(w)\n"
        "lemma a diff[w[j,e]] y[i,d] = delta[d,e]*(delta[i,j] - 1/n) proof auto qed"
    )
    assert Checker(lambda _: None).check_source(Source("test", text)).proved

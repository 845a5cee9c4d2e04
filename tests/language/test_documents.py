"""Derivations as text: statements, proofs, hints, and all errors of a file at once."""

from __future__ import annotations

import pytest

from bnproof.language.documents import parse_document
from bnproof.language.items import (
    AUTO,
    Assertion,
    Assume,
    Declare,
    DeclareSort,
    Document,
    Import,
    Inexpressible,
    Item,
    Metadata,
    Proof,
    Use,
)
from bnproof.language.markdown import literate
from bnproof.language.source import Source
from bnproof.terms import (
    AtLeast,
    Definition,
    Delta,
    Entry,
    Index,
    Parameter,
    Sign,
    Sort,
    Unequal,
    number,
)


def read(text: str) -> Document:
    return parse_document(Source("test", text))


def item(text: str) -> Item:
    document = read(text)
    assert [str(error) for error in document.errors] == []
    [(found, _)] = document.items
    return found


def first_error(text: str) -> str:
    error = read(text).errors[0]
    return f"{error.line}:{error.column} {error.code}: {error.message}"


def test_declarations() -> None:
    assert item('title "A page"') == Metadata("title", "A page")
    assert item('import "folder/file.md"') == Import("folder/file.md")
    assert item("use batchnorm(x)") == Use("batchnorm", Entry("x"), None)
    assert item("use layernorm(w) as ln") == Use("layernorm", Entry("w"), "ln")
    assert item("assume n >= 3, D > 1") == Assume((AtLeast("n", 3), AtLeast("D", 2)))
    assert item("index u v : pixel(P)") == DeclareSort(Sort("pixel", "P"))
    declared = item("param H[feature,feature] symmetric")
    assert isinstance(declared, Declare)
    assert declared.declaration == Parameter("H", ("feature", "feature"), symmetric=True)


@pytest.mark.parametrize("attribute", ["positive", "nonzero"])
def test_a_sign_of_a_parameter_is_a_hypothesis(attribute: str) -> None:
    declared = item(f"param t[feature] {attribute}")
    assert isinstance(declared, Declare)
    [hypothesis] = declared.hypotheses
    assert getattr(hypothesis, "sign", None) == attribute


def test_a_statement_with_everything() -> None:
    found = item(
        'theorem t of "Theorem 9" "In words." assume eps = 0 assume j != k\n'
        "  diff[x[j,d]] y[k,d] = 0 proof\n"
        "  diff[x[j,d]] y[k,d] = 1 by linearity, definition of ln.y, <- fact\n"
        "  = 0 by ? qed"
    )
    assert isinstance(found, Assertion)
    assert (found.kind, found.name, found.label, found.text) == (
        "theorem",
        "t",
        "Theorem 9",
        "In words.",
    )
    assert len(found.hypotheses) == 2
    assert isinstance(found.proof, Proof)
    [part] = found.proof.parts
    assert part.first is not None
    assert [[str(hint) for hint in step.hints] for step in part.steps] == [
        ["linearity", "definition of ln.y", "<- fact"],
        ["?"],
    ]


def test_the_first_term_and_the_hints_may_be_left_out() -> None:
    found = item("lemma a 1 = 1 proof = 1 qed")
    assert isinstance(found, Assertion)
    assert isinstance(found.proof, Proof)
    [part] = found.proof.parts
    assert part.first is None
    assert part.steps[0].hints == ()


def test_a_proof_may_be_left_to_the_checker_or_out() -> None:
    found = [a for a, _ in read("lemma a 1 = 1 proof auto qed lemma b 1 = 1").items]
    assert [a.proof for a in found if isinstance(a, Assertion)] == [AUTO, None]


def test_hypotheses_that_a_paper_does_not_write_are_hypotheses() -> None:
    assert item("assume unwritten n >= 3") == Assume((AtLeast("n", 3),), unwritten=True)
    found = item(
        "theorem t assume j != k assume unwritten n >= 3, D >= 2 assume n >= 4\n"
        "  y[j,d]*y[k,d] = 1 proof auto qed"
    )
    assert isinstance(found, Assertion)
    assert found.unwritten == (AtLeast("n", 3), AtLeast("D", 2))
    assert found.hypotheses == (
        Unequal(Index("j", "sample"), Index("k", "sample")),
        AtLeast("n", 3),
        AtLeast("D", 2),
        AtLeast("n", 4),
    )


def test_a_refuted_claim_stands_without_a_proof() -> None:
    found = item('refuted a of "Theorem 9" "In words." assume unwritten n >= 3 1 = 2')
    assert isinstance(found, Assertion)
    assert (found.kind, found.name, found.label) == ("refuted", "a", "Theorem 9")
    assert (found.text, found.proof) == ("In words.", None)
    assert found.unwritten == (AtLeast("n", 3),)


def test_what_is_refuted_ends_where_the_next_statement_begins() -> None:
    found = [a for a, _ in read("refuted a 1 = 2\nassume n >= 3\nrefuted b 1 = 2").items]
    assert [type(a).__name__ for a in found] == ["Assertion", "Assume", "Assertion"]
    assert [a.hypotheses for a in found if isinstance(a, Assertion)] == [(), ()]


def test_the_reason_of_what_is_inexpressible_may_go_over_several_lines() -> None:
    assert item('inexpressible "Theorem 9" "a limit"') == Inexpressible("Theorem 9", "a limit")
    found = item('inexpressible "Theorem 9"\n  "a limit, "\n  "and so on"')
    assert found == Inexpressible("Theorem 9", "a limit, and so on")


def test_unicode_reads_as_ascii() -> None:
    left = item("lemma a ∂[x[j,e]] Σ[i] γ[e]·y[i,e] = 0 proof auto qed")
    right = item("lemma a diff[x[j,e]] sum[i] gamma[e]*y[i,e] = 0 proof auto qed")
    assert isinstance(left, Assertion)
    assert isinstance(right, Assertion)
    assert left.claim == right.claim


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "therom a 1 = 1",
            "1:1 syntax: 'therom' does not begin a statement; did you mean theorem?",
        ),
        ("lemma 1 = 1", "1:7 syntax: expected the name of the lemma, found '1'"),
        ("lemma delta 1 = 1", "1:7 syntax: expected the name of the lemma, found 'delta'"),
        ("lemma a 1 = 1 proof qed", "1:21 chain: a proof has one step or more"),
        ("lemma a 1 = 1 proof = 1", "1:24 syntax: expected '=' and the next term, or 'qed'"),
        ("lemma a 1 = 1 proof show qed", "1:26 syntax: expected a part of the claim"),
        ("lemma a 1 = 1 proof show x auto show x auto qed", "1:38 chain: x is shown already"),
        ("lemma a 1 = 1 proof inverse 1 qed", "1:31 syntax: expected an operator or 'coordinates'"),
        ("use batchnorm", "1:14 syntax: expected '(' and the input"),
        ("index u : pixel", "1:16 syntax: expected '(' and the size of the new sort"),
        ("param t[featur]", "1:9 unknown-index: featur is not a sort of indices"),
        ("root s[d]: s[d] = 1", "1:12 syntax: expected the square of s"),
        ('title "open', "1:7 syntax: this string does not end on its line"),
        ("refuted 1 = 2", "1:9 syntax: expected the name of the refuted claim, found '1'"),
        (
            'refuted "words" 1 = 2',
            '1:9 syntax: expected the name of the refuted claim, as in: refuted NAME of "words"',
        ),
        ("refuted linearity 1 = 2", "1:9 name-clash: linearity cannot be the name of a refuted"),
        ("refuted a", "1:10 syntax: expected a claim, found nothing"),
        (
            "refuted a 1 = 2 proof auto qed",
            "1:17 syntax: what is refuted has no proof, but a counterexample; what is true is a "
            "'theorem'",
        ),
        (
            "refuted a 1 = 2 assume n >= 3",
            "1:17 syntax: hypotheses stand between the name and the claim; an 'assume' for what "
            "follows begins a line",
        ),
        (
            "refuted a 1 = 2\n  assume n >= 3",
            "2:3 syntax: hypotheses stand between the name and the claim",
        ),
        ("refuted a 1 = 2 prof", "1:17 syntax: expected an operator or the next statement"),
        (
            "assume unwritten",
            "1:17 syntax: expected the hypothesis that the paper does not write, as in unwritten "
            "eps = 0, found the end",
        ),
        ("lemma a assume unwritten 1 = 1", "1:26 syntax: expected the hypothesis that the paper"),
        ("lemma a assume unwritten lemma", "1:26 syntax: expected a hypothesis, such as eps = 0"),
        (
            "lemma a assume n >= 3, unwritten D >= 2 1 = 1",
            "1:24 syntax: 'unwritten' stands right behind 'assume'",
        ),
        ("unwritten n >= 3", "1:1 syntax: 'unwritten' does not begin a statement"),
        ("inexpressible a", "1:15 syntax: expected what the paper calls it, in quotes, found 'a'"),
        (
            'inexpressible "a"',
            "1:18 syntax: expected the reason why no claim of the language says it, in quotes, "
            "found the end",
        ),
        (
            'inexpressible "a" " "',
            "1:19 syntax: these quotes are empty; expected the reason why",
        ),
        ('inexpressible "" "b"', "1:15 syntax: these quotes are empty; expected what the paper"),
        ('inexpressible "a" "b" 1 = 1', "1:23 syntax: expected an operator or the next statement"),
        ("lemma a 1 = 1 proof = 1 by definition y qed", "1:39 syntax: expected 'of', found 'y'"),
    ],
)
def test_errors_say_what_is_expected(text: str, expected: str) -> None:
    assert first_error(text).startswith(expected)


def test_several_errors_are_found_in_one_run() -> None:
    document = read(
        "use batchnorm(x)\n"
        "lemma a sum[i y[i,d] = 0 proof auto qed\n"
        "lemma b sum[i] y[i,d] = 0 proof auto qed\n"
        "lemma c 2^99 = 0 proof auto qed\n"
        "title 5\n"
        "lemma d 1 = 1 proof auto qed\n"
    )
    assert [(e.line, e.code) for e in document.errors] == [
        (2, "syntax"),
        (4, "limit"),
        (5, "syntax"),
    ]
    assert [a.name for a, _ in document.items if isinstance(a, Assertion)] == ["b", "d"]
    assert [broken.name for broken in document.broken] == ["a", "c"]
    assert document.sound == len(document.source.text)


def test_a_broken_declaration_is_unsound_ground() -> None:
    document = read("use batchnorm(x)\nparam t[ lemma a 1 = 1 proof auto qed")
    assert document.sound == len("use batchnorm(x)\n")


def test_the_blocks_of_a_page_are_one_source_at_their_places() -> None:
    page = (
        "# Prose with `code`\n\n```bnproof\nuse batchnorm(x)\n```\n\nlemma in prose\n\n"
        "~~~ bnproof\nlemma a sum[i] y[i] = 0\n~~~\n```python\nlemma no\n```\n"
    )
    source = literate("page.md", page)
    assert len(source.code) == len(page)
    document = parse_document(source)
    assert [type(found).__name__ for found, _ in document.items] == ["Use", "Assertion"]
    assertion = document.items[1][0]
    assert isinstance(assertion, Assertion)
    assert page[assertion.span.start : assertion.span.end] == "a"


def test_a_fence_is_closed_by_one_as_long() -> None:
    inside = literate("page.md", "````bnproof\n```\nlemma\n````\nout\n").code
    assert inside.split() == ["```", "lemma"]
    assert literate("page.md", "```bnproof\nlemma a").code.split() == ["lemma", "a"]
    assert literate("page.md", "    ```bnproof\nlemma a").code.split() == []


def test_eps_is_not_negative_wherever_it_is_declared() -> None:
    assert item("param eps") == Declare(Parameter("eps", (), nonnegative=True))
    assert item("param a") == Declare(Parameter("a", ()))
    assert item("param eps[feature]") == Declare(Parameter("eps", ("feature",)))


def test_the_sign_of_a_matrix_has_two_indices() -> None:
    entry = Entry("a", (Index("i", "sample"), Index("j", "sample")))
    expected = Declare(Parameter("a", ("sample", "sample")), (Sign(entry, "positive"),))
    assert item("param a[sample,sample] positive") == expected


def frames(text: str) -> Document:
    """A document that may use a normaliser whose sort is not one of every document's."""
    letters = {"p": Sort("frame", "T"), "u": Sort("frame", "T")}
    return parse_document(Source("test", text), lambda name: letters if name == "framed" else {})


def test_a_normaliser_brings_its_index_letters() -> None:
    document = frames("use framed(x) as f\nlet a[p] = 0\nassume T >= 2, u != p")
    assert not document.errors
    assert document.letters["p"] == document.letters["u"] == "frame"
    assert document.letters["q"] == "sample"
    (_, definition, assumed) = (found for found, _ in document.items)
    assert definition == Declare(Definition("a", (Index("p", "frame"),), number(0)))
    assert assumed == Assume((AtLeast("T", 2), Unequal(Index("u", "frame"), Index("p", "frame"))))


def test_a_normaliser_without_sorts_of_its_own_brings_none() -> None:
    assert frames("use other(x)").letters == read("").letters


def test_letters_declared_in_front_of_a_normaliser_stay() -> None:
    document = frames("let a = sum[p] 1\nindex v : frame(T)\nuse framed(x)")
    assert not document.errors
    assert document.letters["p"] == "sample"
    assert document.letters["v"] == "frame"


@pytest.mark.parametrize(
    "text",
    [
        "let a = sum[p] 1\nuse framed(x)",
        "let a = sum[p1] 1\nuse framed(x)",
        "index u : other(M)\nuse framed(x)",
    ],
)
def test_a_letter_that_means_something_else_is_no_index_of_a_normaliser(text: str) -> None:
    [error] = frames(text).errors
    assert error.code == "name-clash"
    assert "framed has the index letters p u : frame(T)" in error.message
    assert "in front of it" in error.message


def test_a_sort_is_also_the_name_of_its_indices() -> None:
    document = read("index u : frame(T)\nlet a[frame,u] = delta[frame,u]")
    assert not document.errors
    [_, (declared, _)] = document.items
    formals = (Index("frame", "frame"), Index("u", "frame"))
    assert isinstance(declared, Declare)
    assert declared.declaration == Definition("a", formals, Delta(*formals))

"""A normaliser applied to a term, and declaring statements in front of a claim, as they are read."""

from __future__ import annotations

import pytest

from bnproof.language.declarations import DECLARING, Letterings, parse_declarations
from bnproof.language.expressions import parse_term
from bnproof.language.items import Declare, Document, Use
from bnproof.language.sorts import Letters
from bnproof.language.source import Source, SourceError
from bnproof.maps.registry import read_document
from bnproof.terms import Definition, Entry, Sort

PIXELS = {"p": "pixel", "q": "pixel"}


def use(text: str) -> Use:
    document = read_document(Source("test", text))
    assert [str(error) for error in document.errors] == []
    [(found, _)] = document.items
    assert isinstance(found, Use)
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("use batchnorm(first.y)", Use("batchnorm", Entry("first.y"), None)),
        ("use batchnorm(x, eps) as two", Use("batchnorm", Entry("x"), "two", Entry("eps"))),
        ("use rmsnorm(u, a.eps)", Use("rmsnorm", Entry("u"), None, Entry("a.eps"))),
        (
            "use batchnorm(x[i,d] + c[d], eps) as shifted",
            Use("batchnorm", parse_term("x[i,d] + c[d]"), "shifted", Entry("eps")),
        ),
        (
            "use layernorm(sum[c] w[d,c]*y[i,c]) as ln",
            Use("layernorm", parse_term("sum[c] w[d,c]*y[i,c]"), "ln"),
        ),
        (
            "use batchnorm2d(x[i,d,q] + g[p])",
            Use("batchnorm2d", parse_term("x[i,d,q] + g[p]", PIXELS), None),
        ),
        (
            "use batchnorm(relu(y[i,d]))",
            Use("batchnorm", parse_term("relu(y[i,d])"), None),
        ),
    ],
)
def test_the_argument_is_a_name_or_a_term(text: str, expected: Use) -> None:
    assert use(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("use batchnorm()", "1:15 expected the input, as in batchnorm(x) or batchnorm(x[i,d] +"),
        ("use batchnorm(x", "1:16 expected an operator, ')' or ',' and an eps, as in batchnorm(x,"),
        ("use batchnorm(x y)", "1:17 expected an operator, ')' or ','"),
        ("use batchnorm(x, 0)", "1:18 expected the name of an eps, as in batchnorm(x, eps)"),
        ("use batchnorm(x, eps[i])", "1:21 expected ')', as in batchnorm(x, eps)"),
        ("use batchnorm(x, eps, eps)", "1:21 expected ')', as in batchnorm(x, eps)"),
        ("use batchnorm(x[i,d]) as a.b", "1:26 the name behind 'as' has no dot"),
        ("use batchnorm(x[i,p,u])", "1:21 u is not an index"),
        ("use batchnorm(i[d] + x[i,d])", "1:24 i is used as an index and as an array"),
    ],
)
def test_what_cannot_be_read_is_refused_where_it_stands(text: str, expected: str) -> None:
    error = read_document(Source("test", text)).errors[0]
    assert f"{error.line}:{error.column} {error.message}".startswith(expected)


# Declaring statements in front of a claim


def brought(_normaliser: str) -> Letters:
    return {"u": Sort("frame", "T")}


def read(text: str, known: Letterings | None = None) -> tuple[Document, Letterings]:
    return parse_declarations(Source("declare", text), known or Letterings(), brought)


def test_several_statements_stand_in_one_text() -> None:
    document, behind = read("let a[d] = 2*b[d]  # twice\nuse framed(r[i,u] + v[u]) as f")
    first, second = (item for item, _ in document.items)
    assert isinstance(first, Declare)
    assert isinstance(first.declaration, Definition)
    assert isinstance(second, Use)
    assert behind.letters["u"] == "frame"
    assert Sort("frame", "T") in behind.sorts
    assert {"a", "b", "r", "v"} <= behind.arrays
    assert {"d", "i", "u"} == behind.indices


@pytest.mark.parametrize("word", DECLARING)
def test_what_declares_is_listed(word: str) -> None:
    with pytest.raises(SourceError, match=f"'title' declares nothing; what does is .*{word}"):
        read('title "A page"')


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("", "1:1", "expected a statement that declares something (index, input,"),
        ("# nothing", "1:10", "expected a statement that declares something"),
        ("assume eps = 0", "1:1", "'assume' declares nothing; .*; hypotheses are given apart"),
        ("let a = 1\nlemma b 1 = 1 proof auto qed", "2:1", "'lemma' declares nothing"),
        ('import "file.md"', "1:1", "'import' declares nothing"),
        ("y[i,d]", "1:1", "'y' declares nothing"),
        ("let a[d] = 2*", "1:14", "expected a term"),
        ("let a = (" + "(" * 60, "1:69", "nested more than 60 deep"),
        ("let a = " + "1+" * 10_000, "1:1", "this has 20008 characters; 20000 are allowed"),
        ("let a = 2^1000", "1:11", "exponents go up to 64"),
    ],
)
def test_other_statements_and_what_is_too_large_are_refused(
    text: str, place: str, message: str
) -> None:
    with pytest.raises(SourceError) as caught:
        read(text)
    error = caught.value
    assert f"{error.line}:{error.column}" == place
    pattern = message.split(" .*; ")
    assert all(part in error.message for part in pattern), error.message


def test_a_letter_keeps_its_meaning_from_text_to_text() -> None:
    _, behind = read("index u v : frame(T)\ninput r[sample,frame]\nparam k[sample]")
    document, _ = read("let a[i] = sum[v] r[i,v]", behind)
    assert not document.errors
    for text in ("let b = sum[k] 1", "let b[i] = sum[k] r[i,k]"):
        with pytest.raises(SourceError, match="k is used as an index and as an array"):
            read(text, behind)
    with pytest.raises(SourceError, match="d is used as an index and as an array"):
        read("param d", read("let a[d] = 1")[1])

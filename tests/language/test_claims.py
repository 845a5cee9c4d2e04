"""What the claim language means, and where it says that something is wrong."""

from __future__ import annotations

import pytest

from bnproof.language import Source, SourceError
from bnproof.language.claims import parse_claim, parse_hypotheses
from bnproof.terms import (
    AtLeast,
    Blocked,
    Entry,
    Equation,
    Index,
    NullSpace,
    Projector,
    Sign,
    Sum,
    Unequal,
)

I, J, K = (Index(name, "sample") for name in "ijk")  # noqa: E741
D, E = (Index(name, "feature") for name in "de")
A, B, C = Entry("a"), Entry("b"), Entry("h")


def test_claims() -> None:
    assert parse_claim(Source("t", "a = b")).claim == Equation(A, B)
    assert parse_claim(Source("t", "blocked sum[i] a")).claim == Blocked(Sum((I,), (), A))


def test_a_row_of_a_matrix_has_one_index_or_several() -> None:
    one = parse_claim(Source("t", "projector[j,k] a rank b")).claim
    assert one == Projector((J,), (K,), A, B)
    assert parse_claim(Source("t", "projector[j; k] a rank b")).claim == one
    two = parse_claim(Source("t", "projector[j,d; k,e] a")).claim
    assert two == Projector((J, D), (K, E), A)
    space = parse_claim(Source("t", "nullspace[j,d; k,e] a = span[i,d]{b, h}")).claim
    assert space == NullSpace((J, D), (K, E), A, (I, D), (B, C))


def test_line_breaks_mean_nothing() -> None:
    assert parse_claim(Source("t", "a\n = \t b")).claim == Equation(A, B)


@pytest.mark.parametrize(
    ("text", "hypothesis"),
    [
        ("eps = 0", Sign(Entry("eps"), "zero")),
        ("ε > 0", Sign(Entry("eps"), "positive")),
        ("gamma[d] != 0", Sign(Entry("gamma", (D,)), "nonzero")),
        ("j != k", Unequal(J, K)),
        ("j ≠ k", Unequal(J, K)),
        ("n >= 3", AtLeast("n", 3)),
        ("n ≥ 3", AtLeast("n", 3)),
        ("D > 3", AtLeast("D", 4)),
    ],
)
def test_hypotheses(text: str, hypothesis: object) -> None:
    assert parse_hypotheses(Source("t", text))[0] == (hypothesis,)
    reading = parse_claim(Source("t", f"a = b assume {text}, eps = 0"))
    assert reading.hypotheses == (hypothesis, Sign(Entry("eps"), "zero"))


ERRORS = [
    ("", "1:1", "syntax", "expected a claim, found nothing"),
    ("a", "1:2", "syntax", "expected an operator or '=', found the end"),
    ("a = ", "1:4", "syntax", "expected a term, found the end"),
    ("a = b = h", "1:7", "syntax", "a claim has one relation"),
    ("a b = 0", "1:3", "syntax", "expected an operator or '=', found 'b'"),
    ("2a = 0", "1:1", "syntax", "a product is written 2*a"),
    ("(a = 0", "1:4", "syntax", "expected an operator or ')', found '='"),
    ("a) = 0", "1:2", "syntax", "expected an operator or '=', found ')'"),
    ("a ? b = 0", "1:3", "syntax", "expected an operator or '=', found '?'"),
    ("a $ b = 0", "1:3", "syntax", "'$' is not part of the language"),
    ("\u0430 = 0", "1:1", "syntax", "'\u0430' (U+0430) is not part of the language"),
    ("a\x00 = 0", "1:2", "syntax", "this character (U+0000) is not part of the language"),
    ("x[i,d = 0", "1:7", "syntax", "expected ',' or ']', found '='"),
    ("x[1,d] = 0", "1:3", "syntax", "expected an index letter, found '1'"),
    ("x[a,d] = 0", "1:3", "unknown-index", "a is not an index"),
    ("x[ii,d] = 0", "1:3", "unknown-index", "ii is not an index"),
    ("2^3^2 = 0", "1:4", "syntax", "a^b^c is read in two ways"),
    ("a^(1/2) = 0", "1:5", "syntax", "an exponent is an integer"),
    ("a**2 = 0", "1:3", "syntax", "expected a term, found '*'; a power is written a^2"),
    ("y(i,d) = 0", "1:2", "syntax", "indices stand in square brackets, as in y[i]"),
    ("phi(y[i,d], 1) = 0", "1:11", "syntax", "expected an operator or ')', found ','"),
    (
        "phi'[i] = 0",
        "1:5",
        "syntax",
        "expected '(' and the argument, as in phi'(y[i,d]), found '['",
    ),
    (f"phi{chr(39) * 9}(1) = 0", "1:1", "limit", "derivatives go up to order 8"),
    ("a^b = 0", "1:3", "syntax", "expected an integer exponent, found 'b'"),
    ("a^1.5 = 0", "1:3", "syntax", "expected an integer, found 1.5"),
    ("a^65 = 0", "1:3", "limit", "exponents go up to 64"),
    ("2^9999999 = 0", "1:3", "limit", "exponents go up to 64"),
    ("1e999 = 0", "1:1", "limit", "numbers go up to 100 digits"),
    ("1e999999999999 = 0", "1:1", "limit", "numbers go up to 100 digits"),
    ("sum[i] sum[i] a = 0", "1:12", "binder-clash", "i is bound already"),
    ("sum[i,i] a = 0", "1:7", "binder-clash", "i is bound already"),
    ("sum[i] mean[i] a = 0", "1:13", "binder-clash", "i is bound already"),
    ("sum[i : j != k] a = 0", "1:9", "wrong-indices", "a condition is on an index that"),
    (
        "sum[i : i != d] a = 0",
        "1:9",
        "wrong-indices",
        "i and d must be two different indices of one",
    ),
    (
        "sum[i : i != i] a = 0",
        "1:9",
        "wrong-indices",
        "i and i must be two different indices of one",
    ),
    ("mean[i : i != j] a = 0", "1:8", "syntax", "a mean has no condition"),
    ("delta[i,d] = 0", "1:1", "wrong-indices", "delta compares a sample index with a"),
    ("a[i]*i = 0", "1:6", "name-clash", "i is used as an index and as an array"),
    ("i*a[i] = 0", "1:5", "name-clash", "i is used as an index and as an array"),
    ("a > 0", "1:3", "unsupported", "claims with '>' are not decided, but those with '>=' are"),
    ("a >= b >= c", "1:8", "syntax", "a claim has one relation, so '>=' is one too many"),
    ("not a", "1:5", "syntax", "expected 'blocked', found 'a'"),
    ("not blocked a at m = 3", "1:18", "syntax", "m is not a size; sizes are n, D"),
    ("projector[j,j] 1", "1:10", "wrong-indices", "a matrix has two different indices of one sort"),
    ("projector[j,d] 1", "1:10", "wrong-indices", "a matrix has two different indices of one sort"),
    ("projector[j,k] sum[j] x[j,d]", "1:20", "binder-clash", "j is bound already"),
    ("projector[j,d; k] 1", "1:11", "wrong-indices", "a row of 2 indices and a column of 1"),
    ("projector[j; k,e] 1", "1:11", "wrong-indices", "a row of 1 index and a column of 2"),
    ("projector[j,d; k,l] 1", "1:18", "wrong-indices", "l is a sample index in the place of d, a"),
    ("projector[j,d; e,k] 1", "1:16", "wrong-indices", "e is a feature index in the place of j, a"),
    ("projector[j,d; k,d] 1", "1:18", "wrong-indices", "d stands here twice; use another letter"),
    ("projector[j,j; k,l] 1", "1:13", "wrong-indices", "j stands here twice; use another letter"),
    ("projector[j; j] 1", "1:14", "wrong-indices", "j stands here twice; use another letter"),
    ("projector[j,d,k,e] 1", "1:10", "wrong-indices", "a semicolon stands between the indices"),
    (
        f"projector[{','.join(f'i{k}' for k in range(9))}; j] 1",
        "1:35",
        "limit",
        "a row has up to 8 indices",
    ),
    ("projector[j] 1", "1:12", "syntax", "expected ',' or ';', found ']'"),
    ("projector[j,k 1", "1:15", "syntax", "expected ',', ';' or ']', found '1'"),
    ("projector[j; k; l] 1", "1:15", "syntax", "expected ',' or ']', found ';'"),
    ("projector[; j] 1", "1:11", "syntax", "expected an index letter, found ';'"),
    ("projector[j;] 1", "1:13", "syntax", "expected an index letter, found ']'"),
    ("projector[j,d; k,e] sum[e] 1", "1:25", "binder-clash", "e is bound already"),
    ("projector[j,d; k,e] sum[d] 1", "1:25", "binder-clash", "d is bound already"),
    (
        "nullspace[j,k] 1 = span[d]{1}",
        "1:24",
        "wrong-indices",
        "the vectors have the index of a sample",
    ),
    (
        "nullspace[j,d; k,e] 1 = span[j]{1}",
        "1:29",
        "wrong-indices",
        "the vectors have the indices of a sample and a feature",
    ),
    ("nullspace[j,d; k,e] 1 = span[d,j]{1}", "1:29", "wrong-indices", "the vectors have the indi"),
    ("nullspace[j,k] 1 = span[l,d]{1}", "1:24", "wrong-indices", "the vectors have the index of"),
    ("nullspace[j,l; k,i] 1 = span[m,m]{1}", "1:32", "wrong-indices", "m stands here twice"),
    (
        "nullspace[j,d; k,e] 1 = span[l,f]{sum[f] 1}",
        "1:39",
        "binder-clash",
        "f is bound already",
    ),
    ("nullspace[j,k] 1 = span[j] 1", "1:28", "syntax", "expected '{' and the vectors"),
    ("nullspace[j,k] 1 = 0", "1:20", "syntax", "expected 'span'"),
    ("a = b assume", "1:13", "syntax", "expected a hypothesis"),
    ("a = b assume n = 9", "1:18", "hypothesis", "sizes are fixed at 1 to 8"),
    ("a = b assume j = k", "1:14", "hypothesis", "that two indices are equal is not assumed"),
    ("a = b assume eps = 1", "1:20", "syntax", "expected 0 (a parameter is assumed"),
    ("a = b assume eps < 0", "1:14", "syntax", "only the sizes n and D have bounds"),
    ("a = b assume N >= 2", "1:14", "syntax", "only the sizes n and D have bounds"),
    ("a = b assume eps 0", "1:18", "syntax", "expected '= 0', '> 0' or '!= 0' behind eps"),
    ("a = b assume j != d eps", "1:21", "syntax", "expected ',' or the end, found 'eps'"),
]


@pytest.mark.parametrize(("text", "place", "code", "message"), ERRORS)
def test_an_error_says_where_and_why(text: str, place: str, code: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse_claim(Source("t", text))
    error = caught.value
    assert f"{error.line}:{error.column}" == place
    assert error.code == code
    assert error.message.startswith(message)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000 + "a" + ")" * 5000 + " = 0",
        "-" * 5000 + "a = 0",
        "sum[i] " * 2000 + "a = 0",
        "a" + "/b*h" * 2000 + " = 0",
        "a" + "*a" * 400_000 + " = 0",
        "\x00" * 1000,
    ],
    ids=["brackets", "minus", "sums", "quotients", "long", "nul"],
)
def test_hostile_text_ends_in_a_message(text: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse_claim(Source("t", text))
    assert len(str(caught.value)) < 500

"""What is declared in front of a claim: parameters by their use, letters, and where it stands."""

from __future__ import annotations

import pytest

import bnproof
from bnproof import maps
from bnproof.language import Source, SourceError
from bnproof.maps.normalisers import find
from bnproof.maps.vocabulary import Vocabulary, declaring, vocabulary_of
from bnproof.terms import Definition, Entry, Function, Parameter, Sign

SHIFTED = "use batchnorm(x[i,d] + c[d], eps) as shifted"


def words(*texts: str, norm: str = "batch") -> Vocabulary:
    return vocabulary_of(find(norm), declaring(texts))


def test_nothing_is_declared_unless_somebody_asks() -> None:
    batch = find("batch")
    found = vocabulary_of(batch)
    assert (found.theory, found.hypotheses) == (batch.theory, batch.hypotheses)
    assert vocabulary_of(found) == found
    assert found.claim(Source("claim", "y[i,d] = 0")).preamble == ()


def test_undeclared_letters_are_parameters_by_their_use() -> None:
    found = words(
        "use batchnorm(x[i,d] + b[d], eps) as shifted",
        "let u[i,d] = sum[c] W[d,c]*relu(y[i,c])",
        "let v[d,e] = H[d,e]",
    )
    by_use = [declared for part in found.preamble for declared in part.declared]
    assert by_use == [
        Parameter("b", ("feature",)),
        Function("relu"),
        Parameter("W", ("feature", "feature")),
        Parameter("H", ("feature", "feature"), symmetric=True),
    ]
    statement = found.claim(Source("claim", "a[d]*u[i,d] = 0"))
    assert statement.declared == (*by_use, Parameter("a", ("feature",)))


def test_the_name_of_an_array_that_nothing_declares_is_an_input() -> None:
    found = words("use layernorm(w) as ln", "input v[sample]")
    assert [array.name for array in found.theory.inputs()] == ["x", "w", "v"]


def test_signs_of_parameters_hold_in_the_claim() -> None:
    found = words("param a[feature] positive let b[i,d] = x[i,d]/a[d]")
    [sign] = found.hypotheses
    assert isinstance(sign, Sign)
    assert (sign.entry.name, sign.sign) == ("a", "positive")
    assert found.preamble[0].hypotheses == (sign,)
    text = "param a[feature] positive let b[i,d] = x[i,d]/a[d]"
    assert bnproof.prove("a[d]*b[i,d] = x[i,d]", declare=text).proved


def test_the_text_of_a_statement_is_kept_on_one_line_without_comments() -> None:
    found = words("let a[d] =  # twice\n    2*b[d]\nparam g[feature]\tpositive # last")
    assert [part.text for part in found.preamble] == [
        "let a[d] = 2*b[d]",
        "param g[feature] positive",
    ]


def test_sorts_and_their_letters_may_be_declared() -> None:
    declare = ["index u v : frame(T)", "input r[sample,frame]", "let m[i] = mean[u] r[i,u]"]
    assert words(*declare).letters == {"u": "frame", "v": "frame"}
    claim = "diff[r[j,v]] sum[i,u] (r[i,u] - m[i]) = 0"
    assert bnproof.prove(claim, declare=declare).verdict == "proved"
    assert bnproof.prove("sum[u] r[i,u] = T*m[i]", declare=declare, assume="T >= 2").proved


def test_a_normaliser_brings_its_letters_along() -> None:
    declare = ["use batchnorm2d(x[i,d] + g[p]) as images"]
    report = bnproof.prove("images.mu[d] = mu[d] + mean[q] g[q]", declare=declare)
    assert report.verdict == "proved"
    assert report.to_dict()["declare"] == ["index p q : pixel(P)", *declare]
    report = bnproof.prove(
        "shifted.y[i,d,p] = y[i,d,p]",
        norm="images",
        declare="use batchnorm2d(x[i,d,p] + c[d], eps) as shifted",
    )
    assert report.verdict == "proved"


@pytest.mark.parametrize(
    ("claim", "column", "message"),
    [
        ("z[k,d] = 0", 1, "k is an array where it was declared, and an index here"),
        ("1 = sum[k] y[k,d]", 5, "k is an array where it was declared, and an index here"),
        ("delta[k,j] = 0", 1, "k is an array where it was declared, and an index here"),
        ("q[d] = 2*i", 10, "i is an index where it was declared, and an array here"),
        ("e = 1", 1, "e is an index where it was declared, and an array here"),
    ],
)
def test_a_letter_has_one_role_in_a_claim_and_in_front_of_it(
    claim: str, column: int, message: str
) -> None:
    found = words("param k[feature]", "let a[i] = sum[e] x[i,e]")
    with pytest.raises(SourceError) as caught:
        found.claim(Source("claim", claim))
    assert (caught.value.code, caught.value.column) == ("name-clash", column)
    assert message in caught.value.message


def test_an_error_that_shows_in_a_claim_points_to_where_it_was_declared() -> None:
    with pytest.raises(SourceError) as caught:
        bnproof.prove("a[i,d] = 0", declare=["param b", "let a[i,d] = y[i,d]/(mu[d] + b)"])
    assert caught.value.source.name == "declare 2"
    assert str(caught.value).splitlines()[1:] == [
        "  let a[i,d] = y[i,d]/(mu[d] + b)",
        "                       ^^^^^^^^^",
    ]


def test_how_much_may_be_declared_is_bounded() -> None:
    with pytest.raises(SourceError) as caught:
        words(*[f"param a{number}" for number in range(390)])
    assert caught.value.code == "limit"
    with pytest.raises(SourceError, match="400 statements are allowed in front of a claim"):
        words(*[SHIFTED] * 401)


def test_what_takes_too_many_steps_is_refused_where_it_stands() -> None:
    with pytest.raises(SourceError) as caught:
        words("use batchnorm(diff[x[i,d]] y[i,d]^40) as steep")
    assert (caught.value.code, caught.value.column) == ("undecided", 1)


def test_maps_are_extended_as_well() -> None:
    report = bnproof.prove(
        "scaled.y[i,d] = y[i,d]",
        norm=maps.BatchNorm(eps=0),
        declare=["param a positive", "use batchnorm(a*x[i,d], eps) as scaled"],
    )
    assert report.verdict == "proved"


def test_definitions_are_those_that_were_written() -> None:
    found = words(SHIFTED).theory.find("shifted.x")
    assert isinstance(found, Definition)
    assert Entry("c", found.formals[1:]) in getattr(found.body, "terms", ())

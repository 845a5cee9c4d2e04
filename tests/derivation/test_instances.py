"""Proofs by instance: what is said of them, and what they rest on."""

from __future__ import annotations

from bnproof.derivation.checking import Checker
from bnproof.derivation.reports import FileReport
from bnproof.language.documents import parse_document
from bnproof.language.items import Assertion, Import, Instance
from bnproof.language.source import Source
from bnproof.render.axioms import axioms_dict
from bnproof.render.instances import instance_lines
from bnproof.render.show import show_statement
from bnproof.terms import Index

IMAGES = """\
import "normalisers/general" as general
use batchnorm2d(x)
param g[feature]
theorem images
  blocked sum[i,d,p] g[d]*y[i,d,p]
proof instance of general.constant_first_order_blocked
  with block = d, place = (i,p), X = x, S = s, Y = y, a = g, o = 0
qed
lemma cites_it
  diff[x[j,e,q]] sum[i,d,p] g[d]*y[i,d,p] = 0
proof
  = 0 by images
qed
"""


def checked(text: str) -> FileReport:
    return Checker(lambda _: None).check_source(Source("file", text))


def instance(text: str) -> Instance:
    index = "index p q : pixel(P)\n"
    document = parse_document(Source("file", f"{index}lemma a 0 = 0 proof {text} qed"))
    assert not document.errors, document.errors[0]
    [found] = [item.proof for item, _ in document.items if isinstance(item, Assertion)]
    assert isinstance(found, Instance)
    return found


def test_an_instance_rests_on_the_general_theorem_and_what_that_cites() -> None:
    images = checked(IMAGES).statements[0]
    assert images.status == "proved"
    assert images.instance_of == "general.constant_first_order_blocked"
    assert images.rests_on == ("general.block_centered", "general.constant_first_order_blocked")
    assert axioms_dict(images)["results"] == list(images.rests_on)
    assert images.to_dict()["instance_of"] == "general.constant_first_order_blocked"


def test_what_cites_an_instance_rests_on_the_general_theorem_as_well() -> None:
    cites = checked(IMAGES).statements[1]
    assert cites.status == "proved"
    assert cites.instance_of is None
    assert "images" in cites.rests_on
    assert "general.constant_first_order_blocked" in cites.rests_on


def test_the_theorem_speaks_of_what_is_declared_here_alone() -> None:
    theorem = checked(IMAGES).statements[0].theorem
    assert theorem
    assert [sort.name for sort in theorem.theory.sorts] == ["sample", "feature", "pixel"]
    assert [given.name for given in theorem.theory.inputs()] == ["x"]


def test_an_instance_is_shown_in_words() -> None:
    shown = show_statement(checked(IMAGES).statements[0], unicode=False)
    words = " ".join(shown.split("proof")[1].split("notation")[0].split())
    assert words == (
        "instance of general.constant_first_order_blocked: a block is a feature d, a place is a "
        "sample i and a pixel p where X is x, S is s, Y is y, a is g, o is 0"
    )


def test_the_words_of_an_instance_without_arrays() -> None:
    assert list(instance_lines(instance("instance of a"))) == ["instance of a"]
    with_names = instance("instance of a with b = (sample,feature,p), c[i] = w[i]")
    assert list(instance_lines(with_names)) == [
        "instance of a: a b is a sample, a feature and a pixel p",
        "  where c[i] is w[i]",
    ]


def test_letters_in_brackets_are_a_place_and_a_term_is_not() -> None:
    found = instance(
        "instance of a with b = i, c = (i,p), e1 = (w), f1 = (w[i] + 1)*2, h[j] = w[j]"
    )
    assert [place.indices for place in found.places] == [
        (Index("i", "sample"),),
        (Index("i", "sample"), Index("p", "pixel")),
    ]
    assert [image.name for image in found.images] == ["e1", "f1", "h"]
    assert [image.formals for image in found.images] == [None, None, (Index("j", "sample"),)]


def test_instance_is_a_word_of_a_proof_only_in_front_of_of() -> None:
    report = checked("param instance\nlemma a instance = instance proof instance = instance qed")
    assert [s.status for s in report.statements] == ["proved"]


def test_an_import_has_a_name_of_its_own() -> None:
    document = parse_document(Source("file", 'import "a.md" as b'))
    assert [item for item, _ in document.items] == [Import("a.md", "b")]
    document = parse_document(Source("file", 'import "a.md" as b.c'))
    assert [error.message for error in document.errors] == ["the name behind 'as' has no dot"]


def test_what_differs_is_said_where_it_is_named() -> None:
    text = IMAGES.split("lemma")[0].replace("Y = y", "Y = z").replace("*y", "*z")
    [problem] = checked(text).problems
    assert (problem.error.code, problem.error.line, problem.error.column) == ("instance", 7, 48)
    assert problem.error.message == (
        "z[i,d,p] is not what Y[k,u] is: (X[k,u] - M[k])/S[k] is something else here"
    )
    assert problem.error.details[0].startswith("expected: z[i,d,p] = (x[i,d,p] - mean[")


def test_another_claim_is_compared_with_the_instance() -> None:
    text = IMAGES.split("lemma")[0].replace("g[d]*y", "3*g[d]*y")
    [problem] = checked(text).problems
    assert problem.error.message == (
        "this claim is not the instance of general.constant_first_order_blocked"
    )
    assert problem.error.details == (
        "the instance: blocked sum[d,i,p] g[d]*(y[i,d,p] - 0)",
        "the claim here: blocked sum[i,d,p] 3*g[d]*y[i,d,p]",
        "loss here - there = 2*sum[d,p,i] g[d]*y[i,d,p]",
    )


def test_a_hypothesis_is_named_as_it_would_stand_here() -> None:
    text = """\
index u v : place(N)
index p q : pixel(P)
param c positive
param b
lemma small assume c > 0, N >= 4
  N - 4 + c >= 0
proof auto qed
lemma smaller assume b > 0, n >= 2
  n*P - 4 + b >= 0
proof instance of small with place = (i,p), c = b qed
"""
    found = [p.error.message for p in checked(text).problems if p.error.code == "instance"]
    assert found == ["small assumes N >= 4, and n*P >= 4 is not in force here"]

"""Vectors outside of a span that a matrix annihilates: found where there are some, and only there."""

from __future__ import annotations

from fractions import Fraction

import pytest

from bnproof.checks.larger_spaces import OutsideVector, find_outside
from bnproof.checks.points import Setting, setting_of
from bnproof.render.json import failure_dict
from bnproof.render.text import outside_lines
from bnproof.terms import Add, Equation, NullSpace, Theory, number
from tests.pixels import GROUP_PLACES, GROUP_T, GROUPS, IMAGES, PLACES, UNIT, T, claim_of, given


def setting(claim: NullSpace, theory: Theory, assume: str) -> Setting:
    whole = Equation(Add((claim.matrix, *claim.span)), number(0))
    bound = {*claim.rows, *claim.columns, *claim.vector}
    found = setting_of(whole, theory, given(assume))
    free = tuple(index for index in found.free if index not in bound)
    return Setting(
        found.equation,
        found.theory,
        free,
        found.reached,
        found.unequal,
        found.signs,
        found.minimum,
        found.admissible,
        found.fixed,
    )


def outside(text: str, assume: str = "", theory: Theory = IMAGES) -> OutsideVector | None:
    claim = claim_of(text)
    assert isinstance(claim, NullSpace)
    return find_outside(claim, setting(claim, theory, assume), lambda _: None)


@pytest.mark.parametrize(
    ("claim", "assume", "theory"),
    [
        ("nullspace[j,k] delta[j,k] - 1/n = span[j]{}", "", IMAGES),
        (f"nullspace[{PLACES}] {T} = span[j,q]{{1}}", "eps = 0", IMAGES),
        (f"nullspace[{PLACES}] {T} = span[j,q]{{y[j,d,q]}}", "eps = 0", IMAGES),
        (f"nullspace[{PLACES}] {T} = span[i,p]{{}}", "eps > 0", IMAGES),
        # equal at n = 1 and at P = 1 alone
        (f"nullspace[{PLACES}] delta[j,k]*(delta[q,p] - 1/P) = span[j,q]{{1}}", "", IMAGES),
        (f"nullspace[{PLACES}] (delta[j,k] - 1/n)*delta[q,p] = span[j,q]{{1}}", "", IMAGES),
        (f"nullspace[{PLACES}] delta[j,k] = span[j,q]{{}}", "", IMAGES),
        (f"nullspace[{PLACES}] delta[q,p] = span[j,q]{{}}", "", IMAGES),
        (f"nullspace[{GROUP_PLACES}] {GROUP_T} = span[c,q]{{1}}", "eps = 0", GROUPS),
        ("nullspace[j,i; k,l] delta[j,k]*delta[i,l] + delta[j,l]*delta[i,k] = span[j,i]{}", "",
         IMAGES),
    ],
)  # fmt: skip
def test_a_null_space_that_is_larger_is_seen(claim: str, assume: str, theory: Theory) -> None:
    found = outside(claim, assume, theory)
    assert found is not None
    size = 1
    for value in found.shape:
        size *= value
    assert len(found.vector) == size
    assert any(found.vector)


@pytest.mark.parametrize(
    ("claim", "assume", "theory"),
    [
        ("nullspace[j,k] delta[j,k] - 1/n = span[j]{1}", "", IMAGES),
        (f"nullspace[{PLACES}] {UNIT} = span[j,q]{{}}", "", IMAGES),
        (f"nullspace[{PLACES}] {UNIT} - 1/(n*P) = span[i,p]{{1}}", "", IMAGES),
        (f"nullspace[{PLACES}] {T} = span[j,q]{{1, y[j,d,q]}}", "eps = 0", IMAGES),
        (f"nullspace[{PLACES}] {T} = span[j,q]{{1}}", "eps > 0", IMAGES),
        ("nullspace[j,i; k,l] delta[j,l]*delta[i,k] = span[j,i]{}", "", IMAGES),
    ],
)
def test_nothing_is_outside_of_a_null_space(claim: str, assume: str, theory: Theory) -> None:
    assert outside(claim, assume, theory) is None


def test_a_vector_is_annihilated_and_its_order_is_that_of_the_indices() -> None:
    # The antisymmetric matrices: v[i,j] = -v[j,i]. Rows before columns, so that v is [[0, a], [-a, 0]].
    swap = "delta[j,k]*delta[i,l] + delta[j,l]*delta[i,k]"
    found = outside(f"nullspace[j,i; k,l] {swap} = span[j,i]{{}}")
    assert found is not None
    assert found.shape == (2, 2)
    first, second, third, fourth = found.vector
    assert first == fourth == 0
    assert second == -third != 0


def test_a_vector_is_shown_in_lists_as_its_indices_are() -> None:
    values = tuple(map(Fraction, ("1", "1/2", "0", "-3", "2", "5")))
    found = outside(f"nullspace[{PLACES}] 0*delta[j,k] = span[j,q]{{}}")
    assert found is not None
    one = OutsideVector(found.setting, found.point, {}, values, (6,))
    two = OutsideVector(found.setting, found.point, {}, values, (2, 3))
    three = OutsideVector(found.setting, found.point, {}, values, (1, 3, 2))
    assert one.nested() == ["1", "1/2", "0", "-3", "2", "5"]
    assert two.nested() == [["1", "1/2", "0"], ["-3", "2", "5"]]
    assert three.nested() == [[["1", "1/2"], ["0", "-3"], ["2", "5"]]]
    assert "annihilates [[1, 1/2, 0], [-3, 2, 5]], which" in outside_lines(two)[-1]
    assert failure_dict(two)["vector"] == two.nested()

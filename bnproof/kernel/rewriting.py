"""Equations as rewrite rules on normal forms (trusted).

A fact `L = R`, proved for all its free indices, lets a product that contains an instance of L be replaced
by the product with that instance of R.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from bnproof.kernel.monomials import Atom, BudgetExhausted, Factor, Monomial, Polynomial
from bnproof.kernel.ring import Ring
from bnproof.kernel.units import SizePolynomials
from bnproof.terms import Index, Unequal

MAX_REWRITES = 2_000


class Rule(NamedTuple):
    """`sum[bound] product(factors) = value`, for all values of `formals` that `unequal` admits.

    A `swap` leads from a product to one of the same shape, as a symmetry does. It is used only where the
    product gets smaller in the order of monomials, since it would go on for ever otherwise.
    """

    factors: tuple[Factor, ...]
    bound: tuple[Index, ...]
    formals: frozenset[Index]
    value: Polynomial
    unequal: tuple[Unequal, ...]
    swap: bool


class _Match(NamedTuple):
    """An instance of the left side of a rule among factors: its indices, and what is left."""

    names: Mapping[Index, Index]
    rest: dict[Atom, int]


def oriented(
    left: Polynomial,
    right: Polynomial,
    formals: Iterable[Index],
    unequal: Iterable[Unequal],
    ring: Ring,
    sizes: SizePolynomials,
    hidden: Callable[[Atom], int],
) -> Rule | None:
    """The rule of an equation between normal forms; None if the left side has nothing to match.

        left = (p*m + rest)/q      p, q polynomials in the sizes, m a monomial without sizes
        -------------------------------------------------------------------------------------
        m = (q*right - rest)/p                                             (scope: p != 0)

    m is the monomial of `left` that binds most indices, those `hidden` in opaque parts included, then the
    one that carries most, then the one of highest degree, among those that carry all that the value does.
    There is no rule if there is none of these, or if the value has m itself.
    """
    formals = frozenset(formals)

    def weight(monomial: Monomial) -> tuple[int, int, int, Monomial]:
        places = sum(len(atom[1]) for atom, _ in monomial.factors)
        bound = len(monomial.bound) + sum(hidden(atom) for atom, _ in monomial.factors)
        return (bound, places, sum(abs(k) for _, k in monomial.factors), monomial)

    parts, denominator = sizes.split(left)
    for head in sorted(parts, key=weight, reverse=True):
        rest = ring.multiply(denominator, right)
        for monomial, factor in parts.items():
            if monomial != head:
                rest = ring.add(rest, ring.multiply({monomial: -1}, factor))
        carried = set().union(*map(_carried, rest)) & formals
        if not head.factors or not carried <= _carried(head) or head in sizes.split(rest)[0]:
            continue
        value = ring.multiply(rest, sizes.inverse(parts[head]))
        factors = tuple(sorted(head.factors, key=lambda f: -len(f[0][1])))
        shapes = [sorted((atom[0], k) for atom, k in m.factors) for m in value]
        swap = shapes == [sorted((atom[0], k) for atom, k in factors)]
        return Rule(factors, head.bound, formals, value, tuple(unequal), swap)
    return None


def _carried(monomial: Monomial) -> set[Index]:
    """The indices of a monomial."""
    return {index for atom, _ in monomial.factors for index in atom[1]}


def rewritten(
    polynomial: Polynomial, rules: Iterable[Rule], ring: Ring, limit: int = MAX_REWRITES
) -> Polynomial:
    """The polynomial with rules applied to its monomials until none applies.

        m = value        (for all values of the formals under which i != j)
        ------------------------------------------------------------------------
        sum[B,C] m*a  =  sum[C] value*a       (a carries no index of B; i != j in force)

    Raises `BudgetExhausted` if there is no end to it: after so many times as `limit` says.
    """
    rules = tuple(rules)
    if not rules:
        return polynomial
    done: Polynomial = {}
    waiting = dict(polynomial)
    rewrites = 0
    while waiting:
        monomial, coefficient = waiting.popitem()
        candidates = _candidates(monomial, rules, ring)
        new = next((p for p, swap in candidates if not (swap and p) or max(p) < monomial), None)
        if new is None:
            ring.add_to(done, {monomial: coefficient})
            continue
        ring.add_to(waiting, ring.scale(new, coefficient))
        rewrites += 1
        if rewrites > limit:
            raise BudgetExhausted(f"an equation was used more than {limit} times for one term")
    return done


def _candidates(
    monomial: Monomial, rules: Iterable[Rule], ring: Ring
) -> Iterator[tuple[Polynomial, bool]]:
    """What a monomial becomes by each instance of a rule in it, and whether that is a swap.

    A rule is tried only where each name of its left side occurs with a power that is high enough.
    """
    highest: dict[tuple[str, bool], int] = {}
    for (name, _), power in monomial.factors:
        highest[name, power > 0] = max(highest.get((name, power > 0), 0), abs(power))
    ring.budget.spend(len(monomial.factors))
    possible = [
        rule
        for rule in rules
        if all(highest.get((atom[0], k > 0), 0) >= abs(k) for atom, k in rule.factors)
    ]
    if possible:
        factors, bound = ring.renamed_apart(monomial)
        for rule in possible:
            for match in _matches(rule, dict(factors), bound, ring):
                yield _replaced(rule, match, bound, ring)


def applies(rule: Rule, polynomial: Polynomial, ring: Ring) -> bool:
    """Whether a polynomial has an instance of the left side of a rule."""
    for monomial in polynomial:
        factors, bound = ring.renamed_apart(monomial)
        if next(_matches(rule, dict(factors), bound, ring), None) is not None:
            return True
    return False


def _replaced(rule: Rule, match: _Match, bound: set[Index], ring: Ring) -> tuple[Polynomial, bool]:
    """A product with an instance of a rule replaced, and whether it was a swap."""
    used = {match.names[index] for index in rule.bound}
    value = ring.instantiate(rule.value, match.names)
    return ring.under_sum(1, list(match.rest.items()), bound - used, value), rule.swap


def _matches(
    rule: Rule, factors: dict[Atom, int], bound: set[Index], ring: Ring
) -> Iterator[_Match]:
    """The instances of a rule in a product under a sum over `bound`, side conditions checked.

    A bound index of the rule stands for a bound index that nothing else carries: neither what is left of
    the product, nor another index of the rule. A formal stands for any index of its sort.
    """

    def extend(position: int, names: dict[Index, Index], rest: dict[Atom, int]) -> Iterator[_Match]:
        ring.budget.spend(1 + len(rest))
        if position == len(rule.factors):
            yield _Match(names, rest)
            return
        (name, pattern), wanted = rule.factors[position]
        for (other, indices), power in rest.items():
            if other != name or power * wanted < 0 or abs(power) < abs(wanted):
                continue
            orders = {indices, indices[::-1]} if name in ring.symmetric else {indices}
            for order in sorted(orders):
                unified = _unified(pattern, order, names)
                if unified is not None:
                    left = {atom: k for atom, k in rest.items() if atom != (other, indices)}
                    if power != wanted:
                        left[other, indices] = power - wanted
                    yield from extend(position + 1, unified, left)

    for match in extend(0, {}, factors):
        inner = [match.names[index] for index in rule.bound]
        outer = {new for old, new in match.names.items() if old not in rule.bound}
        outer |= {index for atom in match.rest for index in atom[1]}
        if not set(inner) <= bound - outer or len(set(inner)) != len(inner):
            continue
        pairs = [tuple(match.names.get(index) for index in pair) for pair in rule.unequal]
        if all(pair in ring.unequal or pair[::-1] in ring.unequal for pair in pairs):
            yield match


def _unified(
    pattern: tuple[Index, ...], indices: tuple[Index, ...], names: dict[Index, Index]
) -> dict[Index, Index] | None:
    """The names extended so that the pattern becomes the indices; None if they cannot.

    A root that is the same everywhere, as where one entry is averaged, has no indices.
    """
    if len(pattern) != len(indices):
        return None
    extended = dict(names)
    for old, new in zip(pattern, indices, strict=True):
        if old.sort != new.sort or extended.setdefault(old, new) != new:
            return None
    return extended

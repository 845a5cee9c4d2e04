"""Roots that stand for no power sum: multiples of other roots, and composite ones (trusted).

A root of a stack has a radicand in which other roots occur, as that of a batch norm behind another one.
What is a square in the radicand comes out of the root; what is left is the radicand of a letter:

    s[d]^2 = u[d]^2 * R[d]        u a product of powers of units that are positive
    -------------------------------------------------------------------------------
    s[d]  =  u[d] * r[d],   r[d]^2 = R[d],   r[d] > 0

There is no letter where R is 1, and no new one where R is the radicand of an earlier one. A letter is
the same at all indices that R does not mention. As it is positive, it is a unit; its square is R. So a
polynomial that is zero once powers of letters are cleared is the zero function. From one that is not
nothing follows, since there may be other relations between letters, such as `sqrt(6) = sqrt(2)*sqrt(3)`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from fractions import Fraction
from math import gcd, isqrt, lcm
from typing import NamedTuple

from bnproof.kernel.monomials import ONE, Atom, Coefficient, Monomial, Polynomial
from bnproof.kernel.rewriting import Rule, applies, oriented, rewritten
from bnproof.kernel.ring import Ring
from bnproof.kernel.signature import Signature
from bnproof.kernel.statistics import Template
from bnproof.kernel.units import SizePolynomials
from bnproof.terms import Index, TermError

_LARGEST_FACTOR = 1000
# Every rewriting is paid for from the budget of the ring; this only says that they are many.
_MAX_REWRITES = 100_000


class _Letter(NamedTuple):
    """A letter: the root that it was made for, `root[formals] = unit * letter[own formals]`."""

    root: str
    formals: tuple[Index, ...]
    unit: Polynomial


class Roots:
    """The roots of one calculus that stand for no power sum, entered in the order of their declaration.

    `solved` says what each of them is, and `letters` what the square of each letter is. `inverse` gives
    one over a unit, and raises `TermError` for anything else.
    """

    def __init__(
        self,
        signature: Signature,
        ring: Ring,
        sizes: SizePolynomials,
        inverse: Callable[[Polynomial], Polynomial],
    ) -> None:
        self._signature = signature
        self._ring = ring
        self._sizes = sizes
        self._inverse = inverse
        self.solved: dict[str, Template] = {}
        self.letters: dict[str, Template] = {}
        self._known: dict[str, _Letter] = {}
        self._lowering: list[Rule] = []
        self._folding: list[Rule] = []

    def enter(self, name: str, radicand: Template, existing: Collection[str]) -> str | None:
        """Note what a root is. Returns the letter that was made for it, if there is a new one.

        The radicand is `folded`, and no number that is not positive. `existing` are the roots that exist
        wherever it has a value.
        """
        unit, rest = self._taken_out(radicand.polynomial, existing)
        if rest == {ONE: 1}:
            self.solved[name] = Template(radicand.formals, unit)
            return None
        found = self._earlier(rest, radicand.formals)
        new = None
        if found is None:
            mentioned = {index for m in rest for atom, _ in m.factors for index in atom[1]}
            own = tuple(index for index in radicand.formals if index in mentioned)
            # No array has a name with this sign.
            new = name if unit == {ONE: 1} and own == radicand.formals else f"{name}#"
            self._enter_letter(new, Template(own, rest), name, radicand.formals, unit)
            found = (new, own)
        value = self._ring.multiply(unit, self._ring.atom(found))
        if new != name:
            self.solved[name] = Template(radicand.formals, value)
        return new

    def alias(self, name: str) -> Template | None:
        """What a root is in terms of other arrays, if it is no more than that."""
        known = self.solved.get(name)
        if known is None or self._mentions_own(known.polynomial):
            return None
        return known

    def composite(self, polynomial: Polynomial) -> frozenset[str]:
        """The roots whose letters are in a polynomial; with some in it, it may be zero all the same."""
        names = {atom[0] for monomial in polynomial for atom, _ in monomial.factors}
        return frozenset(self._known[name].root for name in names & self._known.keys())

    def cleared(self, polynomial: Polynomial) -> Polynomial:
        """The polynomial times units, so that it has few powers of letters left.

            r^2 = R       r^(-1) = r/R  (R a unit)       h/r = r - (R - h)/r  (h a monomial of R)

            a + b/r = 0   if   a*r + b = 0               (r carries no bound index)

        Letters of outer roots go first, since the radicands of these mention inner ones.
        """
        if not any(atom[0] in self.letters for m in polynomial for atom, _ in m.factors):
            return polynomial
        polynomial = self._rewritten(polynomial, self._lowering)
        for letter in reversed(self.letters):
            denominator = self._denominator(letter, polynomial)
            if denominator:
                product = self._ring.multiply(polynomial, self._ring.product(denominator))
                polynomial = self._rewritten(product, self._lowering)
        return polynomial

    def folded(self, polynomial: Polynomial) -> Polynomial:
        """The polynomial with radicands as squares: `u*h = u*(r^2 - (R - h))`, h a monomial of R."""
        if not self._folding:
            return polynomial
        unit, rest = self._split(polynomial)
        return self._ring.multiply(unit, self._rewritten(rest, self._folding))

    def presented(self, polynomial: Polynomial) -> Polynomial:
        """The polynomial with roots as they are declared in the place of letters.

            r = s[d]/u[d]    (for any d)        r = mean[d] s[d]/u[d]

        An index that a letter does not carry is any free one, or else one that is averaged over.
        """
        while self._mentions_own(polynomial):
            into: Polynomial = {}
            for monomial, coefficient in polynomial.items():
                self._ring.add_to(into, self._presented(monomial, coefficient))
            polynomial = into
        return polynomial

    def _is_own(self, name: str) -> bool:
        """Whether a letter has a name that is not declared, as it is not a root as it stands."""
        return name in self._known and name != self._known[name].root

    def _mentions_own(self, polynomial: Polynomial) -> bool:
        return any(self._is_own(atom[0]) for m in polynomial for atom, _ in m.factors)

    def _presented(self, monomial: Monomial, coefficient: Coefficient) -> Polynomial:
        """One monomial, one letter in it as a quotient."""
        ring = self._ring
        factors, bound = ring.renamed_apart(monomial)
        position = next((k for k, f in enumerate(factors) if self._is_own(f[0][0])), None)
        if position is None:
            return {monomial: coefficient}
        (name, indices), power = factors[position]
        known, letter = self._known[name], self.letters[name]
        names = dict(zip(letter.formals, indices, strict=True))
        free = [index for atom, _ in factors for index in atom[1] if index not in bound]
        averaged = []
        for formal in known.formals:
            if formal in names:
                continue
            names[formal] = next((i for i in free if i.sort == formal.sort), formal)
            if names[formal] == formal:
                names[formal] = ring.fresh(formal.sort)
                averaged.append(names[formal])
        at = tuple(names[formal] for formal in known.formals)
        unit = ring.instantiate(known.unit, names)
        quotient = ring.multiply(ring.atom((known.root, at)), self._inverse(unit))
        whole = ring.power(quotient if power > 0 else self._inverse(quotient), abs(power))
        sizes = [((ring.sizes[index.sort], ()), -1) for index in averaged]
        rest = [*factors[:position], *factors[position + 1 :], *sizes]
        return ring.under_sum(coefficient, rest, {*bound, *averaged}, whole)

    def _enter_letter(
        self, name: str, square: Template, root: str, formals: tuple[Index, ...], unit: Polynomial
    ) -> None:
        """Note a letter, and how its powers are rewritten."""
        ring, own = self._ring, square.formals
        letter = (name, own)
        self._signature.roots.add(name)
        self.letters[name] = square
        self._known[name] = _Letter(root, formals, unit)
        here = frozenset(own)
        self._lowering.append(Rule(((letter, 2),), (), here, square.polynomial, (), False))
        try:
            inverse = self._inverse(square.polynomial)
        except TermError:
            below = ring.multiply(square.polynomial, ring.atom(letter, -1))
            self._lowering += self._oriented(below, ring.atom(letter), own)
            common, rest = self._split(square.polynomial)
            radicand = ring.multiply(ring.atom(letter, 2), self._inverse(common))
            self._folding += self._oriented(rest, radicand, own)
        else:
            value = ring.multiply(ring.atom(letter), inverse)
            self._lowering.append(Rule(((letter, -1),), (), here, value, (), False))

    def _oriented(
        self, left: Polynomial, right: Polynomial, formals: Iterable[Index]
    ) -> Iterator[Rule]:
        """The rule of an equation, if it can be used as one that comes to an end and for all sizes."""
        used = set(self._sizes.used)
        rule = oriented(left, right, formals, (), self._ring, self._sizes, lambda _: 0)
        at_all_sizes = self._sizes.used == used
        if rule is not None and at_all_sizes and not applies(rule, rule.value, self._ring):
            yield rule
        self._sizes.used.intersection_update(used)

    def _rewritten(self, polynomial: Polynomial, rules: Iterable[Rule]) -> Polynomial:
        return rewritten(polynomial, rules, self._ring, _MAX_REWRITES)

    def _denominator(self, letter: str, polynomial: Polynomial) -> list[tuple[Atom, int]]:
        """The smallest powers of a letter, at free indices, by which a polynomial is cleared of it."""
        highest: dict[Atom, int] = {}
        for monomial in polynomial:
            for atom, power in monomial.factors:
                if atom[0] == letter and power < 0 and set(monomial.bound).isdisjoint(atom[1]):
                    highest[atom] = max(highest.get(atom, 0), -power)
        return list(highest.items())

    def _taken_out(
        self, radicand: Polynomial, existing: Collection[str]
    ) -> tuple[Polynomial, Polynomial]:
        """A positive unit and the rest, with `radicand = unit^2 * rest`.

        A root that may not exist where the radicand is positive is no such unit: from `s^4 > 0` it does
        not follow that `s^2 > 0`, and then s^4 is the square of -s^2. From `c*s^2 > 0`, c > 0, it does.
        """
        common = dict(self._common_powers(radicand))
        doubtful = [a for a in common if a[0] in self._signature.roots and a[0] not in existing]
        if doubtful:
            [(monomial, coefficient), *more] = radicand.items()
            known = all(self._is_positive(atom[0]) for atom, _ in monomial.factors)
            is_product = not more and not monomial.bound and known and coefficient > 0
            if not is_product or len(doubtful) > 1 or common[doubtful[0]] % 4 != 2:
                common = {atom: power for atom, power in common.items() if atom not in doubtful}
        halves = tuple(sorted((atom, power // 2) for atom, power in common.items() if power // 2))
        content = _square_root_of_content(radicand)
        unit: Polynomial = {Monomial(halves, ()): content}
        double = Monomial(tuple((atom, -2 * power) for atom, power in halves), ())
        square: Polynomial = {double: 1 / (Fraction(content) * content)}
        return unit, self._ring.multiply(radicand, square)

    def _split(self, polynomial: Polynomial) -> tuple[Polynomial, Polynomial]:
        """The largest product of positive units that is a factor of a polynomial, and the rest."""
        common = sorted(self._common_powers(polynomial).items())
        factors = tuple((atom, power) for atom, power in common if power)
        inverse = tuple((atom, -power) for atom, power in factors)
        rest = self._ring.multiply(polynomial, {Monomial(inverse, ()): 1})
        return {Monomial(factors, ()): 1}, rest

    def _common_powers(self, polynomial: Polynomial) -> Mapping[Atom, int]:
        """The lowest power of each positive unit at free indices that is a factor of every monomial."""
        lowest: dict[Atom, int] | None = None
        for monomial in polynomial:
            powers = {
                atom: power
                for atom, power in monomial.factors
                if self._is_positive(atom[0]) and set(monomial.bound).isdisjoint(atom[1])
            }
            if lowest is None:
                lowest = powers
            else:
                both = {**lowest, **powers}
                lowest = {a: min(lowest.get(a, 0), powers.get(a, 0)) for a in both}
        return lowest or {}

    def _is_positive(self, name: str) -> bool:
        signature = self._signature
        return (
            name in signature.roots
            or self._sizes.is_positive(name, signature.minimum)
            or signature.signs.get(name) == "positive"
        )

    def _earlier(self, radicand: Polynomial, formals: tuple[Index, ...]) -> Atom | None:
        """The letter whose square a radicand is, at the indices at which it is that."""
        for name, (own, square) in self.letters.items():
            for chosen in itertools.permutations(formals, len(own)):
                self._ring.budget.spend(1 + len(square))
                if any(a.sort != b.sort for a, b in zip(own, chosen, strict=True)):
                    continue
                names = dict(zip(own, chosen, strict=True))
                if self._ring.instantiate(square, names) == radicand:
                    return (name, chosen)
        return None


def _square_root_of_content(polynomial: Polynomial) -> Fraction:
    """The largest rational found whose square divides all coefficients."""
    values = [Fraction(c) for c in polynomial.values()]
    above, below = gcd(*(v.numerator for v in values)), lcm(*(v.denominator for v in values))
    return Fraction(_root_of_square_part(above), _root_of_square_part(below))


def _root_of_square_part(value: int) -> int:
    """The largest number found whose square divides a positive value."""
    root = isqrt(value)
    if root * root == value:
        return root
    found = 1
    for factor in range(2, _LARGEST_FACTOR):
        while value % (factor * factor) == 0:
            value //= factor * factor
            found *= factor
    return found

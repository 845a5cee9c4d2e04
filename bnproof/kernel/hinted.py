"""Normal forms by nothing but what the hints of a step name (trusted).

A hint is a promise that is kept: `y` stays a letter unless its definition is named, a sum stays whole
without `linearity`, and so on. What stays whole is opaque: an array of which nothing is known, so that
everything shown here holds the more for what it really is. The terms must have passed the full calculus,
which has seen that what they divide by is a unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from bnproof.kernel.calculus import Calculus
from bnproof.kernel.expansion import Expansion
from bnproof.kernel.fixed import FixedSizes
from bnproof.kernel.hints import (
    DELTA_RULE,
    DERIVATIVE,
    LINEARITY,
    ROOT,
    SIZES,
    STATISTICS,
    Citation,
    Hints,
    Proved,
)
from bnproof.kernel.monomials import Atom, Monomial, Polynomial, partitions
from bnproof.kernel.rewriting import Rule, oriented, rewritten
from bnproof.kernel.ring import Ring
from bnproof.kernel.signature import DELTA
from bnproof.kernel.statistics import Template
from bnproof.terms import (
    Definition,
    Entry,
    Equation,
    Index,
    Root,
    Term,
    TermError,
    Unequal,
    as_equations,
    free_in_claim,
    sides,
    subterms,
)


class HintedCalculus(Expansion):
    """Normal forms under the hypotheses of a full calculus, by hints.

    `coincidences` says whether facts are also used at indices that coincide, which takes longer.
    Raises `TermError` for a fact that stands on what is not in force here, and `BudgetExhausted`.
    """

    def __init__(
        self,
        full: Calculus,
        hints: Hints,
        terms: Iterable[Term] = (),
        coincidences: bool = False,
    ) -> None:
        known = full.ring
        self._full = full
        ring = Ring(known.sizes, known.zero, list(known.unequal), known.budget, known.counter)
        ring.symmetric = known.symmetric
        ring.contracting = DELTA_RULE in hints.rules
        super().__init__(full.signature, ring, full.size_polynomials)
        self._hints = hints
        self._templates: dict[str, Template] = {}
        self._plain: dict[str, Template] = {}
        self._rules: list[Rule] = []
        self._aliases: dict[str, Template] = {}
        roots = self._reached_roots(terms) if ROOT in hints.rules else []
        for root in roots:
            alias = full.alias(root.name)
            if alias is not None:
                self._enter_rules([other for other in roots if other != root], coincidences)
                if self._is_square_of(alias, root):
                    self._aliases[root.name] = alias
        self._enter_rules(roots, coincidences)

    def _enter_rules(self, roots: Iterable[Root], coincidences: bool) -> None:
        """Make the rules of roots, then those of statistics and of what is cited."""
        full, hints = self._full, self._hints
        self.ring.power_sums, self._rules, self._templates = {}, [], {}
        self._rules = list(self._root_rules(roots))
        if STATISTICS in hints.rules:
            self.ring.power_sums = full.ring.power_sums
        if SIZES in hints.rules and full.signature.fixed:
            self.fixed = FixedSizes(full.signature, self.ring, self.size_polynomials, self.opaque)
        self._rules += [r for c in hints.citations for r in self._cited_rules(c, coincidences)]

    def _body(
        self, body: Term, at: Mapping[Index, Index], unequal: Iterable[Unequal]
    ) -> Polynomial:
        """What stands behind a prefix operator, rewritten by facts.

        a = b      (where i != j)
        --------------------------------------------------
        sum[i : i != j] a  =  sum[i : i != j] b
        """
        with self._assuming(unequal):
            value = self._refreshed(self._normal_form(body, at))
            while self._rules:
                once = rewritten(value, self._rules, self.ring)
                value = self._refreshed(once)
                if value == once:
                    break
            return value

    def _denominator(self, denominator: Term, at: Mapping[Index, Index]) -> Polynomial:
        """What is divided by, rewritten by nothing that the condition of a sum adds.

        A sum under a condition is multiplied out with `1 - delta[i,j]`, so what is summed must have a
        value where the condition fails; what is no unit there cannot be divided by.
        """
        with self._assuming_nothing_more():
            return self._body(denominator, at, ())

    @contextmanager
    def _assuming_nothing_more(self) -> Iterator[None]:
        """Have only those pairs of indices in force that differ by hypothesis."""
        before = self.ring.unequal
        self.ring.unequal = self._full.ring.unequal
        try:
            yield
        finally:
            self.ring.unequal = before

    @contextmanager
    def _assuming(self, unequal: Iterable[Unequal]) -> Iterator[None]:
        """Have more pairs of indices that differ in force for a while."""
        before = self.ring.unequal
        self.ring.unequal = [*before, *unequal]
        try:
            yield
        finally:
            self.ring.unequal = before

    def _renewed(self, atom: Atom, power: int) -> Polynomial:
        """A power of an opaque atom, named anew; as a denominator, wherever the statement speaks."""
        if power < 0:
            with self._assuming_nothing_more():
                return self.ring.power(self._inverse(super()._renewed(atom, 1), atom), -power)
        return super()._renewed(atom, power)

    # Definitions, roots and facts

    def _entry(self, entry: Entry, at: Mapping[Index, Index]) -> Polynomial:
        """An entry of an array: an atom, or the instance of a definition that is named."""
        entry = self.signature.meant(entry)
        name = entry.name
        if name in self.signature.sizes.values():
            self.signature.check_indices(entry.indices, (), name, entry)
            return self.ring.atom((name, ()))
        declared = self.signature.find(entry)
        indices = tuple(at.get(index, index) for index in entry.indices)
        if isinstance(declared, Definition) and name in self._hints.definitions:
            return self._instance(self._unfolded(declared), indices)
        return self._letter((name, indices))

    def _letter(self, atom: Atom) -> Polynomial:
        """An array as it is, but for a root that is known to be a multiple of others."""
        alias = self._aliases.get(atom[0])
        return self.ring.atom(atom) if alias is None else self._instance(alias, atom[1])

    def _is_square_of(self, unit: Template, root: Root) -> bool:
        """Whether the hints show a root to be what the full calculus says, a product of positive units.

        the radicand of s  =  u^2, by the hints      u > 0
        --------------------------------------------------
        s = u
        """
        names = dict(zip(root.formals, unit.formals, strict=True))
        radicand = self._body(root.radicand, names, ())
        square = self.ring.power(unit.polynomial, 2)
        return self.is_zero(self.ring.add(radicand, self.ring.scale(square, -1)))

    def _unfolded(self, definition: Definition) -> Template:
        """The body of a definition, in normal form."""
        template = self._templates.get(definition.name)
        if template is not None:
            return template
        with self._assuming_nothing_more():
            for name in self.signature.used_by(definition.name):
                declared = self.signature.declared[name]
                wanted = name in self._hints.definitions and name not in self._templates
                if wanted and isinstance(declared, Definition):
                    self._templates[name] = self._template(declared.formals, declared.body)
        return self._templates[definition.name]

    def _reached_roots(self, terms: Iterable[Term]) -> list[Root]:
        """The roots of what terms mention; another one is left alone.

        It may divide by other sizes.
        """
        reaches = self.signature.reaches
        names = {part.name for t in terms for part in subterms(t) if isinstance(part, Entry)}
        reached = set().union(*(reaches.get(name, ()) for name in names))
        roots = (d for d in self.signature.declared.values() if isinstance(d, Root))
        return [root for root in roots if reaches[root.name] - {root.name} <= reached]

    def _root_rules(self, roots: Iterable[Root]) -> Iterator[Rule]:
        """For every root the rule that its radicand is its square: `var = s^2 - eps`."""
        for root in roots:
            if root.name not in self._aliases:
                formals, radicand = self._template(root.formals, root.radicand)
                square = self.ring.atom((root.name, formals), 2)
                yield from self._rule(radicand, square, formals, ())

    def _cited_rules(self, citation: Citation, coincidences: bool) -> list[Rule]:
        """The rules of a proved claim, whose hypotheses must be in force.

        Its free indices stand for any indices; where a part of it is opaque, those that coincide make
        another part, so there is a rule for each way in which they can.
        """
        fact, backwards = citation
        self._check_ground(fact)
        pairs = [h for h in fact.hypotheses if isinstance(h, Unequal)]
        rules: list[Rule] = []
        equations = as_equations(fact.claim, fact.theory)
        if not equations:
            raise TermError("citation", "no equation follows from it", fact)
        for equation in equations:
            for names in self._instances(free_in_claim(equation), pairs, coincidences):
                unequal = [Unequal(names[left], names[right]) for left, right in pairs]
                left, right = self._cited_sides(equation, names, unequal)
                if backwards:
                    left, right = right, left
                rules += self._rule(left, right, names.values(), unequal)
        return rules

    def _cited_sides(
        self, equation: Equation, names: Mapping[Index, Index], unequal: Sequence[Unequal]
    ) -> list[Polynomial]:
        """The sides of a cited equation, whose terms must have a meaning here too.

        Where it was proved for unequal indices they must have one without, as they may come to stand in a
        sum under that condition; see `_denominator`.
        """
        try:
            for side in sides(equation) if unequal else ():
                self._full.admit(side, names)
            with self._assuming(unequal):
                return [self._refreshed(self._normal_form(s, names)) for s in sides(equation)]
        except TermError as error:
            raise TermError("citation", error.message, equation) from error

    def _check_ground(self, fact: Proved) -> None:
        """What a fact stands on holds here: its declarations, and its hypotheses but for indices."""
        sizes = {sort.name: sort.size for sort in fact.theory.sorts}
        if not sizes.items() <= self.signature.sizes.items():
            raise TermError("citation", "it speaks of other sorts of indices", fact)
        for declaration in fact.theory.declarations:
            if self.signature.declared.get(declaration.name) != declaration:
                problem = f"{declaration.name} is not what it was where this was proved"
                raise TermError("citation", problem, fact)
        for hypothesis in fact.hypotheses:
            if not self.signature.grants(hypothesis):
                raise TermError("citation", "a hypothesis of it is not in force", hypothesis)

    def _instances(
        self, free: tuple[Index, ...], unequal: Sequence[Unequal], coincidences: bool
    ) -> Iterator[dict[Index, Index]]:
        """Names for free indices: all different, then with coincidences if they are wanted."""
        names = {index: self.ring.fresh(index.sort) for index in free}
        yield names
        if coincidences:
            for partition in partitions(free, unequal):
                self.ring.budget.spend(len(free))
                if len(partition) < len(free):
                    yield {index: names[block[0]] for block in partition for index in block}

    def _rule(
        self,
        left: Polynomial,
        right: Polynomial,
        formals: Iterable[Index],
        unequal: Iterable[Unequal],
    ) -> Iterator[Rule]:
        """The rule of an equation, if it says something and can be used as one."""
        if left != right:
            hidden = self.opaque.hidden
            rule = oriented(left, right, formals, unequal, self.ring, self.size_polynomials, hidden)
            if rule is not None:
                yield rule

    # Sums

    def _bound(self, polynomial: Polynomial, indices: tuple[Index, ...]) -> Polynomial:
        """A sum: linear with `linearity`, else whole.

        A sum that stays whole is still contracted where every term of it carries the same delta, and
        exchanged where it is a power sum; a sum of a sum is one sum, and the sum of 0 is 0.
        """
        if LINEARITY in self._hints.rules:
            return self.ring.bind(polynomial, indices)
        while polynomial and (pair := _contractible(polynomial, indices, self.ring.contracting)):
            polynomial = self.ring.instantiate(polynomial, dict([pair]))
            indices = tuple(index for index in indices if index != pair[0])
        if not (polynomial and indices):
            return polynomial
        if len(polynomial) == 1:
            [(monomial, coefficient)] = polynomial.items()
            if coefficient == 1 and len(monomial.factors) == 1:
                [(atom, power)] = monomial.factors
                known = self.opaque.meaning.get(atom[0])
                if known is not None and known.bound and power == 1 and not monomial.bound:
                    inner = self.opaque.instance(atom)
                    return self._bound(inner.body, indices + inner.bound)
                total = self.ring.bind(polynomial, indices)
                if set(indices) <= set(atom[1]) and not any(m.bound for m in total):
                    return total
        return self.ring.atom(self.opaque.total(polynomial, indices))

    # Division

    def _inverse(self, polynomial: Polynomial, culprit: object) -> Polynomial:
        """The inverse of what the full calculus has seen to be a unit.

        A product that is never zero has no factor that is ever zero, so each may be inverted; a sum of
        several products is inverted as a whole.
        """
        parts, denominator = self.size_polynomials.split(polynomial)
        if not parts:
            raise TermError("division", "cannot divide by zero", culprit)
        [(monomial, coefficient), *more] = parts.items()
        if more or monomial.bound:
            return self.ring.atom(self.opaque.bracket(polynomial), -1)
        inverse = Monomial(tuple((atom, -power) for atom, power in monomial.factors), ())
        scale = self.size_polynomials.inverse(coefficient)
        return self.ring.multiply(self.ring.multiply({inverse: 1}, scale), denominator)

    # Derivatives

    def _diff(self, polynomial: Polynomial, variable: Atom) -> Polynomial:
        """A derivative: taken with `derivative`, else whole."""
        if DERIVATIVE in self._hints.rules:
            return self._derivative(polynomial, variable)
        return self.ring.atom(self.opaque.slope(polynomial, variable))

    def _atom_derivative(self, atom: Atom, variable: Atom) -> Polynomial:
        """The derivative of one atom: that of a folded name stays whole, that of a root needs `root`.

        diff (sum[i] a) = sum[i] diff a        diff s = diff (the radicand of s) / (2*s)
        """
        name, indices = atom
        array, at = variable
        if name == array:
            return self._identities(indices, at)
        if name in self.opaque.meaning:
            known = self.opaque.instance(atom)
            if known.function:
                return self._value_derivative(known, variable)
            if not known.array:
                slope = self._derivative(known.body, variable)
                return self._bound(slope, known.bound) if known.bound else slope
            return self.ring.atom(self.opaque.slope(self.ring.atom(atom), variable))
        if array not in self.signature.reaches.get(name, ()):
            return {}
        declared = self.signature.declared[name]
        if isinstance(declared, Root) and ROOT in self._hints.rules:
            slope = self._slope(declared.formals, declared.radicand, indices, variable)
            return self.ring.multiply(self._half_inverse(atom), slope)
        if isinstance(declared, Definition) and name in self._hints.definitions:
            return self._slope(declared.formals, declared.body, indices, variable)
        return self.ring.atom(self.opaque.slope(self.ring.atom(atom), variable))

    def _slope(
        self,
        formals: tuple[Index, ...],
        body: Term,
        indices: tuple[Index, ...],
        variable: Atom,
    ) -> Polynomial:
        """The derivative of what an atom is defined by, at its indices.

        No rule is in force meanwhile that leads from there back to the atom.
        """
        before = self.ring.power_sums, self._rules, self._templates
        self.ring.power_sums, self._rules, self._templates = {}, [], self._plain
        try:
            template = self._template(formals, body)
            return self._derivative(self._instance(template, indices), variable)
        finally:
            self.ring.power_sums, self._rules, self._templates = before


def _contractible(
    polynomial: Polynomial, indices: tuple[Index, ...], contracting: bool
) -> tuple[Index, Index] | None:
    """A bound index and the index that it equals in every monomial, by a delta."""
    if not contracting:
        return None
    common: set[tuple[Index, Index]] | None = None
    for monomial in polynomial:
        pairs = {atom[1] for atom, _ in monomial.factors if atom[0] == DELTA}
        both = {(a, b) for a, b in pairs} | {(b, a) for a, b in pairs}
        common = both if common is None else common & both
    return next((pair for pair in sorted(common or ()) if pair[0] in indices), None)

"""From terms to normal forms: definitions, roots, division and derivatives (trusted; rule 5).

A `Calculus` is made for one theory and one set of hypotheses. Everything it knows about a normaliser it
derives from the definitions in the theory; there is no fact about batch norm in this file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from bnproof.kernel.expansion import Expansion
from bnproof.kernel.fixed import FixedSizes
from bnproof.kernel.monomials import (
    ONE,
    Atom,
    Budget,
    BudgetExhausted,
    Monomial,
    Polynomial,
    rename_atom,
)
from bnproof.kernel.ring import Ring
from bnproof.kernel.roots import Roots
from bnproof.kernel.signature import Signature
from bnproof.kernel.statistics import Statistics, Template
from bnproof.kernel.units import atom_text
from bnproof.terms import (
    TERMS,
    Apply,
    Declaration,
    Definition,
    Delta,
    Diff,
    Div,
    Entry,
    Hypothesis,
    Index,
    Mean,
    Parameter,
    Pow,
    Root,
    Sum,
    Term,
    TermError,
    Theory,
    Unequal,
    children,
)

_UNITS = "numbers, sizes, roots and parameters assumed to be non-zero"


class _Demands(NamedTuple):
    """What must hold for an array to have a value: positive radicands, and sizes that divide."""

    roots: frozenset[str]
    divisors: frozenset[str]


class Calculus(Expansion):
    """Normal forms in one theory under hypotheses, all definitions unfolded.

    `roots` are those that the terms seen so far mention or divide by, also in the definitions, means
    and radicands behind them: their radicands must be positive. An even power of any other root only
    stands for its radicand.

    Raises `TermError` for a theory, hypothesis or term without meaning, and `BudgetExhausted`.
    """

    def __init__(self, theory: Theory, hypotheses: Iterable[Hypothesis], budget: Budget) -> None:
        signature = Signature(theory, hypotheses)
        super().__init__(
            signature, Ring(signature.sizes, signature.zero(), signature.unequal, budget)
        )
        self._templates: dict[str, Template] = {}
        self._statistics = Statistics(
            signature, self.ring, self.size_polynomials, lambda scale: self._inverse(scale, None)
        )
        self._composite = Roots(
            signature, self.ring, self.size_polynomials, self._inverse_of_square
        )
        self._derivatives: dict[tuple[str, str], Template] = {}
        self._demands: dict[str, _Demands] = {}
        self.roots: set[str] = set()
        self._declare(theory.declarations)
        if signature.fixed:
            self.fixed = FixedSizes(signature, self.ring, self.size_polynomials, self.opaque)
            self._check_divisors()

    def admit(self, term: Term, at: Mapping[Index, Index]) -> None:
        """See that a term has a meaning, and note what it demands, without expanding all of it.

        Its indices go by other names, so that no bound one is taken for a free one.
        """
        if type(term) not in TERMS:
            raise TermError("syntax", f"{term!r} is not a term", term)
        match term:
            case Entry(name, indices) if name in self.signature.sizes.values():
                self.signature.check_indices(indices, (), name, term)
            case Entry(name, _):
                declared = self.signature.find(term)
                if isinstance(declared, Definition) and name not in self._statistics.sources:
                    self._unfolded(declared)
                self._note(name)
            case Delta(left, right):
                self._pair(left, right, at, term)
            case Div(_, denominator) | Pow(denominator, int()):
                if isinstance(term, Div) or term.exponent < 0:
                    self._inverse(self._normal_form(denominator, at), denominator)
            case Sum(indices, conditions, _):
                at = {**at, **self._new_names(indices, term)}
                self._conditions(conditions, at, term)
            case Mean(indices, _):
                at = {**at, **self._new_names(indices, term)}
            case Diff(variable, _):
                self.signature.check_variable(variable)
            case Apply():
                self.signature.check_function(term)
        for child in children(term):
            self.admit(child, at)

    @contextmanager
    def _demanding(self, name: str) -> Iterator[None]:
        """Keep what is noted meanwhile as the demands of an array, and of nothing else."""
        used = self.size_polynomials.used
        before = set(self.roots), set(used)
        self.roots.clear()
        used.clear()
        try:
            yield
        finally:
            self._demands[name] = _Demands(frozenset(self.roots), frozenset(used))
            for noted, earlier in zip((self.roots, used), before, strict=True):
                noted.clear()
                noted |= earlier

    def composite(self, polynomial: Polynomial) -> frozenset[str]:
        """The roots because of which a polynomial that is not seen to be zero may be it all the same."""
        return self._composite.composite(polynomial)

    def presented(self, polynomial: Polynomial) -> Polynomial:
        """The polynomial in nothing but what is declared, radicands as squares of composite roots."""
        return self._composite.presented(self._composite.folded(polynomial))

    def alias(self, root: str) -> Template | None:
        """What a root is in terms of other arrays, where it is a multiple of these; else None."""
        return self._composite.alias(root)

    def is_zero(self, polynomial: Polynomial) -> bool:
        """Whether a normal form is the zero function, as far as that is seen.

        Radicands are taken for squares of composite roots first, then these squares for radicands. Where
        that takes too many steps a polynomial is not seen to be zero, which says nothing.
        """
        if not self.composite(polynomial):
            return super().is_zero(polynomial)
        before = self.ring.budget.left
        for is_seen in (self._is_zero_folded, super().is_zero):
            try:
                if is_seen(polynomial):
                    return True
            except BudgetExhausted:
                continue
            finally:
                self.ring.budget.left = before
        return False

    def _is_zero_folded(self, polynomial: Polynomial) -> bool:
        return not self.size_polynomials.cleared(self._composite.folded(polynomial))[0]

    def _cleared(self, polynomial: Polynomial) -> Polynomial:
        return self._composite.cleared(polynomial)

    def _check_divisors(self) -> None:
        """No statistic divides by zero at the sizes that are fixed.

        Else it would not be defined there, and the power sum that it stands for would be anything.
        """
        used = self.size_polynomials.used
        for name in self._statistics.sources:
            used.clear()
            used |= self._demands[name].divisors
            for condition in self.size_polynomials.conditions():
                if self.fixed is not None and self.fixed.vanishes(condition):
                    problem = f"{name} divides by zero at the size that is assumed"
                    raise TermError("vacuous", problem, self.signature.declared[name])
        used.clear()

    # Declarations

    def _declare(self, declarations: Iterable[Declaration]) -> None:
        """Enter declarations; means and roots are exchanged for the power sums behind them.

        A root that stands for no power sum, and what uses one, comes after all others.
        """
        for declaration in declarations:
            self.signature.enter(declaration)
            self._demands[declaration.name] = _Demands(frozenset(), frozenset())
        later: dict[str, Declaration] = {}
        for declaration in declarations:
            name = declaration.name
            with self._demanding(name):
                if not self.signature.reaches[name].isdisjoint(later) or not self._stands(
                    declaration
                ):
                    later[name] = declaration
            self._templates.clear()
        for name, declaration in later.items():
            letter = None
            with self._demanding(name):
                if isinstance(declaration, Root):
                    radicand = self._template(declaration.formals, declaration.radicand)
                    radicand = radicand._replace(
                        polynomial=self._composite.folded(radicand.polynomial)
                    )
                    self._check_positive(declaration, radicand.polynomial)
                    letter = self._composite.enter(name, radicand, self.roots)
                    solved = self._composite.solved.get(name)
                    self._note_units(solved.polynomial if solved else {}, letter)
            if letter is not None:
                roots, divisors = self._demands[name]
                self._demands[letter] = _Demands(roots | {name}, divisors)
            self._templates.clear()

    def _stands(self, declaration: Declaration) -> bool:
        """Enter what an array stands for; false for a root that stands for no power sum."""
        match declaration:
            case Parameter(name, _, symmetric) if symmetric:
                self.ring.symmetric.add(name)
            case Definition(name, formals, Mean(_, Entry()) as body):
                self._exchange(name, 1, self._template(formals, body))
            case Root(name, formals, radicand):
                template = self._template(formals, radicand)
                self._check_positive(declaration, template.polynomial)
                return self._exchange(name, 2, template)
        return True

    def _check_positive(self, root: Root, radicand: Polynomial) -> None:
        """A radicand is not a number that is not positive."""
        if radicand.keys() <= {ONE} and radicand.get(ONE, 0) <= 0:
            raise TermError("vacuous", f"the radicand of {root.name} is never positive", root)

    def _note_units(self, value: Polynomial, letter: str | None) -> None:
        """Note the roots that a root is a multiple of: it is that only where they are positive.

        The letter that was made for it is positive wherever the root is.
        """
        for monomial in value:
            for (name, _), _ in monomial.factors:
                if name in self.signature.roots and name != letter:
                    self._note(name)

    def _exchange(self, name: str, power: int, source: Template) -> bool:
        """Exchange a power sum for a statistic; one with a value of a function in it is none."""
        parts = (atom[0] for m in source.polynomial for atom, _ in m.factors)
        if not self.opaque.meaning.keys().isdisjoint(parts):
            return False
        return self._statistics.exchange(name, power, source)

    # Division

    def _inverse(self, polynomial: Polynomial, culprit: object) -> Polynomial:
        """The inverse of a unit.

            p = c * u1^k1 * ... * um^km       c a non-zero polynomial in the sizes, each u a unit
            ---------------------------------------------------------------------------------
            1/p = 1/c * u1^(-k1) * ... * um^(-km)                  (scope: the sizes with c != 0)

        A unit is a root or a parameter that is positive or non-zero by hypothesis; what counts is the
        normal form, so `var[d] + eps` is the unit `s[d]^2`. Anything else raises `TermError`.
        """
        parts, denominator = self.size_polynomials.split(polynomial)
        if len(parts) > 1 or not all(self._is_product_of_units(m) for m in parts):
            parts, denominator = self.size_polynomials.split(self._composite.folded(polynomial))
        if not parts:
            raise TermError("division", "cannot divide by zero", culprit)
        [(monomial, coefficient), *more] = parts.items()
        if more or monomial.bound:
            problem = f"cannot divide by this, since it is not a product of {_UNITS}"
            raise TermError("division", problem, culprit)
        for atom, _ in monomial.factors:
            self._check_unit(atom, culprit)
        inverse = Monomial(tuple((atom, -power) for atom, power in monomial.factors), ())
        scale = self.size_polynomials.inverse(coefficient)
        return self.ring.multiply(self.ring.multiply({inverse: 1}, scale), denominator)

    def _inverse_of_square(self, square: Polynomial) -> Polynomial:
        """The inverse of the square of a root, which is not zero where the root exists.

        So nothing else that it is made of need be noted.
        """
        used = self.size_polynomials.used
        before = set(self.roots), set(used)
        try:
            return self._inverse(square, None)
        finally:
            for noted, earlier in zip((self.roots, used), before, strict=True):
                noted.intersection_update(earlier)

    def _is_product_of_units(self, monomial: Monomial) -> bool:
        units = (self.signature.is_unit(atom[0]) for atom, _ in monomial.factors)
        return not monomial.bound and all(units)

    def _check_unit(self, atom: Atom, culprit: object) -> None:
        name = atom[0]
        if self.signature.is_unit(name):
            self._note(name)
            return
        if name in self.opaque.meaning:
            function = self.opaque.meaning[name].function
            problem = f"cannot divide by a value of {function}, which may be zero"
            raise TermError("division", problem, culprit)
        shown = atom_text(rename_atom(atom, self._authors))
        problem = f"cannot divide by {shown}, which may be zero"
        declared = self.signature.declared.get(name)
        if isinstance(declared, Parameter) and len(set(atom[1])) == len(atom[1]):
            relation = ">" if declared.nonnegative else "!="
            problem += f"; assume {shown} {relation} 0 if you mean that it is not"
        raise TermError("division", problem, culprit)

    # Entries and derivatives

    def _entry(self, entry: Entry, at: Mapping[Index, Index]) -> Polynomial:
        """An entry of an array: an atom, or the instance of a definition.

        let y[i,d] = body
        --------------------------------------
        y[k,e]  =  body[i, d := k, e]          (at once; bound indices of body are named apart)
        """
        entry = self.signature.meant(entry)
        name = entry.name
        if name in self.signature.sizes.values():
            self.signature.check_indices(entry.indices, (), name, entry)
            return self.ring.atom((name, ()))
        declared = self.signature.find(entry)
        indices = tuple(at.get(index, index) for index in entry.indices)
        solved = self._statistics.solved.get(name) or self._composite.solved.get(name)
        if solved is not None:
            self._note(name)
            return self._instance(solved, indices)
        if not isinstance(declared, Definition) or name in self._statistics.sources:
            self._note(name)
            return self.ring.atom((name, indices))
        template = self._unfolded(declared)
        self._note(name)
        return self._instance(template, indices)

    def _unfolded(self, definition: Definition) -> Template:
        """The normal form of the body of a definition; what it demands is kept with its name.

        The definitions that it uses come first, in the order of their declaration.
        """
        template = self._templates.get(definition.name)
        if template is not None:
            return template
        for name in self.signature.used_by(definition.name):
            declared = self.signature.declared[name]
            known = name in self._templates or name in self._statistics.sources
            if isinstance(declared, Definition) and not known:
                with self._demanding(name):
                    self._templates[name] = self._template(declared.formals, declared.body)
        return self._templates[definition.name]

    def _note(self, name: str) -> None:
        """Note that an array is used, and so everything that it demands."""
        if isinstance(self.signature.declared.get(name), Root):
            self.roots.add(name)
        demands = self._demands[name]
        self.roots |= demands.roots
        self.size_polynomials.used |= demands.divisors

    def _body(
        self, body: Term, at: Mapping[Index, Index], _unequal: Iterable[Unequal]
    ) -> Polynomial:
        return self._refreshed(self._normal_form(body, at))

    def _denominator(self, denominator: Term, at: Mapping[Index, Index]) -> Polynomial:
        return self._body(denominator, at, ())

    def _bound(self, polynomial: Polynomial, indices: tuple[Index, ...]) -> Polynomial:
        return self.ring.bind(polynomial, indices)

    def _diff(self, polynomial: Polynomial, variable: Atom) -> Polynomial:
        return self._derivative(polynomial, variable)

    def _atom_derivative(self, atom: Atom, variable: Atom) -> Polynomial:
        """The derivative of one atom.

        diff[x[j,e]] x[i,d] = delta[i,j]*delta[d,e]
        diff mu = diff (the definition of mu)
        diff s  = diff (the radicand of s) / (2*s)          (s^2 is the radicand, and s > 0)
        """
        name, indices = atom
        array, at = variable
        if name == array:
            return self._identities(indices, at)
        if name in self.opaque.meaning:
            return self._value_derivative(self.opaque.instance(atom), variable)
        generator = self._statistics.sources.get(name) or self._composite.letters.get(name)
        if generator is None:
            return {}
        template = self._derivatives.get((name, array))
        if template is None:
            template = self._derivatives[name, array] = self._slope(name, generator, variable)
        return self._instance(template, indices + at)

    def _slope(self, name: str, generator: Template, variable: Atom) -> Template:
        """The derivative of a mean or a root by any entry of the array of the variable."""
        at = tuple(self.ring.fresh(index.sort) for index in variable[1])
        slope = self._derivative(generator.polynomial, (variable[0], at))
        if name in self.signature.roots:
            slope = self.ring.multiply(self._half_inverse((name, generator.formals)), slope)
        return Template(generator.formals + at, slope)

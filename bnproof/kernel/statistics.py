"""Means and roots, and the power sums that they stand for (trusted; rule 4 of the normal form).

A mean or a root is a letter of its own. Its definition, read backwards, says what a power sum is:
`sum[i] x[i,d] = n*mu[d]`. With several statistics of one input a sum may be exchanged in several ways,
and these must come to the same: where they do not at once, what they say of each other is solved for a
power sum of one of them, as `sum[i] nu[i] = n/D*(sum[d] mu[d])` for batch and layer normalization.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from bnproof.kernel.monomials import Factor, Monomial, Polynomial
from bnproof.kernel.ring import PowerSum, Ring
from bnproof.kernel.signature import Signature
from bnproof.kernel.units import SizePolynomials
from bnproof.terms import Definition, Index, Input, Parameter, Root, index_sorts


class Template(NamedTuple):
    """A normal form with formal indices, to be instantiated at others."""

    formals: tuple[Index, ...]
    polynomial: Polynomial


class Statistics:
    """The means and roots of one calculus, entered in the order of their declaration.

    `sources` are their definitions: of a mean what it is, of a root its radicand. `solved` are the
    parameters that a root stands for. `inverse` gives one over a polynomial in the sizes.
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
        self.sources: dict[str, Template] = {}
        self.solved: dict[str, Template] = {}

    def exchange(self, name: str, power: int, source: Template) -> bool:
        """Exchange a power sum for the mean or the root that is defined by it; whether there is one.

            name[d]^k = c * (sum[i] x[i,d]^p) + rest       c a unit
            -------------------------------------------------------
            sum[i] x[i,d]^p  =  (name[d]^k - rest) / c

        A mean has k = p = 1. A root has k = 2; its radicand is positive and so the root a unit. A root
        may also stand for a parameter alone, as for a running variance: `v[d] = s[d]^2 - eps`.
        """
        ring, formals = self._ring, source.formals
        value = ring.atom((name, formals), power)
        equation = ring.add(source.polynomial, ring.scale(value, -1))
        before = {key: tuple(known) for key, known in ring.power_sums.items()}
        self.sources[name] = source
        if self._enter(equation, formals, linear=power == 1):
            return True
        ring.power_sums.clear()
        ring.power_sums.update((key, list(known)) for key, known in before.items())
        del self.sources[name]
        if power == 2 and self._solve_parameter(equation, source):
            self.sources[name] = source
            return True
        return False

    def _enter(
        self, equation: Polynomial, formals: tuple[Index, ...], linear: bool = False
    ) -> bool:
        """Solve `equation = 0` for a power sum, and have this agree with those entered before.

            0 = c * (sum[i] a[i,d]^p) + rest
            --------------------------------
            sum[i] a[i,d]^p  =  -rest / c

        The array a is an input, a mean or a root, that of the highest rank; `rest` must not contain it.
        So every exchange leads to arrays of lower rank, and there is an end to them. Where `linear`, p
        must be 1. Returns whether there was one to solve for that agrees with the others.
        """
        candidates = {
            factor
            for monomial in equation
            for factor in self._power_sums(monomial, formals)
            if factor[1] == 1 or not linear
        }
        ranks = {name: self._rank(name) for m in equation for (name, _), _ in m.factors}
        top = max(ranks.values(), default=(0, 0))
        for found in sorted(f for f in candidates if ranks[f[0][0]] == top):
            (array, indices), degree = found
            part = {m: c for m, c in equation.items() if found in m.factors}
            rest = {m: c for m, c in equation.items() if m not in part}
            if any(atom[0] == array for m in rest for atom, _ in m.factors):
                continue
            if any(found not in self._power_sums(m, formals) for m in part):
                continue
            scale = {
                Monomial(tuple(f for f in m.factors if f != found), ()): c for m, c in part.items()
            }
            if not self._sizes.split(scale)[0]:
                continue
            solved = self._ring.multiply(self._ring.scale(rest, -1), self._inverse(scale))
            positions = tuple(k for k, index in enumerate(indices) if index not in formals)
            others = tuple(index for index in indices if index in formals)
            return self._agree(array, degree, PowerSum(positions, others, solved))
        return False

    def _rank(self, array: str) -> tuple[int, int]:
        """A measure that grows smaller with every exchange, so that there is an end to them.

        What a power sum is exchanged for has arrays of fewer indices, or as many and declared earlier.
        """
        declared = self._signature.declared.get(array)
        statistic = isinstance(declared, Input | Root) or array in self.sources
        if declared is None or not statistic:
            return (0, 0)
        order = list(self._signature.declared)
        return (1 + len(index_sorts(declared)), order.index(array))

    def _agree(self, array: str, degree: int, new: PowerSum) -> bool:
        """Enter how a power sum is exchanged, and complete it with the other ways for its array.

            sum[i] x[i,d] = n*mu[d]      sum[d] x[i,d] = D*nu[i]
            ----------------------------------------------------
            sum[d] n*mu[d]  =  sum[i] D*nu[i]

        Both are sums over all indices that either is over.
        """
        known = self._ring.power_sums.setdefault((array, degree), [])
        others = tuple(known)
        known.append(new)
        sorts = index_sorts(self._signature.declared[array])
        for other in others:
            both = {*new.positions, *other.positions}
            indices = tuple(map(self._ring.fresh, sorts))
            values = [self._summed(s, indices, both) for s in (new, other)]
            equation = self._ring.add(values[0], self._ring.scale(values[1], -1))
            left = tuple(index for k, index in enumerate(indices) if k not in both)
            if self._sizes.cleared(equation)[0] and not self._enter(equation, left):
                return False
        return True

    def _summed(self, known: PowerSum, indices: tuple[Index, ...], both: set[int]) -> Polynomial:
        """What a power sum is exchanged for, summed over more indices of its array."""
        others = [index for k, index in enumerate(indices) if k not in known.positions]
        names = dict(zip(known.formals, others, strict=True))
        more = [indices[k] for k in sorted(both.difference(known.positions))]
        return self._ring.bind(self._ring.instantiate(known.value, names), more)

    def _power_sums(self, monomial: Monomial, formals: tuple[Index, ...]) -> Iterator[Factor]:
        """The factor `a[i,d]^p` of a monomial `c * sum[i] a[i,d]^p`, c in the sizes alone.

        Of a root, which is no polynomial in the inputs, this is its square.
        """
        factors = [f for f in monomial.factors if not self._sizes.is_size(f[0][0])]
        if len(factors) != 1 or not monomial.bound:
            return
        (array, indices), power = factors[0]
        if sorted(indices) != sorted(monomial.bound + formals):
            return
        match self._signature.declared.get(array):
            case Input():
                yield factors[0]
            case Definition() if array in self.sources and power in (1, 2):
                yield factors[0]
            case Root() if power == 2:
                yield factors[0]

    def _solve_parameter(self, equation: Polynomial, source: Template) -> bool:
        """Solve a radicand for a parameter in it that nothing else speaks of.

            s[d]^2 = c * v[d] + rest        v a parameter, c a unit
            -------------------------------------------------------
            v[d]  =  (s[d]^2 - rest) / c

        The points of the domain are those where the right side is what v is, so s may be any positive
        letter from then on.
        """
        for monomial in source.polynomial:
            factors = [f for f in monomial.factors if not self._sizes.is_size(f[0][0])]
            if len(factors) != 1 or monomial.bound or factors[0][1] != 1:
                continue
            name, indices = factors[0][0]
            carrying = [m for m in equation if any(atom[0] == name for atom, _ in m.factors)]
            if carrying != [monomial] or not self._is_free(name):
                continue
            if len(set(indices)) != len(indices) or set(indices) != set(source.formals):
                continue
            sizes = Monomial(tuple(f for f in monomial.factors if f != factors[0]), ())
            rest = {m: c for m, c in equation.items() if m != monomial}
            scale = self._inverse({sizes: equation[monomial]})
            value = self._ring.multiply(self._ring.scale(rest, -1), scale)
            self.solved[name] = Template(indices, value)
            return True
        return False

    def _is_free(self, name: str) -> bool:
        """Whether a parameter is not zero by hypothesis, and no other statistic speaks of it."""
        declared, signature = self._signature.declared.get(name), self._signature
        if not isinstance(declared, Parameter) or declared.symmetric or declared.nonnegative:
            return False
        sources = [source.polynomial for source in self.sources.values()]
        sources += [s.value for known in self._ring.power_sums.values() for s in known]
        named = (atom[0] for p in sources for m in p for atom, _ in m.factors)
        shared = (known.source for known in signature.shared.values())
        return name not in {*signature.zero(), *shared, *self.solved, *named}

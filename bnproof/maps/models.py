"""The phases of batch normalisation as symbolic maps over SymPy.

A map takes a batch `x[i,d]` of n samples with D features to a batch of the same shape. Its definitions
are those that the kernel reads; `f >> g` applies f, then g. At given sizes SymPy writes a map out and
differentiates it. For symbolic sizes SymPy only shows: each derivative comes from the kernel's normal
form, and the kernel has proved that it is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import sympy
from sympy.polys.matrices import DomainMatrix

from bnproof.closed_forms.folding import closed_form
from bnproof.kernel import Theorem, decide
from bnproof.language import Source, parse_term, print_term, read_statement
from bnproof.maps import definitions
from bnproof.maps.composition import compose
from bnproof.maps.taylor import TaylorTerm
from bnproof.maps.translate import Explicit, Symbolic
from bnproof.terms import (
    BnproofError,
    Definition,
    Diff,
    Entry,
    Equation,
    Hypothesis,
    Index,
    Mul,
    Sign,
    Term,
    Theory,
    free_indices,
    rename_arrays,
    substitute,
    subterms,
)

_I, _J, _K = (Index(name, "sample") for name in "ijk")
_D, _E = (Index(name, "feature") for name in "de")


class Map:
    """A symbolic map from a batch `x[i,d]` to a batch `output[i,d]` of the same shape.

    Args:
        theory: the definitions, with the input `x[sample, feature]`.
        output: the name of the array in the theory that the map yields.
        slope: the factor, free in d, that the Jacobian of each feature carries in front of the matrix
            that `is_projector` examines; `1/s[d]` for standardization.
        zero: the names of parameters that are 0, such as `eps`.

    `bnproof.prove(claim, norm=a_map)` decides claims in the vocabulary of a map.
    """

    def __init__(
        self, theory: Theory, output: str, slope: Term, zero: frozenset[str] = frozenset()
    ) -> None:
        self.theory = theory
        self.output = output
        self.slope = slope
        self.zero = zero

    def __rshift__(self, other: Map) -> Map:
        """The map that applies this one first, then the other."""
        if not isinstance(other, Map):
            return NotImplemented
        theory, earlier, later = compose(self.theory, self.output, other.theory)
        slope = Mul((rename_arrays(self.slope, earlier), rename_arrays(other.slope, later)))
        zero = {later.get(name, name) for name in other.zero} | self.zero
        return Map(theory, later.get(other.output, other.output), slope, frozenset(zero))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} x[i,d] -> {self.output}[i,d]>"

    @property
    def hypotheses(self) -> tuple[Hypothesis, ...]:
        """What the kernel may assume of this map."""
        return tuple(Sign(Entry(name), "zero") for name in sorted(self.zero))

    # Symbolic sizes

    def entry(self, unfold: bool = True) -> sympy.Expr:
        """The output at sample i and feature d for symbolic n and D, as `Indexed` and `Sum`.

        With `unfold=False` the definitions behind the output stay arrays of their own.
        """
        definition = self.theory.find(self.output)
        if not isinstance(definition, Definition):
            raise BnproofError(f"{self.output} is not defined by the theory of this map")
        body = substitute(definition.body, dict(zip(definition.formals, (_I, _D), strict=True)))
        return self._symbolic(body, self.theory, unfold)

    def jacobian_entry(self) -> ProvedTerm:
        """The derivative of output k, d by input j, e, for symbolic n and D, as the kernel proves it."""
        variable = Entry(self._input(), (_J, _E))
        return self._proved(Diff(variable, Entry(self.output, (_K, _D))), self.theory)

    def pull_back(self, taylor_term: TaylorTerm) -> PulledBack:
        """A Taylor term of a loss in the output, as a function of the input of this map."""
        term = taylor_term.term
        names = {part.name for part in subterms(term) if isinstance(part, Entry)}
        if "v" not in names:
            raise BnproofError(f"{taylor_term} does not contain v, the output of the map")
        loss = rename_arrays(term, {"v": self.output})
        source = Source("Taylor term", f"blocked {print_term(loss)}")
        return PulledBack(self, loss, read_statement(source, self.theory).theory)

    # Given sizes

    def inputs(self, n: int, D: int = 1) -> sympy.Matrix:  # noqa: N803
        """The n x D matrix of the input's symbols."""
        explicit = self._explicit(self.theory, n, D)
        return sympy.Matrix(n, D, lambda i, d: explicit.entry_at(self._input(), (i + 1, d + 1)))

    def matrix(self, n: int, D: int = 1) -> sympy.Matrix:  # noqa: N803
        """The n x D matrix of the output, each entry written out in the input's symbols."""
        explicit = self._explicit(self.theory, n, D)
        return sympy.Matrix(n, D, lambda i, d: explicit.entry_at(self.output, (i + 1, d + 1)))

    def jacobian(self, n: int, D: int = 1) -> sympy.Matrix:  # noqa: N803
        """The nD x nD matrix of derivatives, outputs by rows, both batches read row by row."""
        outputs, inputs = self.matrix(n, D), self.inputs(n, D)
        return sympy.Matrix(list(outputs)).jacobian(list(inputs))

    def projection(self, n: int) -> sympy.Matrix:
        """The n x n Jacobian of one feature divided by the slope of the map.

        For standardization it is delta[j,k] - 1/n - y[j]*y[k]/n, a matrix of rational functions in the
        input and eps. Raises `BnproofError` for a map of which that is not so.
        """
        return self._exact(n).to_Matrix()

    def null_space(self, n: int) -> list[sympy.Matrix]:
        """A basis of the null space of the Jacobian of one feature, at a generic input."""
        basis = self._exact(n).nullspace(divide_last=True).to_Matrix()
        return [basis.row(k).T.applyfunc(sympy.factor) for k in range(basis.rows)]

    def rank(self, n: int) -> int:
        """The rank of the Jacobian of one feature, at a generic input."""
        return int(self._exact(n).rank())

    def is_projector(self, n: int) -> bool:
        """Whether `projection(n)` is symmetric and idempotent, as rational functions."""
        matrix = self._exact(n)
        return bool(matrix == matrix.transpose() and matrix * matrix == matrix)

    # Inside

    def _exact(self, n: int) -> DomainMatrix:
        """The projection as a matrix over a field of rational functions, where zero is decidable."""
        explicit = self._explicit(self.theory, n, 1)
        explicit.at = {_D: 1}
        slope = explicit(self.slope)
        matrix = self.jacobian(n).applyfunc(lambda e: _quotient(e, slope))
        exact = DomainMatrix.from_Matrix(matrix, fmt="dense").to_field()
        generators = getattr(exact.domain, "symbols", ())
        if exact.domain.is_EX or not all(generator.is_Symbol for generator in generators):
            raise BnproofError("the Jacobian of this map divided by its slope is not rational")
        return exact

    def _input(self) -> str:
        return self.theory.inputs()[0].name

    def _values(self) -> dict[str, sympy.Expr]:
        return dict.fromkeys(self.zero, sympy.Integer(0))

    def _explicit(self, theory: Theory, n: int, features: int) -> Explicit:
        if n < 1 or features < 1:
            raise BnproofError(
                f"a batch has at least one sample and one feature, not {n} and {features}"
            )
        return Explicit(theory, self._values(), {"n": n, "D": features})

    def _symbolic(self, term: Term, theory: Theory, unfold: bool) -> sympy.Expr:
        return Symbolic(theory, self._values(), unfold, free_indices(term))(term)

    def _proved(self, term: Term, theory: Theory) -> ProvedTerm:
        """What a term equals for all sizes: its closed form, proved equal."""
        value = closed_form(term, theory, self.hypotheses)
        theorem = decide(Equation(term, value), theory, self.hypotheses)
        if not isinstance(theorem, Theorem):
            raise BnproofError(f"{print_term(value)} does not follow; please report this")
        return ProvedTerm(theorem, value, self._symbolic(value, theory, unfold=False))


@dataclass(frozen=True, slots=True, repr=False)
class ProvedTerm:
    """A closed form that holds for all sizes: the kernel's theorem, its right side, and that in SymPy."""

    theorem: Theorem
    term: Term
    expression: sympy.Expr

    def __str__(self) -> str:
        return print_term(self.term)

    def __repr__(self) -> str:
        return f"<ProvedTerm {self}>"


@dataclass(frozen=True, slots=True, repr=False)
class PulledBack:
    """A Taylor term of a loss as a function of the input of a map."""

    map: Map
    loss: Term
    theory: Theory

    def __str__(self) -> str:
        return print_term(self.loss)

    def __repr__(self) -> str:
        return f"<PulledBack {self}>"

    @property
    def expression(self) -> sympy.Expr:
        """The term for symbolic n and D, written out in the input."""
        return self.map._symbolic(self.loss, self.theory, unfold=True)

    @property
    def gradient(self) -> ProvedTerm:
        """Its derivative by the input at sample j and feature e, for symbolic n and D."""
        return self.map._proved(self._derivative(), self.theory)

    def explicit(self, n: int, D: int = 1) -> sympy.Expr:  # noqa: N803
        """The term at given sizes."""
        return self.map._explicit(self.theory, n, D)(self.loss)

    def explicit_gradient(self, n: int, D: int = 1) -> sympy.Matrix:  # noqa: N803
        """The n x D matrix of its derivatives at given sizes, differentiated by SymPy."""
        value = self.explicit(n, D)
        return self.map.inputs(n, D).applyfunc(lambda entry: sympy.diff(value, entry))

    def _derivative(self) -> Term:
        return Diff(Entry(self.map.theory.inputs()[0].name, (_J, _E)), self.loss)


class Centering(Map):
    """y = x - mu: every feature minus its mean over the batch."""

    def __init__(self) -> None:
        super().__init__(definitions.centering(), "y", parse_term("1"))


class Scaling(Map):
    """y = x/s: every feature divided by its root mean square over the batch, eps added inside.

    Args:
        eps: 0 for eps = 0; by default eps is a symbol that is not negative.
    """

    def __init__(self, eps: Literal[0] | None = None) -> None:
        super().__init__(definitions.scaling(), "y", parse_term("1/s[d]"), _zero(eps))


class Standardization(Map):
    """y = (x - mu)/s with s^2 = var + eps: scaling after centering.

    Args:
        eps: 0 for eps = 0; by default eps is a symbol that is not negative.
    """

    def __init__(self, eps: Literal[0] | None = None) -> None:
        super().__init__(definitions.standardization(), "y", parse_term("1/s[d]"), _zero(eps))


class Affine(Map):
    """y = gamma*x + beta, a scale and a shift for each feature."""

    def __init__(self) -> None:
        super().__init__(definitions.affine(), "y", parse_term("gamma[d]"))


class BatchNorm(Map):
    """z = gamma*y + beta: standardization, then the affine phase (Ioffe and Szegedy 2015).

    Args:
        eps: 0 for eps = 0; by default eps is a symbol that is not negative.
    """

    def __init__(self, eps: Literal[0] | None = None) -> None:
        super().__init__(definitions.batchnorm(), "z", parse_term("gamma[d]/s[d]"), _zero(eps))


def _quotient(expression: sympy.Expr, divisor: sympy.Expr) -> sympy.Expr:
    """The quotient term by term, so that powers of one root meet and cancel."""
    return sympy.Add(*(term / divisor for term in sympy.Add.make_args(expression)))


def _zero(eps: Literal[0] | None) -> frozenset[str]:
    if eps not in (0, None):
        raise BnproofError(
            f"eps is 0 or a symbol (None), not {eps!r}; substitute in the result instead"
        )
    return frozenset() if eps is None else frozenset({"eps"})

"""Maps of batches as symbolic maps over SymPy.

A map takes a batch, such as `x[i,d]` of n samples with D features, to a batch of the same shape. Its
definitions are those that the kernel reads; `f >> g` applies f, then g. At given sizes SymPy writes a
map out and differentiates it. For symbolic sizes SymPy only shows: each derivative comes from the
kernel's normal form, and the kernel has proved that it is one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sympy
from sympy.polys.matrices import DomainMatrix

from bnproof.closed_forms.folding import closed_form
from bnproof.kernel import Theorem, decide
from bnproof.language import Source, parse_term, print_term, read_statement
from bnproof.maps.composition import compose
from bnproof.maps.definitions import signs_of
from bnproof.maps.taylor import TaylorTerm
from bnproof.maps.translate import Explicit, Symbolic
from bnproof.terms import (
    SAMPLE,
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
    fresh_index,
    index_letters,
    number,
    rename_arrays,
    substitute,
    subterms,
)


class Map:
    """A symbolic map from a batch `x[i,d]`, or one with other indices, to a batch of the same shape.

    Args:
        theory: the definitions, with one input.
        output: the name of the array in the theory that the map yields.
        slope: the factor that the Jacobian of each block carries in front of the matrix that
            `is_projector` examines; `1/s[d]` for standardization.
        zero: the names of parameters that are 0, such as `eps`.
        averaged: the sorts that statistics are taken over. The entries that differ in these indices
            alone are a block: the samples of one feature, for batch norm.
        signs: what holds of the parameters of the theory.

    `bnproof.prove(claim, norm=a_map)` decides claims in the vocabulary of a map. Sizes are given by their
    names, and are 1 where they are not given: `rank(4)` or `rank(n=2, P=2)`.
    """

    def __init__(
        self,
        theory: Theory,
        output: str,
        slope: Term,
        zero: frozenset[str] = frozenset(),
        averaged: Sequence[str] = (SAMPLE.name,),
        signs: Iterable[Hypothesis] = (),
    ) -> None:
        self.theory = theory
        self.output = output
        self.slope = slope
        self.zero = zero
        self.averaged = tuple(averaged)
        self.signs = tuple(signs)
        self.input = theory.inputs()[0]

    def __rshift__(self, other: Map) -> Map:
        """The map that applies this one first, then the other."""
        if not isinstance(other, Map):
            return NotImplemented
        if self.input.sorts != other.input.sorts:
            mine, theirs = (", ".join(m.input.sorts) for m in (self, other))
            raise BnproofError(f"a map of [{theirs}] takes no batch with the indices [{mine}]")
        theory, earlier, later = compose(self.theory, self.output, other.theory)
        slope: Term = number(1)
        if self.averaged == other.averaged:
            slope = Mul((rename_arrays(self.slope, earlier), rename_arrays(other.slope, later)))
        zero = {later.get(name, name) for name in other.zero} | self.zero
        averaged = dict.fromkeys((*self.averaged, *other.averaged))
        signs = (*signs_of(self.signs, earlier), *signs_of(other.signs, later))
        output = later.get(other.output, other.output)
        return Map(theory, output, slope, frozenset(zero), tuple(averaged), signs)

    def __repr__(self) -> str:
        at = ",".join(index.name for index in _indices(self.input.sorts))
        return f"<{type(self).__name__} {self.input.name}[{at}] -> {self.output}[{at}]>"

    @property
    def hypotheses(self) -> tuple[Hypothesis, ...]:
        """What the kernel may assume of this map."""
        return (*self.signs, *(Sign(Entry(name), "zero") for name in sorted(self.zero)))

    @property
    def letters(self) -> Mapping[str, str]:
        """The letters that indices of its own sorts go by, and these sorts."""
        further = (sort.name for sort in self.theory.sorts if sort not in Theory(()).sorts)
        return {letter: sort for sort in further for letter in index_letters(sort)}

    # Symbolic sizes

    def entry(self, unfold: bool = True) -> sympy.Expr:
        """One entry of the output (at sample i and feature d, ...), as `Indexed` and `Sum`.

        With `unfold=False` the definitions behind the output stay arrays of their own.
        """
        definition = self.theory.find(self.output)
        if not isinstance(definition, Definition):
            raise BnproofError(f"{self.output} is not defined by the theory of this map")
        at = _indices(self.input.sorts)
        body = substitute(definition.body, dict(zip(definition.formals, at, strict=True)))
        return self._symbolic(body, self.theory, unfold)

    def jacobian_entry(self) -> ProvedTerm:
        """The derivative of output k, d by input j, e, for symbolic sizes, as the kernel proves it."""
        output = Entry(self.output, _indices(self.input.sorts, _OUTPUTS))
        return self._proved(Diff(self._variable(), output), self.theory)

    def pull_back(self, taylor_term: TaylorTerm) -> PulledBack:
        """A Taylor term of a loss in the output, as a function of the input of this map."""
        term = parse_term(taylor_term.text, self.letters)
        names = {part.name for part in subterms(term) if isinstance(part, Entry)}
        if "v" not in names:
            raise BnproofError(f"{taylor_term} does not contain v, the output of the map")
        loss = rename_arrays(term, {"v": self.output})
        source = Source("Taylor term", f"blocked {print_term(loss)}")
        statement = read_statement(source, self.theory, letters=self.letters)
        return PulledBack(self, loss, statement.theory)

    # Given sizes

    def inputs(self, n: int = 1, D: int = 1, **sizes: int) -> sympy.Matrix:  # noqa: N803
        """The n x D matrix of the input's symbols; a `sympy.Array` where it has other indices."""
        return self._array(self.input.name, self._sizes(n, D, sizes))

    def matrix(self, n: int = 1, D: int = 1, **sizes: int) -> sympy.Matrix:  # noqa: N803
        """The output in the same shape, each entry written out in the input's symbols."""
        return self._array(self.output, self._sizes(n, D, sizes))

    def jacobian(self, n: int = 1, D: int = 1, **sizes: int) -> sympy.Matrix:  # noqa: N803
        """The square matrix of derivatives, outputs by rows, both batches read row by row."""
        return self._jacobian(self._sizes(n, D, sizes))

    def block(self, n: int = 1, D: int = 1, **sizes: int) -> sympy.Matrix:  # noqa: N803
        """The Jacobian of one block; the sizes that count are those of what is averaged."""
        return self._jacobian(self._block_sizes(self._sizes(n, D, sizes)))

    def projection(self, n: int = 1, D: int = 1, **sizes: int) -> sympy.Matrix:  # noqa: N803
        """The Jacobian of one block divided by the slope of the map.

        For standardization it is delta[j,k] - 1/n - y[j]*y[k]/n, a matrix of rational functions in the
        input and eps. Raises `BnproofError` for a map of which that is not so.
        """
        return self._exact(n, D, sizes).to_Matrix()

    def null_space(self, n: int = 1, D: int = 1, **sizes: int) -> list[sympy.Matrix]:  # noqa: N803
        """A basis of the null space of the Jacobian of one block, at a generic input."""
        basis = self._exact(n, D, sizes).nullspace(divide_last=True).to_Matrix()
        return [basis.row(k).T.applyfunc(sympy.factor) for k in range(basis.rows)]

    def rank(self, n: int = 1, D: int = 1, **sizes: int) -> int:  # noqa: N803
        """The rank of the Jacobian of one block, at a generic input."""
        return int(self._exact(n, D, sizes).rank())

    def is_projector(self, n: int = 1, D: int = 1, **sizes: int) -> bool:  # noqa: N803
        """Whether `projection` is symmetric and idempotent, as rational functions."""
        matrix = self._exact(n, D, sizes)
        return bool(matrix == matrix.transpose() and matrix * matrix == matrix)

    # Inside

    def _exact(self, n: int, D: int, sizes: Mapping[str, int]) -> DomainMatrix:  # noqa: N803
        """The projection as a matrix over a field of rational functions, where zero is decidable."""
        block = self._block_sizes(self._sizes(n, D, sizes))
        explicit = self._explicit(self.theory, block)
        explicit.at = dict.fromkeys(free_indices(self.slope), 1)
        slope = explicit(self.slope)
        matrix = self._jacobian(block).applyfunc(lambda e: _quotient(e, slope))
        exact = DomainMatrix.from_Matrix(matrix, fmt="dense").to_field()
        generators = getattr(exact.domain, "symbols", ())
        if exact.domain.is_EX or not all(generator.is_Symbol for generator in generators):
            raise BnproofError("the Jacobian of this map divided by its slope is not rational")
        return exact

    def _sizes(self, n: int, D: int, others: Mapping[str, int]) -> dict[str, int]:  # noqa: N803
        """All sizes, by their names."""
        known = self.theory.sizes()
        sizes = {**dict.fromkeys(known, 1), "n": n, "D": D, **others}
        for name, size in sizes.items():
            if name not in known:
                raise BnproofError(f"{name} is no size of this map; it has {', '.join(known)}")
            if size < 1:
                raise BnproofError(f"sizes are at least 1, and {name} = {size} is not")
        return sizes

    def _block_sizes(self, sizes: Mapping[str, int]) -> dict[str, int]:
        """The sizes at which there is one block."""
        averaged = {self.theory.size_of(sort) for sort in self.averaged}
        return {name: size if name in averaged else 1 for name, size in sizes.items()}

    def _array(self, name: str, sizes: Mapping[str, int]) -> sympy.Matrix:
        """The entries of the input or the output in their shape."""
        shape = tuple(sizes[self.theory.size_of(sort)] for sort in self.input.sorts)
        entries = self._entries(name, sizes)
        return sympy.Matrix(*shape, entries) if len(shape) == 2 else sympy.Array(entries, shape)

    def _entries(self, name: str, sizes: Mapping[str, int]) -> list[sympy.Expr]:
        """The entries of the input or the output, row by row."""
        explicit = self._explicit(self.theory, sizes)
        ranges = (range(1, sizes[self.theory.size_of(sort)] + 1) for sort in self.input.sorts)
        return [explicit.entry_at(name, position) for position in itertools.product(*ranges)]

    def _jacobian(self, sizes: Mapping[str, int]) -> sympy.Matrix:
        outputs = sympy.Matrix(self._entries(self.output, sizes))
        return outputs.jacobian(self._entries(self.input.name, sizes))

    def _variable(self) -> Entry:
        """The entry of the input that one differentiates by."""
        return Entry(self.input.name, _indices(self.input.sorts, _INPUTS))

    def _values(self) -> dict[str, sympy.Expr]:
        return dict.fromkeys(self.zero, sympy.Integer(0))

    def _explicit(self, theory: Theory, sizes: Mapping[str, int]) -> Explicit:
        return Explicit(theory, self._values(), sizes)

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
        """The term for symbolic sizes, written out in the input."""
        return self.map._symbolic(self.loss, self.theory, unfold=True)

    @property
    def gradient(self) -> ProvedTerm:
        """Its derivative by the input at sample j and feature e, ..., for symbolic sizes."""
        return self.map._proved(Diff(self.map._variable(), self.loss), self.theory)

    def explicit(self, n: int = 1, D: int = 1, **sizes: int) -> sympy.Expr:  # noqa: N803
        """The term at given sizes."""
        return self.map._explicit(self.theory, self.map._sizes(n, D, sizes))(self.loss)

    def explicit_gradient(self, n: int = 1, D: int = 1, **sizes: int) -> sympy.Matrix:  # noqa: N803
        """Its derivatives by the entries of the input at given sizes, differentiated by SymPy."""
        value = self.explicit(n, D, **sizes)
        inputs = self.map.inputs(n, D, **sizes)
        return inputs.applyfunc(lambda entry: sympy.diff(value, entry))


# Which letters of a sample, and of any other sort, an entry has that has a part of its own.
_ENTRIES, _OUTPUTS, _INPUTS = (0, 0), (2, 0), (1, 1)


def _indices(sorts: Iterable[str], part: tuple[int, int] = _ENTRIES) -> tuple[Index, ...]:
    """The indices of an entry: i, d, p; of an output k, d, p, and of an input j, e, q."""
    found: list[Index] = []
    for sort in sorts:
        letters = index_letters(sort)
        first = part[0] if sort == SAMPLE.name else part[1]
        taken = [index.name for index in found] + [letters[0]] * (first > 0)
        found.append(fresh_index(sort, letters[first:] or letters, taken))
    return tuple(found)


def _quotient(expression: sympy.Expr, divisor: sympy.Expr) -> sympy.Expr:
    """The quotient term by term, so that powers of one root meet and cancel."""
    return sympy.Add(*(term / divisor for term in sympy.Add.make_args(expression)))

"""What can be said: indices, terms, claims, hypotheses and declarations (part of the trusted base).

Everything here is immutable data with no meaning of its own. The kernel gives it a normal form, the
exact evaluator a number, the SymPy models an expression, the printers a text, each on its own.
Terms stay as their author wrote them: nothing is simplified or reordered.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, TypeAlias


class BnproofError(Exception):
    """Base class of every error that a user of bnproof can cause; its text says what to do."""


class TermError(BnproofError, ValueError):
    """A term, claim or declaration that has no meaning; `culprit` is the smallest part at fault."""

    def __init__(self, code: str, message: str, culprit: object = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.culprit = culprit


def _require(condition: bool, problem: str, culprit: object) -> None:
    """Refuse a node that is built wrongly."""
    if not condition:
        raise TermError("syntax", problem, culprit)


def _require_name(name: object, culprit: object) -> None:
    """A name is a string and nothing that only behaves like one."""
    _require(type(name) is str, "a name is a string", culprit)


def _require_all(items: object, kind: type, problem: str, culprit: object) -> None:
    """Refuse what is no tuple of one kind: what is proved must not change behind its theorem."""
    right = type(items) is tuple and all(is_plain(item, kind) for item in items)
    _require(right, problem, culprit)


def is_plain(item: object, kind: type) -> bool:
    """Whether an item is of exactly this class, and so are the parts of an index, a sort or a pair."""
    if type(item) is not kind:
        return False
    if isinstance(item, Index | Sort):
        return all(type(part) is str for part in item)
    return not isinstance(item, Unequal) or all(is_plain(part, Index) for part in item)


class Index(NamedTuple):
    """An index letter and the sort it ranges over, such as `i` over samples."""

    name: str
    sort: str


@dataclass(frozen=True, slots=True)
class Number:
    """A non-negative integer or exact decimal; any other rational is a quotient, see `number`."""

    value: Fraction

    def __post_init__(self) -> None:
        _require(type(self.value) in (int, Fraction), "a number is a fraction", self)
        if self.value < 0 or 10 ** self.value.denominator.bit_length() % self.value.denominator:
            raise TermError("syntax", f"{self.value} is not a non-negative decimal", self)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of an array, `x[i,d]`; scalars, sizes and eps are arrays without indices."""

    name: str
    indices: tuple[Index, ...] = ()

    def __post_init__(self) -> None:
        _require_name(self.name, self)
        _require_all(self.indices, Index, "indices are a tuple", self)


@dataclass(frozen=True, slots=True)
class Delta:
    """The Kronecker delta of two indices of one sort."""

    left: Index
    right: Index

    def __post_init__(self) -> None:
        _require_all((self.left, self.right), Index, "a delta compares two indices", self)


@dataclass(frozen=True, slots=True)
class Neg:
    """`-body`"""

    body: Term


@dataclass(frozen=True, slots=True)
class Add:
    """`a + b - c`: the sum of its terms, a subtracted one being a `Neg`."""

    terms: tuple[Term, ...]

    def __post_init__(self) -> None:
        _require(type(self.terms) is tuple and self.terms != (), "terms are a tuple", self)


@dataclass(frozen=True, slots=True)
class Mul:
    """`a*b*c`"""

    factors: tuple[Term, ...]

    def __post_init__(self) -> None:
        _require(type(self.factors) is tuple and self.factors != (), "factors are a tuple", self)


@dataclass(frozen=True, slots=True)
class Div:
    """`numerator/denominator`; the kernel admits it only when the denominator is a unit."""

    numerator: Term
    denominator: Term


@dataclass(frozen=True, slots=True)
class Pow:
    """`base^exponent` with an integer exponent, negative for units only."""

    base: Term
    exponent: int

    def __post_init__(self) -> None:
        _require(type(self.exponent) is int, "an exponent is an integer", self)


class Unequal(NamedTuple):
    """The condition `left != right` on two indices of one sort."""

    left: Index
    right: Index


@dataclass(frozen=True, slots=True)
class Sum:
    """`sum[i,d : i != j] body`: binds `indices` in `conditions` and `body`."""

    indices: tuple[Index, ...]
    conditions: tuple[Unequal, ...]
    body: Term

    def __post_init__(self) -> None:
        _require_all(self.indices, Index, "indices are a tuple", self)
        _require_all(self.conditions, Unequal, "conditions are a tuple of pairs", self)
        _require(self.indices != (), "a sum has an index", self)


@dataclass(frozen=True, slots=True)
class Mean:
    """`mean[i] body`: the sum over `indices` divided by their sizes."""

    indices: tuple[Index, ...]
    body: Term

    def __post_init__(self) -> None:
        _require_all(self.indices, Index, "indices are a tuple", self)
        _require(self.indices != (), "a mean has an index", self)


@dataclass(frozen=True, slots=True)
class Diff:
    """`diff[x[j,e]] body`: the partial derivative by one entry; it binds no index."""

    variable: Entry
    body: Term

    def __post_init__(self) -> None:
        _require(type(self.variable) is Entry, "one differentiates by an entry", self)


Term: TypeAlias = Number | Entry | Delta | Neg | Add | Mul | Div | Pow | Sum | Mean | Diff


@dataclass(frozen=True, slots=True)
class Equation:
    """`left = right` for all sizes, inputs, parameters and free indices, coincidences included."""

    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class Blocked:
    """`blocked loss`: the derivative of the loss by every entry of the input is zero."""

    loss: Term


Claim: TypeAlias = Equation | Blocked


@dataclass(frozen=True, slots=True)
class Sign:
    """A hypothesis on every entry of a parameter: it is `zero`, `nonzero` or `positive`."""

    entry: Entry
    sign: str

    def __post_init__(self) -> None:
        _require(type(self.entry) is Entry, "a sign is that of an entry", self)
        _require_name(self.sign, self)
        _require(self.sign in ("zero", "nonzero", "positive"), f"{self.sign} is no sign", self)


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The hypothesis `size >= minimum`."""

    size: str
    minimum: int

    def __post_init__(self) -> None:
        _require_name(self.size, self)
        _require(type(self.minimum) is int, "the bound of a size is an integer", self)


Hypothesis: TypeAlias = Sign | AtLeast | Unequal


class Sort(NamedTuple):
    """An index sort and the name of its size: samples are counted by `n`, features by `D`."""

    name: str
    size: str


@dataclass(frozen=True, slots=True)
class Input:
    """An array of reals that the statistics of a normaliser are taken of."""

    name: str
    sorts: tuple[str, ...]

    def __post_init__(self) -> None:
        _require_name(self.name, self)
        _require_all(self.sorts, str, "sorts are a tuple", self)


@dataclass(frozen=True, slots=True)
class Parameter:
    """An array of reals, constant when one differentiates in another array.

    `symmetric` says that its two indices commute; `nonnegative` that no entry is below zero (eps).
    """

    name: str
    sorts: tuple[str, ...]
    symmetric: bool = False
    nonnegative: bool = False

    def __post_init__(self) -> None:
        flags = (self.symmetric, self.nonnegative)
        _require(all(type(flag) is bool for flag in flags), "a flag is true or false", self)
        _require_name(self.name, self)
        _require_all(self.sorts, str, "sorts are a tuple", self)


@dataclass(frozen=True, slots=True)
class Definition:
    """`let name[formals] = body`"""

    name: str
    formals: tuple[Index, ...]
    body: Term

    def __post_init__(self) -> None:
        _require_name(self.name, self)
        _require_all(self.formals, Index, "formals are a tuple", self)


@dataclass(frozen=True, slots=True)
class Root:
    """`root name[formals]: name^2 = radicand`, the positive root; its domain is a positive radicand."""

    name: str
    formals: tuple[Index, ...]
    radicand: Term

    def __post_init__(self) -> None:
        _require_name(self.name, self)
        _require_all(self.formals, Index, "formals are a tuple", self)


Declaration: TypeAlias = Input | Parameter | Definition | Root

# The classes that have a meaning; what is derived from them has none, as it could change its mind.
TERMS = frozenset({Number, Entry, Delta, Neg, Add, Mul, Div, Pow, Sum, Mean, Diff})
DECLARATIONS = frozenset({Input, Parameter, Definition, Root})

SAMPLE = Sort("sample", "n")
FEATURE = Sort("feature", "D")


@dataclass(frozen=True, slots=True)
class Theory:
    """What is declared: index sorts, and arrays in an order in which each uses earlier ones only."""

    declarations: tuple[Declaration, ...]
    sorts: tuple[Sort, ...] = (SAMPLE, FEATURE)

    def __post_init__(self) -> None:
        _require(type(self.declarations) is tuple, "declarations are a tuple", self)
        _require_all(self.sorts, Sort, "sorts are a tuple", self)
        _require(self.sorts != (), "there is a sort of indices", self)

    def find(self, name: str) -> Declaration | None:
        """The declaration of an array, or None."""
        return next((d for d in self.declarations if d.name == name), None)

    def size_of(self, sort: str) -> str:
        """The name of the size of a sort."""
        return next(s.size for s in self.sorts if s.name == sort)

    def sizes(self) -> tuple[str, ...]:
        """The names of all sizes, in the order of the sorts."""
        return tuple(s.size for s in self.sorts)

    def inputs(self) -> tuple[Input, ...]:
        """The inputs, in the order of their declaration."""
        return tuple(d for d in self.declarations if isinstance(d, Input))

    def extended(self, declarations: Iterable[Declaration]) -> Theory:
        """This theory with more declarations behind its own."""
        return Theory(self.declarations + tuple(declarations), self.sorts)


def index_sorts(declaration: Declaration) -> tuple[str, ...]:
    """The sorts of the indices of a declared array."""
    if isinstance(declaration, Input | Parameter):
        return declaration.sorts
    return tuple(index.sort for index in declaration.formals)


def number(value: Fraction | int) -> Term:
    """The term of a rational number."""
    value = Fraction(value)
    size: Term = Number(Fraction(abs(value.numerator)))
    if value.denominator != 1:
        size = Div(size, Number(Fraction(value.denominator)))
    return Neg(size) if value < 0 else size


def children(term: Term) -> tuple[Term, ...]:
    """The immediate subterms of a term; the variable of a `Diff` is not one."""
    match term:
        case Neg(body) | Sum(_, _, body) | Mean(_, body) | Diff(_, body) | Pow(body, _):
            return (body,)
        case Add(parts) | Mul(parts):
            return parts
        case Div(numerator, denominator):
            return (numerator, denominator)
    return ()


def subterms(term: Term) -> Iterator[Term]:
    """The term and all its subterms, outermost first; the variable of a `Diff` comes before its body."""
    yield term
    if isinstance(term, Diff):
        yield term.variable
    for child in children(term):
        yield from subterms(child)


def sides(claim: Claim) -> tuple[Term, ...]:
    """The terms that a claim is made of."""
    return (claim.left, claim.right) if isinstance(claim, Equation) else (claim.loss,)


def bound_indices(term: Term) -> tuple[Index, ...]:
    """The indices that the outermost operator of a term binds."""
    return term.indices if isinstance(term, Sum | Mean) else ()


def own_indices(term: Term) -> tuple[Index, ...]:
    """The indices that the outermost operator of a term mentions, those it binds left out."""
    match term:
        case Entry(_, indices):
            return indices
        case Delta(left, right):
            return (left, right)
        case Diff(variable, _):
            return variable.indices
        case Sum(indices, conditions, _):
            return tuple(i for pair in conditions for i in pair if i not in indices)
    return ()


def free_indices(term: Term) -> tuple[Index, ...]:
    """The indices that occur free in a term, in the order of their first occurrence."""
    found = dict.fromkeys(own_indices(term))
    bound = bound_indices(term)
    for child in children(term):
        found.update(dict.fromkeys(i for i in free_indices(child) if i not in bound))
    return tuple(found)


def free_in_claim(claim: Claim) -> tuple[Index, ...]:
    """The indices that a claim quantifies universally, in the order of their first occurrence."""
    return tuple(dict.fromkeys(i for side in sides(claim) for i in free_indices(side)))


def index_letters(sort: str) -> tuple[str, ...]:
    """The letters that indices of a sort go by, the most usual one first; the sort itself for others."""
    letters = {SAMPLE.name: "ijklmpq", FEATURE.name: "defc"}
    return tuple(letters.get(sort, (sort,)))


def fresh_index(sort: str, letters: Iterable[str], taken: Iterable[str]) -> Index:
    """An index of a sort whose name is not taken: the first free letter, else a numbered one."""
    used, candidates = set(taken), list(letters)
    numbered = (f"{candidates[0]}{k}" for k in itertools.count(1))
    return Index(next(n for n in itertools.chain(candidates, numbered) if n not in used), sort)


def rebuild(term: Term, parts: tuple[Term, ...]) -> Term:
    """The term with other immediate subterms, in the order of `children`."""
    match term:
        case Neg():
            return Neg(*parts)
        case Add():
            return Add(parts)
        case Mul():
            return Mul(parts)
        case Div():
            return Div(*parts)
        case Pow(_, exponent):
            return Pow(parts[0], exponent)
        case Sum(indices, conditions, _):
            return Sum(indices, conditions, *parts)
        case Mean(indices, _):
            return Mean(indices, *parts)
        case Diff(variable, _):
            return Diff(variable, *parts)
    return term


def substitute(term: Term, mapping: Mapping[Index, Index]) -> Term:
    """The term with free indices replaced, all at once and without capture.

    A binder whose index would capture a replacement is renamed first, so that
    `sum[i] a[i,j]` with `j := i` becomes `sum[i1] a[i1,i]`.
    """
    free = free_indices(term)
    mapping = {old: new for old, new in mapping.items() if old in free}
    if not mapping:
        return term

    def replaced(indices: Iterable[Index]) -> Iterator[Index]:
        return (mapping.get(index, index) for index in indices)

    match term:
        case Entry(name, indices):
            return Entry(name, tuple(replaced(indices)))
        case Delta(left, right):
            return Delta(*replaced((left, right)))
        case Sum(_, conditions, body):
            binders, mapping = _renamed_binders(term, mapping)
            pairs = tuple(Unequal(*replaced(pair)) for pair in conditions)
            return Sum(binders, pairs, substitute(body, mapping))
        case Mean(_, body):
            binders, mapping = _renamed_binders(term, mapping)
            return Mean(binders, substitute(body, mapping))
        case Diff(Entry(name, indices), body):
            return Diff(Entry(name, tuple(replaced(indices))), substitute(body, mapping))
    return rebuild(term, tuple(substitute(child, mapping) for child in children(term)))


def alike(left: Term, right: Term) -> bool:
    """Whether two terms are the same but for the names of bound indices."""
    return _alike(left, right, {}, {}, 0)


def _alike(
    left: Term, right: Term, ours: Mapping[Index, str], theirs: Mapping[Index, str], depth: int
) -> bool:
    """Whether two terms are alike, where `ours` and `theirs` tell which sum binds an index of each."""

    def same(
        ours: Mapping[Index, str],
        theirs: Mapping[Index, str],
        one: Iterable[Index],
        two: Iterable[Index],
    ) -> bool:
        return [ours.get(i, i) for i in one] == [theirs.get(i, i) for i in two]

    if type(left) is not type(right):
        return False
    match left, right:
        case (Number(), Number()):
            return left == right
        case (Pow(), Pow()) if left.exponent != right.exponent:
            return False
        case (Entry(name, _), Entry(other, _)) if name != other:
            return False
        case (Diff(Entry(name, _), _), Diff(Entry(other, _), _)) if name != other:
            return False
        case (Sum() | Mean(), Sum() | Mean()):
            one, two = left.indices, right.indices
            distinct = len(set(one)) == len(one) and len(set(two)) == len(two)
            if not distinct or [i.sort for i in one] != [i.sort for i in two]:
                return False
            here = [f"{depth}.{k}" for k in range(len(one))]
            ours = {**ours, **dict(zip(one, here, strict=True))}
            theirs = {**theirs, **dict(zip(two, here, strict=True))}
            if isinstance(left, Sum) and isinstance(right, Sum):
                if len(left.conditions) != len(right.conditions):
                    return False
                pairs = zip(left.conditions, right.conditions, strict=True)
                if not all(same(ours, theirs, one, two) for one, two in pairs):
                    return False
        case _:
            if not same(ours, theirs, own_indices(left), own_indices(right)):
                return False
    parts, others = children(left), children(right)
    return len(parts) == len(others) and all(
        _alike(one, other, ours, theirs, depth + 1)
        for one, other in zip(parts, others, strict=True)
    )


def rename_arrays(term: Term, names: Mapping[str, str]) -> Term:
    """The term with arrays under other names."""
    match term:
        case Entry(name, indices):
            return Entry(names.get(name, name), indices)
        case Diff(Entry(name, indices), body):
            variable = Entry(names.get(name, name), indices)
            return Diff(variable, rename_arrays(body, names))
    return rebuild(term, tuple(rename_arrays(child, names) for child in children(term)))


def _renamed_binders(
    term: Sum | Mean, mapping: Mapping[Index, Index]
) -> tuple[tuple[Index, ...], dict[Index, Index]]:
    """Binders that capture nothing under `mapping`, and the mapping for what they bind."""
    extended = dict(mapping)
    captured = {new.name for new in mapping.values()}
    conditions = term.conditions if isinstance(term, Sum) else ()
    taken = {i.name for i in (*free_indices(term.body), *term.indices)} | captured
    taken |= {i.name for pair in conditions for i in pair}
    binders = []
    for index in term.indices:
        if index.name in captured:
            fresh = fresh_index(index.sort, (index.name,), taken)
            taken.add(fresh.name)
            extended[index] = fresh
            binders.append(fresh)
        else:
            binders.append(index)
    return tuple(binders), extended


def as_equations(claim: Claim, theory: Theory) -> tuple[Equation, ...]:
    """The equations that a claim stands for.

    `blocked L` is `diff[x[j,e]] L = 0` for every input x, with j and e names that L does not have.
    """
    if isinstance(claim, Equation):
        return (claim,)
    letters = {SAMPLE.name: "jklmpqi", FEATURE.name: "efdc"}
    names = {t.name for t in subterms(claim.loss) if isinstance(t, Entry)}
    names |= {index.name for index in free_indices(claim.loss)}
    equations = []
    for array in theory.inputs():
        indices: list[Index] = []
        for sort in array.sorts:
            taken = names | {index.name for index in indices}
            indices.append(fresh_index(sort, letters.get(sort, (sort,)), taken))
        variable = Entry(array.name, tuple(indices))
        equations.append(Equation(Diff(variable, claim.loss), Number(Fraction(0))))
    return tuple(equations)

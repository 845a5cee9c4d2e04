"""From terms back to text: what is printed parses back to the same term.

Brackets that a reader could miss are always shown: `diff[x[j,d]] (y[k,d]*y[l,d])`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from bnproof.terms import (
    Add,
    Apply,
    AtLeast,
    Blocked,
    Claim,
    Delta,
    Diff,
    Different,
    Div,
    Entry,
    Equation,
    Fixed,
    Hypothesis,
    Index,
    Inequality,
    Mean,
    Mul,
    Neg,
    NotBlocked,
    NullSpace,
    Number,
    Pow,
    Projector,
    Shared,
    Sign,
    Sizes,
    Sum,
    Term,
    Unequal,
)

_RELATIONS = {"zero": "= 0", "nonzero": "!= 0", "positive": "> 0"}
_PLAIN_DECIMALS = 4


def print_claim(claim: Claim) -> str:
    """The text of a claim."""
    match claim:
        case Equation(left, right):
            return f"{print_term(left)} = {print_term(right)}"
        case Different(left, right, sizes):
            return f"{print_term(left)} != {print_term(right)}{_at(sizes)}"
        case Inequality(left, relation, right):
            return f"{print_term(left)} {relation} {print_term(right)}"
        case Blocked(loss):
            return f"blocked {print_term(loss)}"
        case NotBlocked(loss, sizes):
            return f"not blocked {print_term(loss)}{_at(sizes)}"
        case Projector(rows, columns, matrix, rank):
            behind = "" if rank is None else f" rank {print_term(rank)}"
            return f"projector[{print_places(rows, columns)}] {print_term(matrix)}{behind}"
        case NullSpace(rows, columns, matrix, vector, span):
            vectors = ", ".join(map(print_term, span))
            head = f"nullspace[{print_places(rows, columns)}] {print_term(matrix)}"
            return f"{head} = span[{_indices(vector)}]{{{vectors}}}"


def print_places(rows: Sequence[Index], columns: Sequence[Index]) -> str:
    """The indices of an entry of a matrix: `j,k`, or `j,q; k,p` where a row has several."""
    if len(rows) == 1:
        return _indices((*rows, *columns))
    return f"{_indices(rows)}; {_indices(columns)}"


def _at(sizes: Sizes) -> str:
    named = ", ".join(f"{size} = {value}" for size, value in sizes)
    return f" at {named}" if named else ""


def print_hypothesis(hypothesis: Hypothesis) -> str:
    """The text of a hypothesis."""
    match hypothesis:
        case Sign(entry, sign):
            return f"{print_term(entry)} {_RELATIONS[sign]}"
        case AtLeast(size, minimum):
            return f"{size} >= {minimum}"
        case Fixed(size, value):
            return f"{size} = {value}"
        case Shared(entry, source):
            return f"{print_term(entry)} = {print_term(source)}"
        case Unequal(left, right):
            return f"{left.name} != {right.name}"


def print_term(term: Term) -> str:
    """The text of a term."""
    match term:
        case Add(terms):
            end = len(terms) - 1
            first, *others = (_summand(t, last=k == end) for k, t in enumerate(terms))
            return first + "".join(
                f" - {part[1:]}" if part.startswith("-") else f" + {part}" for part in others
            )
        case Neg(body):
            return f"-{_negated(body, last=True)}"
    return _product(term, last=True)


def _summand(term: Term, last: bool) -> str:
    """A term of a sum; a `-` in front of it becomes the sign of the sum."""
    if isinstance(term, Neg):
        return f"-{_negated(term.body, last)}"
    return f"({print_term(term)})" if isinstance(term, Add) else _product(term, last)


def _negated(body: Term, last: bool) -> str:
    """What stands behind a minus sign."""
    if isinstance(body, Add | Neg):
        return f"({print_term(body)})"
    return _product(body, last)


def _product(term: Term, last: bool) -> str:
    """A product; a prefix operator in it is open to the right, so it needs brackets unless last."""
    match term:
        case Mul(factors):
            parts = [_factor(factors[0], last=False, first=True)]
            parts += [_factor(factor, last=False) for factor in factors[1:-1]]
            return "*".join([*parts, _factor(factors[-1], last)])
        case Div(numerator, denominator):
            return f"{_product(numerator, last=False)}/{_factor(denominator, last=False)}"
        case Sum() | Mean() | Diff():
            return _prefix(term) if last else f"({_prefix(term)})"
        case Add() | Neg():
            return f"({print_term(term)})"
    return _operand(term)


def _factor(term: Term, last: bool, first: bool = False) -> str:
    """A factor; a quotient may stand first without brackets, since `a/b*c` is `(a/b)*c`."""
    if isinstance(term, Div) and first:
        return _product(term, last=False)
    if isinstance(term, Sum | Mean | Diff):
        return _product(term, last)
    return _operand(term)


def _operand(term: Term) -> str:
    """A term that no operator around it can pull apart."""
    match term:
        case Number(value):
            return _decimal(value)
        case Entry(name, indices):
            return f"{name}[{_indices(indices)}]" if indices else name
        case Delta(left, right):
            return f"delta[{left.name},{right.name}]"
        case Apply(function, order, argument):
            primes = "'" * order
            return f"{function}{primes}({print_term(argument)})"
        case Pow(base, exponent):
            inner = f"({_operand(base)})" if isinstance(base, Pow) else _operand(base)
            return f"{inner}^{exponent}" if exponent >= 0 else f"{inner}^({exponent})"
    return f"({print_term(term)})"


def _prefix(term: Sum | Mean | Diff) -> str:
    """A prefix operator and the product that it takes."""
    match term:
        case Sum(indices, conditions, body):
            rules = ", ".join(f"{left.name} != {right.name}" for left, right in conditions)
            head = f"sum[{_indices(indices)}{' : ' if rules else ''}{rules}]"
        case Mean(indices, body):
            head = f"mean[{_indices(indices)}]"
        case Diff(variable, body):
            head = f"diff[{_operand(variable)}]"
    hidden = isinstance(term, Diff) and isinstance(body, Mul | Div)
    return f"{head} ({print_term(body)})" if hidden else f"{head} {_product(body, last=True)}"


def _indices(indices: Sequence[Index]) -> str:
    return ",".join(index.name for index in indices)


def _decimal(value: Fraction) -> str:
    """A non-negative number with a finite decimal expansion, exactly."""
    if value.denominator == 1:
        return str(value.numerator)
    places = next(k for k in range(1, value.denominator) if (value * 10**k).denominator == 1)
    digits = (value * 10**places).numerator
    if places > _PLAIN_DECIMALS:
        return f"{digits}e-{places}"
    return f"{digits // 10**places}.{digits % 10**places:0{places}d}"

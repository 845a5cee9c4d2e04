"""Closed forms: what a gradient, a Hessian or any other term is, for all sizes, with steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from bnproof.checks.search import Progress, silent
from bnproof.closed_forms.folding import closed_form
from bnproof.closed_forms.values import with_values
from bnproof.derivation.discovery import FoundStep, find_steps
from bnproof.kernel import BudgetExhausted, Theorem, decide
from bnproof.language import Source, Statement, print_hypothesis, print_term
from bnproof.prover import Disagreement, Normaliser, vocabulary
from bnproof.prover.examination import examined
from bnproof.render.derived import derived_text
from bnproof.render.json import step_dict
from bnproof.report import Report
from bnproof.terms import (
    AtLeast,
    BnproofError,
    Definition,
    Equation,
    Fixed,
    Mean,
    Pow,
    Sign,
    Sum,
    Term,
)


class NoClosedFormError(BnproofError):
    """The budget was spent before a closed form was found and proved."""


@dataclass(frozen=True, repr=False)
class Derived:
    """The closed form of a term.

    Attributes:
        statement: that the term equals its closed form, with its theory and hypotheses.
        term, closed_form: both sides.
        report: the verdict on that equation: its theorem, its scope, and the points at which exact
            evaluation agrees.
        values: the numbers that were put in, and `number`, the closed form with them.
    """

    statement: Statement
    term: Term
    closed_form: Term
    report: Report
    values: Mapping[str, Fraction]
    number: str | None = None

    @property
    def theorem(self) -> Theorem | None:
        """The kernel's theorem that the term equals its closed form."""
        return self.report.theorem

    @cached_property
    def steps(self) -> tuple[FoundStep, ...]:
        """Terms from one side to the other, each with hints that show it; found when asked for."""
        return tuple(find_steps(self.statement, self.term, self.closed_form))

    def __str__(self) -> str:
        return derived_text(self)

    def __repr__(self) -> str:
        return f"<Derived {print_term(self.closed_form)}>"

    def at(self, **values: float | str | Fraction) -> str:
        """The closed form with numbers put in, such as `at(eps="1e-5", var="0.01")`.

        A name stands for every entry of its array, or for a size. Raises `BnproofError` for a name that
        the term does not have and a value outside of the domain.
        """
        exact = {name: Fraction(str(value)) for name, value in values.items()}
        return with_values(self.closed_form, self.statement.theory, exact)

    def to_dict(self) -> dict[str, Any]:
        """The object that `bnproof derive --json` prints."""
        return {
            "term": print_term(self.term),
            "assume": list(self.report.assumed),
            "declare": [declared.text for declared in self.statement.preamble],
            "closed_form": print_term(self.closed_form),
            "scope": str(self.report.scope) if self.report.scope else None,
            "steps": [step_dict(step, "") for step in self.steps],
            "values": {name: str(value) for name, value in self.values.items()},
            "number": self.number,
            "checks": self.report.to_dict()["checks"],
        }


def derive(
    term: str,
    norm: str | Normaliser = "batch",
    assume: str | Iterable[str] = (),
    values: Mapping[str, Fraction] | None = None,
    progress: Progress = silent,
    declare: str | Iterable[str] = (),
) -> Derived:
    """Find the closed form of a term for every batch size n and number of features D, and prove it.

    Args:
        term: a term of the claim language, such as `diff[x[j,e]] sum[i,d] G[i,d]*z[i,d]`.
        norm: the normaliser whose vocabulary the term uses, as in `prove`.
        assume: a hypothesis or several, as in `prove`.
        values: numbers to put in, by the names of arrays and sizes.
        progress: called with a line of text before each piece of work.
        declare: declaring statements in front of the term, as in `prove`.

    Raises:
        SourceError: the term, a hypothesis or what is declared cannot be read or has no meaning.
        NoClosedFormError: it takes more steps than the kernel may take.
        BnproofError: a value is outside of the domain, or for a name that the term does not have.
        Disagreement: the kernel and the exact evaluator contradict each other.
    """
    assume = (assume,) if isinstance(assume, str) else assume
    return derive_source(Source("term", term), norm, assume, values, progress, declare)


def derive_source(
    source: Source,
    norm: str | Normaliser = "batch",
    assume: Iterable[str] = (),
    values: Mapping[str, Fraction] | None = None,
    progress: Progress = silent,
    declare: str | Iterable[str] = (),
) -> Derived:
    """Find the closed form of the term in a source; see `derive`."""
    statement = vocabulary(norm, declare).term(source, assume)
    with statement.located():
        try:
            return _derived(statement, values or {}, progress)
        except BudgetExhausted as error:
            raise NoClosedFormError(f"no closed form was found: {error}") from error


def _derived(statement: Statement, values: Mapping[str, Fraction], progress: Progress) -> Derived:
    claim = statement.claim
    if not isinstance(claim, Equation):
        raise TypeError("a term is read as an equation")
    _check_values(values, statement)
    progress("looking for a closed form")
    found = closed_form(claim.left, statement.theory, statement.hypotheses)
    statement = replace(statement, claim=Equation(claim.left, found))
    theorem = decide(statement.claim, statement.theory, statement.hypotheses)
    report = examined(statement, theorem, progress)
    if report.theorem is None or report.counterexample:
        raise Disagreement(report)
    number = with_values(found, statement.theory, values) if values else None
    return Derived(statement, claim.left, found, report, values, number)


def _check_values(values: Mapping[str, Fraction], statement: Statement) -> None:
    """Numbers that are put in do not contradict what is assumed, and no mean of squares is negative."""
    for name, number in values.items():
        declared = statement.theory.find(name)
        if number < 0 and isinstance(declared, Definition) and _is_square(declared.body):
            raise BnproofError(f"{name} is a mean of squares, so its value is not negative")
    for hypothesis in statement.hypotheses:
        match hypothesis:
            case Sign(entry, sign):
                value = values.get(entry.name)
                allowed = (
                    value is None
                    or {
                        "zero": value == 0,
                        "nonzero": value != 0,
                        "positive": value > 0,
                    }[sign]
                )
            case Fixed(size, fixed):
                allowed = values.get(size, fixed) == fixed
            case AtLeast(size, least):
                allowed = values.get(size, least) >= least
            case _:
                continue
        if not allowed:
            problem = f"the values contradict the hypothesis {print_hypothesis(hypothesis)}"
            raise BnproofError(problem)


def _is_square(term: Term) -> bool:
    """Whether a term is an even power, or a sum or mean of such."""
    match term:
        case Sum(_, _, body) | Mean(_, body):
            return _is_square(body)
        case Pow(_, exponent):
            return exponent % 2 == 0
    return False

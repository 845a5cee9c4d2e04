"""Proofs by instance: a claim is what a general theorem says of other sorts of indices (not trusted).

    every array of the theorem is, so reindexed, what is declared here        (by the kernel)
    every hypothesis of the theorem, so reindexed, is in force here
    the claim of the theorem, so reindexed, is the claim here
    -----------------------------------------------------------------------------------------
    the claim here is an instance of the theorem

The theorem object comes from the kernel all the same, which decides the claim here by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bnproof.checks.points import reached_arrays
from bnproof.derivation.elaboration import Goal
from bnproof.derivation.instances.assumptions import Assumptions, decided
from bnproof.derivation.instances.correspondence import (
    corresponding,
    is_whole,
    names_of,
)
from bnproof.derivation.instances.matching import Pair, matches, pairs, renamed
from bnproof.kernel import BudgetExhausted, Difference, Hints, Steps, Theorem
from bnproof.language import print_claim, print_hypothesis, print_term
from bnproof.language.items import Instance
from bnproof.language.source import SourceError, Span, meant
from bnproof.readback import to_term
from bnproof.terms import (
    Blocked,
    Claim,
    Declaration,
    Definition,
    Diff,
    Entry,
    Equation,
    Function,
    Index,
    Input,
    Parameter,
    Pow,
    Root,
    Term,
    TermError,
    Unequal,
    as_equations,
    sides,
    subterms,
)

# The rules by which a claim is compared with the one that it should be: it is read, not proved.
_READING = frozenset({"linearity", "delta"})


def general_theorem(goal: Goal, instance: Instance, known: Mapping[str, Theorem | None]) -> Theorem:
    """The theorem that a proof is to be an instance of. Raises `SourceError`."""
    if instance.theorem not in known:
        hint = meant(instance.theorem, list(known), f"known are {', '.join(known) or 'none'}")
        problem = f"nothing before this is called {instance.theorem}; {hint}"
        raise goal.error("unknown-citation", problem, instance.span)
    theorem = known[instance.theorem]
    if theorem is None:
        problem = f"{instance.theorem} is no identity that is proved, so it has no instances"
        raise goal.error("unproved-citation", problem, instance.span)
    return theorem


def instance_of(
    goal: Goal, instance: Instance, known: Mapping[str, Theorem | None], steps: Steps
) -> Theorem:
    """The theorem among those that are known of which a goal is an instance, as its proof says.

    Raises `SourceError` where it is not, and `TermError`.
    """
    try:
        theorem = general_theorem(goal, instance, known)
        InstanceCheck(goal, instance, theorem, steps).run()
    except BudgetExhausted as error:
        raise goal.error("undecided", str(error), instance.span) from error
    return theorem


class InstanceCheck:
    """Whether the claim of a goal is an instance of a theorem, as its proof says."""

    def __init__(self, goal: Goal, instance: Instance, theorem: Theorem, steps: Steps) -> None:
        self._goal = goal
        self._instance = instance
        self._theorem = theorem
        self._steps = steps
        self._statement = goal.statement
        self._here = goal.statement.theory
        self._found = corresponding(goal, instance, theorem)
        self._assumptions = Assumptions(goal.statement, self._found.reindexing)

    def run(self) -> None:
        """See that it is one. Raises `SourceError` where it is not, and `TermError`."""
        self._check_roots()
        self._check_variables()
        for declared in self._found.reached:
            self._check_declared(declared)
        for hypothesis in self._theorem.hypotheses:
            if not self._assumptions.in_force(hypothesis):
                problem = f"{self._instance.theorem} assumes {print_hypothesis(hypothesis)}"
                put = self._assumptions.put(hypothesis)
                raise self._error(f"{problem}, and {put} is not in force here")
        self._check_claim()

    def _error(
        self, message: str, span: Span | None = None, details: Iterable[str] = ()
    ) -> SourceError:
        return self._goal.error("instance", message, span or self._instance.span, details)

    def _reindexed(self, term: Term) -> Term:
        return self._found.reindexing.term(term)

    # What is declared

    def _check_roots(self) -> None:
        """The theorem holds where its roots do; its claim tells which these are."""
        reached = {declared.name for declared in self._found.reached}
        stray = sorted(self._theorem.roots - reached)
        if stray:
            problem = f"the proof of {self._instance.theorem} needs the root {stray[0]}"
            raise self._error(f"{problem}, of which its claim does not speak")

    def _check_variables(self) -> None:
        """What the theorem differentiates by is an array here, and nothing else depends on it."""
        patterns = self._found.reindexing.patterns
        varied = self._varied()
        taken: dict[str, str] = {}
        for name in varied:
            term, span = patterns[name].term, self._found.spans[name]
            if not is_whole(patterns[name]) or not isinstance(term, Entry):
                problem = f"{name} is differentiated by, so it is all of an array here"
                raise self._error(f"{problem}, not {print_term(term)}", span)
            if term.name in taken:
                problem = f"{term.name} is what {taken[term.name]} is here, so {name} is not"
                raise self._error(problem, span)
            taken[term.name] = name
        fixed = set(taken)
        if isinstance(self._theorem.claim, Blocked):
            fixed |= names_of(self._here, Input)
        for declared in self._found.reached:
            if isinstance(declared, Input | Parameter) and declared.name not in varied:
                depends = reached_arrays([patterns[declared.name].term], self._here) & fixed
                if depends:
                    problem = (
                        f"{declared.name} does not depend on what the theorem differentiates by"
                    )
                    problem += f", but here it would depend on {min(depends)}"
                    raise self._error(problem, self._found.spans[declared.name])

    def _varied(self) -> list[str]:
        """The arrays that the theorem differentiates by."""
        claim = self._theorem.claim
        terms = list(sides(claim))
        terms += [d.body for d in self._found.reached if isinstance(d, Definition)]
        names = {t.variable.name for s in terms for t in subterms(s) if isinstance(t, Diff)}
        if isinstance(claim, Blocked):
            names |= names_of(self._theorem.theory, Input)
        return [d.name for d in self._found.reached if d.name in names]

    def _check_declared(self, declared: Declaration) -> None:
        """What an array of the theorem is here is what it should be."""
        reindexing = self._found.reindexing
        if isinstance(declared, Function) or declared.name not in reindexing.patterns:
            return
        pattern, span = reindexing.patterns[declared.name], self._found.spans[declared.name]
        term, shown = pattern.term, print_term(pattern.term)
        kind = type(self._here.find(term.name)) if isinstance(term, Entry) else None
        match declared:
            case Input(name):
                if kind is not Input or not is_whole(pattern):
                    raise self._error(f"{name} is an input, and {shown} is none", span)
            case Parameter(name, sorts, symmetric, nonnegative):
                if nonnegative and not self._assumptions.is_nonnegative(term):
                    problem = f"{name} is never negative, and {shown} is not seen to be so"
                    raise self._error(problem, span)
                if symmetric:
                    i, j = (Index(f"{sorts[0]}{k}", sorts[0]) for k in (1, 2))
                    entries = (Entry(name, (i, j)), Entry(name, (j, i)))
                    swapped = Equation(*map(self._reindexed, entries))
                    self._require(swapped, f"{name} is symmetric, and {shown} is not", span)
            case Root(name, formals, radicand):
                if kind is not Root:
                    raise self._error(f"{name} is a root, and {shown} is none", span)
                entry = Entry(name, formals)
                squared = Equation(Pow(self._reindexed(entry), 2), self._reindexed(radicand))
                problem = f"{shown} is not the root that {print_term(entry)} is: "
                problem += f"{print_term(Pow(entry, 2))} = {print_term(radicand)} is not so here"
                self._require(squared, problem, span)
            case Definition(name, formals, body):
                entry = Entry(name, formals)
                same = Equation(self._reindexed(entry), self._reindexed(body))
                problem = f"{shown} is not what {print_term(entry)} is: "
                self._require(same, f"{problem}{print_term(body)} is something else here", span)

    def _require(self, equation: Equation, problem: str, span: Span) -> None:
        """See that the kernel proves an equation here."""
        try:
            found = decided(equation, self._statement)
        except BudgetExhausted as error:
            raise self._goal.error("undecided", str(error), span) from error
        except TermError as error:
            details = [f"here it has no meaning: {error.message}"]
            raise self._error(problem, span, details) from error
        if isinstance(found, Difference):
            rest = to_term(found.polynomial, found.inverses, found.opaque)
            details = [
                f"expected: {print_claim(equation)}",
                f"found: left - right = {print_term(rest)}",
            ]
            raise self._error(problem, span, details)

    # The claim

    def _check_claim(self) -> None:
        """The claim here is the claim of the theorem, reindexed."""
        here, theorem = self._statement.claim, self._theorem
        claims: tuple[Claim, ...] = (theorem.claim,)
        if isinstance(here, Equation) and isinstance(theorem.claim, Blocked):
            claims = as_equations(theorem.claim, theorem.theory)
        wanted = [self._found.reindexing.claim(claim) for claim in claims]
        tried = [(claim, names) for claim in wanted for names in matches(claim, here)]
        unmet: Unequal | None = None
        for claim, names in tried:
            if self._is_same(list(pairs(here, claim, names)), claim):
                unmet = self._assumptions.unmet(self._theorem.hypotheses, names)
                if unmet is None:
                    return
        if unmet is not None:
            problem = f"{self._instance.theorem} assumes {print_hypothesis(unmet)}"
            raise self._error(f"{problem}, and the same is not in force here")
        claim, names = tried[0] if tried else (wanted[0], {})
        shown = print_claim(renamed(claim, names))
        details = [f"the instance: {shown}", f"the claim here: {print_claim(here)}"]
        found = pairs(here, claim, names) if tried else ()
        pair = next((p for p in found if not self._is_equal(p, claim)), None)
        if pair is not None:
            details.append(f"{pair.name} here - there = {self._rest(pair)}")
        problem = f"this claim is not the instance of {self._instance.theorem}"
        raise self._error(problem, self._goal.assertion.span, details)

    def _is_same(self, found: list[Pair], wanted: Claim) -> bool:
        return bool(found) and all(self._is_equal(pair, wanted) for pair in found)

    def _is_equal(self, pair: Pair, wanted: Claim) -> bool:
        """Whether two terms are the same to a reader; losses may differ by what no input reaches."""
        rest = self._difference(pair)
        if rest is None:
            return True
        reached = reached_arrays([rest], self._here)
        return isinstance(wanted, Blocked) and not reached & names_of(self._here, Input)

    def _rest(self, pair: Pair) -> str:
        rest = self._difference(pair)
        return "0" if rest is None else print_term(rest)

    def _difference(self, pair: Pair) -> Term | None:
        """What is left of the difference by linearity and deltas, None if nothing is."""
        hints = Hints(_READING, frozenset(self._openable()))
        self._steps.admit(pair.here)
        self._steps.admit(pair.wanted)
        leftover = self._steps.leftover(pair.here, pair.wanted, hints)
        if leftover is None:
            return None
        return to_term(leftover.polynomial, leftover.inverses, leftover.opaque)

    def _openable(self) -> set[str]:
        """The definitions here that may be looked into: those that lead to no entry of an input.

        Others stay closed, since with `y` and `mu` open the sum of the standardized values is seen to be
        0, and any claim about it would be an instance of any other.
        """
        patterns = self._found.reindexing.patterns
        entries = [patterns[d.name].term for d in self._found.reached if d.name in patterns]
        known = {entry.name for entry in entries if isinstance(entry, Entry)}
        inputs, opened = names_of(self._here, Input), set[str]()
        for declared in self._here.declarations:
            if isinstance(declared, Definition) and declared.name not in known:
                inner = {t.name for t in subterms(declared.body) if isinstance(t, Entry)}
                closed = names_of(self._here, Definition) - opened - known
                if not inner & (inputs | closed):
                    opened.add(declared.name)
        return opened

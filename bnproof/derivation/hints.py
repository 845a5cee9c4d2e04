"""Hints: what the kernel is told by them, which of a step are not needed, and which would do."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from bnproof.checks.points import reached_arrays
from bnproof.kernel import RULES, SIZES, SQUARES, BudgetExhausted, Citation, Hints, Steps, Theorem
from bnproof.language.items import AUTO, CITE, RULE, RULE_HINTS, UNFOLD, Hint
from bnproof.language.source import Span, meant
from bnproof.terms import Definition, Root, Term, TermError, Theory

MAX_TRIALS = 400
MAX_EFFORT = 6_000
NOWHERE = Span(0, 0)


def everything(theory: Theory) -> Hints:
    """What `auto` stands for: all rules and all definitions."""
    definitions = (d.name for d in theory.declarations if isinstance(d, Definition))
    return Hints(frozenset({*RULES, SQUARES}), frozenset(definitions))


def resolved(hints: Iterable[Hint], theory: Theory, proved: Mapping[str, Theorem | None]) -> Hints:
    """The hints of a step for the kernel.

    `proved` maps the names of earlier lemmas and theorems to what they are, None if they are not proved.
    Raises `TermError` with the hint as its culprit.
    """
    rules: set[str] = set()
    definitions: set[str] = set()
    citations: list[Citation] = []
    for hint in hints:
        if hint.kind == AUTO:
            whole = everything(theory)
            rules |= whole.rules
            definitions |= whole.definitions
        elif hint.kind == RULE:
            rules.add(hint.name)
        elif hint.kind == UNFOLD:
            definitions.add(_defined(hint, theory))
        elif hint.kind == CITE:
            citations.append(Citation(_cited(hint, theory, proved), hint.backwards))
    return Hints(frozenset(rules), frozenset(definitions), tuple(dict.fromkeys(citations)))


def _defined(hint: Hint, theory: Theory) -> str:
    declared = theory.find(hint.name)
    if isinstance(declared, Definition):
        return hint.name
    if declared is not None:
        problem = f"{hint.name} has no definition to unfold"
        if isinstance(declared, Root):
            problem = f"{hint.name} is a root; the hint for it is 'root'"
        raise TermError("unknown-name", problem, hint)
    names = [d.name for d in theory.declarations if isinstance(d, Definition)]
    raise TermError("unknown-name", f"{hint.name} is not defined; {_meant(hint.name, names)}", hint)


def _cited(hint: Hint, theory: Theory, proved: Mapping[str, Theorem | None]) -> Theorem:
    if hint.name not in proved:
        if isinstance(theory.find(hint.name), Definition):
            problem = f"no result is called {hint.name}; did you mean definition of {hint.name}?"
            raise TermError("unknown-citation", problem, hint)
        names = [*proved, *RULE_HINTS]
        problem = f"nothing before this is called {hint.name}; {_meant(hint.name, names)}"
        raise TermError("unknown-citation", problem, hint)
    theorem = proved[hint.name]
    if theorem is None:
        problem = f"{hint.name} is no equation that is proved, so no step can rest on it"
        raise TermError("unproved-citation", problem, hint)
    return theorem


def _meant(name: str, known: Collection[str]) -> str:
    return meant(name, known, f"known are {', '.join(known)}")


class Effort:
    """How often steps may be tried before no hints are searched for any more.

    So a file of many open steps comes to an end.
    """

    def __init__(self, trials: int = MAX_EFFORT) -> None:
        self.left = trials


class HintSearch:
    """Which hints show a step; `proved` are the results that may be cited."""

    def __init__(
        self,
        steps: Steps,
        theory: Theory,
        proved: Mapping[str, Theorem | None],
        effort: Effort | None = None,
    ) -> None:
        self._effort = effort or Effort()
        self._steps = steps
        self._theory = theory
        self._proved = proved

    def shows(self, left: Term, right: Term, hints: Sequence[Hint], relation: str = "=") -> bool:
        """Whether hints show a step between admitted terms."""
        self._effort.left -= 1
        try:
            whole = resolved(hints, self._theory, self._proved)
            if relation != "=":
                return self._steps.exceeds(left, relation, right, whole)
            return self._steps.leftover(left, right, whole) is None
        except (TermError, BudgetExhausted):
            return False

    def needed(
        self, left: Term, right: Term, hints: Sequence[Hint], relation: str = "="
    ) -> list[Hint]:
        """What is left of hints that show a step when all are tried to be left out in turn."""
        kept = list(hints)
        for hint in hints:
            rest = [other for other in kept if other is not hint]
            if self.shows(left, right, rest, relation):
                kept = rest
        return kept

    def smallest(
        self, left: Term, right: Term, given: Sequence[Hint] = ()
    ) -> tuple[list[Hint], bool] | None:
        """Hints that show a true step, and whether no smaller set was found to do.

        None if none do, or if the effort is spent.

        Hints are taken out of all hints until none can be spared; then smaller sets are tried that hold
        all that can never be spared, the given hints first.
        """
        if self._effort.left < 0:
            return None
        candidates = list(self._candidates(left, right, given))
        best: list[Hint] | None = None
        for pool in (candidates, [h for h in candidates if h.kind != CITE]):
            if self.shows(left, right, pool):
                found, before = pool, len(pool) + 1
                while len(found) < before:
                    before = len(found)
                    found = self.needed(left, right, found[::-1])[::-1]
                best = found if best is None or len(found) < len(best) else best
        if best is None:
            whole = [Hint(AUTO, AUTO, NOWHERE)]
            return (whole, False) if self.shows(left, right, whole) else None
        needed = [h for h in best if not self._spared(left, right, candidates, h)]
        others = [hint for hint in candidates if hint not in needed]
        sets = itertools.chain.from_iterable(
            itertools.combinations(others, size - len(needed))
            for size in range(len(needed), len(best))
        )
        for trial, chosen in enumerate(sets):
            if trial == MAX_TRIALS:
                return best, False
            if self.shows(left, right, [*needed, *chosen]):
                return [*needed, *chosen], True
        return best, True

    def _spared(self, left: Term, right: Term, pool: Sequence[Hint], hint: Hint) -> bool:
        """Whether a pool of hints, or what of it is no citation, shows a step without one of them."""
        rest = [other for other in pool if other is not hint]
        return self.shows(left, right, rest) or self.shows(
            left, right, [other for other in rest if other.kind != CITE]
        )

    def _candidates(self, left: Term, right: Term, given: Sequence[Hint]) -> Iterator[Hint]:
        """The hints that a step may need: the given ones, rules, definitions it reaches, results."""
        seen = set()
        for hint in (*given, *self._possible(left, right)):
            key = (hint.kind, hint.name, hint.backwards)
            if hint.kind in (RULE, UNFOLD, CITE) and key not in seen:
                seen.add(key)
                yield hint

    def _possible(self, left: Term, right: Term) -> Iterator[Hint]:
        reached = reached_arrays((left, right), self._theory)
        rules = RULES if self._steps.fixes_sizes else [r for r in RULES if r != SIZES]
        yield from (Hint(RULE, rule, NOWHERE) for rule in rules)
        for declared in reversed(self._theory.declarations):
            if isinstance(declared, Definition) and declared.name in reached:
                yield Hint(UNFOLD, declared.name, NOWHERE)
        for name, theorem in reversed(list(self._proved.items())):
            if theorem is not None:
                yield Hint(CITE, name, NOWHERE)

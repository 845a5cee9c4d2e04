"""From the statements of a document to goals: claims with the theory and hypotheses they stand on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from bnproof.checks.points import reached_arrays
from bnproof.kernel import Theorem
from bnproof.language.items import (
    CITE,
    Assertion,
    Assume,
    Item,
    Part,
    Proof,
    Step,
)
from bnproof.language.source import Source, SourceError, Span
from bnproof.language.statements import Statement
from bnproof.maps.declaring import Declarations
from bnproof.terms import (
    FEATURE,
    SAMPLE,
    AtLeast,
    Blocked,
    Claim,
    Diff,
    Different,
    Entry,
    Equation,
    Fixed,
    Hypothesis,
    Index,
    Inequality,
    Inverse,
    NotBlocked,
    NullSpace,
    Shared,
    Sign,
    Term,
    TermError,
    Theory,
    Unequal,
    all_indices,
    defining_terms,
    free_in_claim,
    free_indices,
    index_sorts,
    obligations,
    sides,
    substitute,
    subterms,
)


@dataclass(frozen=True)
class GoalPart:
    """A part of a claim that a chain proves: its name, the terms of the chain, and its steps.

    A part without steps is left to the kernel.
    """

    name: str
    terms: tuple[Term, ...]
    steps: tuple[Step, ...]

    @property
    def relations(self) -> tuple[str, ...]:
        """What stands between the terms."""
        return tuple(step.relation for step in self.steps)


@dataclass(frozen=True)
class Goal:
    """A lemma or theorem to be proved, or a claim to be refuted.

    `parts` are those that its proof shows, in order, with the terms of their chains, both sides included;
    there are none if it has no proof, or one that is to be found.
    The hypotheses of the assertion are those that it states itself, the others are those of its file.
    Those that the paper does not write are `unwritten`.
    """

    assertion: Assertion
    statement: Statement
    parts: tuple[GoalPart, ...] = ()
    unwritten: tuple[Hypothesis, ...] = ()

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms of all chains."""
        return tuple(term for part in self.parts for term in part.terms)

    @property
    def witness(self) -> Inverse | None:
        """What the proof gives to show a null space by."""
        proof = self.assertion.proof
        return proof.witness if isinstance(proof, Proof) else None

    def error(
        self, code: str, message: str, span: Span | None = None, details: Iterable[str] = ()
    ) -> SourceError:
        """An error about a part of the statement, by default about its name."""
        span = span or self.assertion.span
        return SourceError(code, message, self.statement.source, span, details)


@dataclass
class Context(Declarations):
    """What is declared and assumed at a place in a document, and the goals that stand there."""

    unwritten: list[Hypothesis] = field(default_factory=list)

    def enter(self, item: Item, span: Span) -> None:
        """Enter a statement that is neither a claim nor an import. Raises `TermError`."""
        super().enter(item, span)
        if isinstance(item, Assume) and item.unwritten:
            self.unwritten += item.hypotheses

    def goal(self, assertion: Assertion, proved: Mapping[str, Theorem | None]) -> Goal:
        """The goal of an assertion, which may cite what is proved.

        Of the hypotheses of the file it gets those that speak of what it, its chain or what it cites
        mention. Raises `TermError` and `SourceError`.
        """
        self.check_hypotheses(assertion.hypotheses)
        for side in sides(assertion.claim):
            self.check_names(side)
        statement = Statement(
            self.source, assertion.claim, assertion.hypotheses, self.theory, (), self._places()
        )
        with statement.located(assertion.span):
            parts = self._parts(assertion)
        mentioned = [*sides(assertion.claim), *(term for part in parts for term in part.terms)]
        hints = (hint for part in parts for step in part.steps for hint in step.hints)
        cited = [proved.get(hint.name) for hint in hints if hint.kind == CITE]
        facts = [theorem for theorem in cited if theorem]
        mentioned += [side for theorem in facts for side in sides(theorem.claim)]
        reached = reached_arrays(mentioned, self.theory)
        reached |= _sources((*self.hypotheses, *assertion.hypotheses), reached)
        free = free_in_claim(assertion.claim)
        shared = [h for h in self.hypotheses if _speaks_of(h, reached, set(free))]
        hypotheses = tuple(dict.fromkeys((*shared, *assertion.hypotheses)))
        sizes = {sort.size for theorem in facts for sort in theorem.theory.sorts}
        sizes |= {h.size for h in hypotheses if isinstance(h, AtLeast | Fixed)}
        theory = _about(self.theory, mentioned, sizes)
        statement = replace(statement, hypotheses=hypotheses, theory=theory)
        unwritten = tuple(
            h
            for h in hypotheses
            if h in (assertion.unwritten if h in assertion.hypotheses else self.unwritten)
        )
        return Goal(assertion, statement, parts, unwritten)

    def _places(self) -> dict[int, tuple[Source, Span]]:
        return {
            key: (self.source, span) for key, span in (*self._origins.items(), *self.spans.items())
        }

    def _parts(self, assertion: Assertion) -> tuple[GoalPart, ...]:
        """The chains of a proof; the first term of each may have been left out."""
        proof, claim = assertion.proof, assertion.claim
        if not isinstance(proof, Proof):
            return ()
        if isinstance(claim, Different | NotBlocked):
            problem = "this is proved by points at which the sides differ; write 'proof auto qed'"
            raise TermError("chain", problem, claim)
        if proof.witness is not None:
            self._check_witness(proof.witness, claim)
        claimed = obligations(claim, self.theory, proof.witness)
        return tuple(self._part(part, claim, claimed) for part in proof.parts)

    def _part(
        self, part: Part, claim: Claim, claimed: Mapping[str, Equation | Inequality]
    ) -> GoalPart:
        """A chain for a part of a claim."""
        name = part.name
        if not name and len(claimed) == 1:
            [name] = claimed
        known = claimed.get(name)
        if not part.steps and (known is not None or isinstance(claim, NullSpace)):
            return GoalPart(name, (), ())
        if known is None:
            names = ", ".join(claimed)
            problem = (
                f"the claim has the parts {names}; write 'show {next(iter(claimed))}', and so on"
            )
            if name == "complete":
                problem = "to show that it is complete, give an inverse and coordinates"
            raise TermError("chain", problem, part)
        first = part.first or known.left
        if part.first is None and isinstance(claim, Blocked):
            first = _in_letters_of(part.steps[0].term, known.left)
        terms = (first, *(step.term for step in part.steps))
        allowed = set(free_in_claim(known))
        if isinstance(first, Diff):
            allowed |= set(first.variable.indices)
        for term in terms:
            self._check_term(term, allowed)
        return GoalPart(name, terms, part.steps)

    def _check_witness(self, witness: Inverse, claim: Claim) -> None:
        if not isinstance(claim, NullSpace):
            raise TermError("chain", "an inverse is given to show a null space", witness)
        allowed = {*free_in_claim(claim), *claim.columns}
        self._check_term(witness.left_inverse, {*allowed, *claim.rows})
        for coordinate in witness.coordinates:
            self._check_term(coordinate, allowed)

    def _check_term(self, term: Term, allowed: Collection[Index]) -> None:
        """The arrays of a term are declared, and its free indices are those of its claim."""
        self.check_names(term)
        stray = [index.name for index in free_indices(term) if index not in allowed]
        if stray:
            problem = f"{stray[0]} is neither an index of the claim nor bound by a sum"
            raise TermError("unknown-index", problem, term)


def _about(theory: Theory, terms: Iterable[Term], sizes: Collection[str]) -> Theory:
    """The theory without samples and features where these are not spoken of.

    They are declared everywhere, but a file may have sorts of its own only.
    """
    terms = [*terms, *defining_terms(theory.declarations)]
    used = {sort for declared in theory.declarations for sort in index_sorts(declared)}
    used |= {index.sort for term in terms for index in all_indices(term)}
    named = {part.name for term in terms for part in subterms(term) if isinstance(part, Entry)}
    kept = [
        sort
        for sort in theory.sorts
        if sort not in (SAMPLE, FEATURE) or sort.name in used or sort.size in {*named, *sizes}
    ]
    return Theory(theory.declarations, tuple(kept) or theory.sorts)


def _in_letters_of(term: Term, blocked: Term) -> Term:
    """The derivative that `blocked` stands for, by the entry that a term differentiates by."""
    if isinstance(blocked, Diff):
        old, mentioned = blocked.variable.indices, free_indices(blocked.body)
        for part in subterms(term):
            if isinstance(part, Diff) and part.variable.name == blocked.variable.name:
                new = part.variable.indices
                distinct = len(set(new)) == len(new) and set(new).isdisjoint(mentioned)
                if distinct and [i.sort for i in old] == [i.sort for i in new]:
                    return substitute(blocked, dict(zip(old, new, strict=True)))
    return blocked


def _sources(hypotheses: Iterable[Hypothesis], reached: set[str]) -> set[str]:
    """What the arrays that are reached are shared from."""
    shared = (h for h in hypotheses if isinstance(h, Shared) and h.entry.name in reached)
    return {hypothesis.source.name for hypothesis in shared}


def _speaks_of(hypothesis: Hypothesis, reached: set[str], free: set[object]) -> bool:
    """Whether a hypothesis of a file says something about a claim."""
    match hypothesis:
        case Sign(Entry(name)) | Shared(Entry(name)):
            return name in reached
        case Unequal():
            return set(hypothesis) <= free
    return True

"""From the statements of a document to goals: claims with the theory and hypotheses they stand on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from bnproof.checks.points import reached_arrays
from bnproof.kernel import Budget, Calculus, Theorem
from bnproof.kernel.signature import Signature
from bnproof.kernel.theorems import DEFAULT_STEPS
from bnproof.language.items import (
    CITE,
    Assertion,
    Assume,
    Declare,
    DeclareSort,
    Item,
    Part,
    Proof,
    Step,
    Use,
)
from bnproof.language.source import Source, SourceError, Span, meant
from bnproof.language.statements import Statement
from bnproof.maps.definitions import USES, used
from bnproof.terms import (
    Claim,
    Declaration,
    Definition,
    Diff,
    Different,
    Entry,
    Equation,
    Hypothesis,
    Index,
    Inequality,
    Inverse,
    NotBlocked,
    NullSpace,
    Root,
    Shared,
    Sign,
    Sort,
    Term,
    TermError,
    Theory,
    Unequal,
    free_in_claim,
    free_indices,
    index_sorts,
    number,
    obligations,
    sides,
    subterms,
)

MAX_DECLARATIONS = 400


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
    """A lemma or theorem to be proved.

    `parts` are those that its proof shows, in order, with the terms of their chains, both sides included;
    there are none if it has no proof, or one that is to be found.
    The hypotheses of the assertion are those that it states itself, the others are those of its file.
    """

    assertion: Assertion
    statement: Statement
    parts: tuple[GoalPart, ...] = ()

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
class Context:
    """What is declared and assumed at a place in a document."""

    source: Source
    spans: Mapping[int, Span]
    theory: Theory = field(default_factory=lambda: Theory(()))
    hypotheses: list[Hypothesis] = field(default_factory=list)
    attributes: list[Hypothesis] = field(default_factory=list)
    _signature: Signature = field(default_factory=lambda: Signature(Theory(()), ()))
    _origins: dict[int, Span] = field(default_factory=dict)

    def declare(self, declarations: Iterable[Declaration]) -> None:
        """Enter declarations; what is declared in the same way already is left as it is.

        Raises `TermError` for a name that is declared otherwise, and for what has no meaning.
        """
        for declaration in declarations:
            known = self.theory.find(declaration.name)
            if known is None:
                self._signature.enter(declaration)
                for part in subterms(_body(declaration)):
                    if isinstance(part, Diff):
                        self._signature.check_variable(part.variable)
                self.theory = self.theory.extended([declaration])
            elif known != declaration:
                problem = f"{declaration.name} is declared otherwise before; rename one of them"
                raise TermError("name-clash", problem, declaration)
        if len(self.theory.declarations) > MAX_DECLARATIONS:
            raise TermError("limit", f"{MAX_DECLARATIONS} declarations are allowed", declarations)

    def merge(self, theory: Theory, attributes: Iterable[Hypothesis]) -> None:
        """Enter the sorts and declarations of another file. Raises `TermError`."""
        for sort in theory.sorts:
            self._enter_sort(sort)
        self.declare(theory.declarations)
        self._assume_of_parameters(attributes)

    def _enter_sort(self, sort: Sort) -> None:
        if sort in self.theory.sorts:
            return
        if sort.name in (known.name for known in self.theory.sorts):
            raise TermError("name-clash", f"the sort {sort.name} has two sizes", sort)
        if self.theory.find(sort.size):
            raise TermError("name-clash", f"{sort.size} is the name of an array", sort)
        self.theory = Theory(self.theory.declarations, (*self.theory.sorts, sort))
        self._signature = Signature(self.theory, ())
        for declaration in self.theory.declarations:
            self._signature.enter(declaration)

    def _assume_of_parameters(self, attributes: Iterable[Hypothesis]) -> None:
        """Note what was said of parameters where they were declared."""
        new = [hypothesis for hypothesis in attributes if hypothesis not in self.attributes]
        self.attributes += new
        self.hypotheses += new

    def enter(self, item: Item, span: Span) -> None:
        """Enter a statement that is neither a claim nor an import. Raises `TermError`."""
        before = len(self.theory.declarations)
        match item:
            case Use():
                self._use(item)
            case DeclareSort(sort):
                self._enter_sort(sort)
            case Declare(declaration, hypotheses):
                if self.theory.find(declaration.name) or declaration.name in self.theory.sizes():
                    problem = f"{declaration.name} is declared already"
                    raise TermError("name-clash", problem, declaration)
                self._check_names(_body(declaration))
                self.declare([declaration])
                self._assume_of_parameters(hypotheses)
            case Assume(hypotheses):
                self._check_hypotheses(hypotheses)
                self.hypotheses += hypotheses
        new = self.theory.declarations[before:]
        self._origins.update((id(declaration), span) for declaration in new)
        if any(isinstance(declaration, Root) for declaration in new):
            self._check_roots(item)

    def _check_roots(self, item: Item) -> None:
        """See that the kernel can decide with the roots so far.

        Whether what they divide by is zero may depend on hypotheses still to come.
        """
        try:
            Calculus(self.theory, self.hypotheses, Budget(DEFAULT_STEPS))
        except TermError as error:
            if error.code in ("unsupported", "vacuous"):
                raise TermError(error.code, error.message, item) from error

    def _use(self, item: Use) -> None:
        if item.normaliser not in USES:
            hint = meant(item.normaliser, USES, f"known are {', '.join(USES)}", 0.5)
            problem = f"{item.normaliser} is not a normaliser; {hint}"
            raise TermError("unknown-name", problem, item)
        declarations = used(item.normaliser, item.argument, item.alias)
        known = self.theory.find(item.argument)
        if known is not None and known != declarations[0]:
            sorts = ", ".join(index_sorts(declarations[0]))
            problem = f"{item.normaliser} takes an input[{sorts}], and {item.argument} is none"
            raise TermError("wrong-indices", problem, item)
        try:
            self.declare(declarations)
        except TermError as error:
            problem = f"{error.message}, or write use {item.normaliser}(w) as NAME, with an input w"
            raise TermError(error.code, problem, item) from error

    def goal(self, assertion: Assertion, proved: Mapping[str, Theorem | None]) -> Goal:
        """The goal of a lemma or theorem, which may cite what is proved.

        Of the hypotheses of the file it gets those that speak of what it, its chain or what it cites
        mention. Raises `TermError` and `SourceError`.
        """
        self._check_hypotheses(assertion.hypotheses)
        for side in sides(assertion.claim):
            self._check_names(side)
        statement = Statement(
            self.source, assertion.claim, assertion.hypotheses, self.theory, (), self._places()
        )
        with statement.located(assertion.span):
            parts = self._parts(assertion)
        mentioned = [*sides(assertion.claim), *(term for part in parts for term in part.terms)]
        for step in (step for part in parts for step in part.steps):
            cited = [proved.get(hint.name) for hint in step.hints if hint.kind == CITE]
            mentioned += [side for theorem in cited if theorem for side in sides(theorem.claim)]
        reached = reached_arrays(mentioned, self.theory)
        reached |= _sources((*self.hypotheses, *assertion.hypotheses), reached)
        free = free_in_claim(assertion.claim)
        shared = [h for h in self.hypotheses if _speaks_of(h, reached, set(free))]
        hypotheses = tuple(dict.fromkeys((*shared, *assertion.hypotheses)))
        statement = replace(statement, hypotheses=hypotheses)
        return Goal(assertion, statement, parts)

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
        first = known.left if part.first is None else part.first
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
        allowed = {*free_in_claim(claim), claim.column}
        self._check_term(witness.left_inverse, {*allowed, claim.row})
        for coordinate in witness.coordinates:
            self._check_term(coordinate, allowed)

    def _check_term(self, term: Term, allowed: Collection[Index]) -> None:
        """The arrays of a term are declared, and its free indices are those of its claim."""
        self._check_names(term)
        stray = [index.name for index in free_indices(term) if index not in allowed]
        if stray:
            problem = f"{stray[0]} is neither an index of the claim nor bound by a sum"
            raise TermError("unknown-index", problem, term)

    def _check_names(self, term: Term) -> None:
        """Every array that a term mentions is declared."""
        for part in subterms(term):
            if not isinstance(part, Entry) or part.name in self.theory.sizes():
                continue
            if self.theory.find(part.name) is None:
                raise TermError("unknown-name", self._unknown(part), part)

    def _unknown(self, entry: Entry) -> str:
        known = [*(d.name for d in self.theory.declarations), *self.theory.sizes()]
        hint = meant(entry.name, known, "")
        if hint:
            return f"{entry.name} is not declared; {hint}"
        uses = [use for use in USES if any(d.name == entry.name for d in USES[use]().declarations)]
        if uses:
            return f"{entry.name} is not declared; it is by 'use {uses[0]}(x)'"
        sorts = ",".join(index.sort for index in entry.indices)
        shown = f"{entry.name}[{sorts}]" if sorts else entry.name
        return f"{entry.name} is not declared; if it is a parameter, write param {shown}"

    def _check_hypotheses(self, hypotheses: Iterable[Hypothesis]) -> None:
        for hypothesis in hypotheses:
            if isinstance(hypothesis, Sign | Shared):
                self._check_names(hypothesis.entry)
            if isinstance(hypothesis, Shared):
                self._check_names(hypothesis.source)


def _sources(hypotheses: Iterable[Hypothesis], reached: set[str]) -> set[str]:
    """What the arrays that are reached are shared from."""
    shared = (h for h in hypotheses if isinstance(h, Shared) and h.entry.name in reached)
    return {hypothesis.source.name for hypothesis in shared}


def _body(declaration: Declaration) -> Term:
    """What a declared array is defined by; a number for one that is not."""
    match declaration:
        case Definition(_, _, body) | Root(_, _, body):
            return body
    return number(0)


def _speaks_of(hypothesis: Hypothesis, reached: set[str], free: set[object]) -> bool:
    """Whether a hypothesis of a file says something about a claim."""
    match hypothesis:
        case Sign(Entry(name)) | Shared(Entry(name)):
            return name in reached
        case Unequal():
            return set(hypothesis) <= free
    return True

"""From the statements of a document to its theory: what is declared and assumed, each thing once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bnproof.kernel import Budget, BudgetExhausted, Calculus
from bnproof.kernel.signature import Signature
from bnproof.kernel.theorems import DEFAULT_STEPS
from bnproof.language.documents import EPS
from bnproof.language.items import Assume, Declare, DeclareSort, Item, Use
from bnproof.language.printer import print_term
from bnproof.language.source import Source, Span, meant
from bnproof.maps.applying import array_of
from bnproof.maps.definitions import Normaliser
from bnproof.maps.registry import NORMALISERS, named
from bnproof.terms import (
    Declaration,
    Diff,
    Entry,
    Hypothesis,
    Input,
    Parameter,
    Root,
    Shared,
    Sign,
    Sort,
    Term,
    TermError,
    Theory,
    defining_terms,
    fresh_indices,
    index_sorts,
    subterms,
)

MAX_DECLARATIONS = 400
# What may be spent on early checks of the roots of one document.
_CHECKING_STEPS = 3 * DEFAULT_STEPS


@dataclass
class Declarations:
    """What is declared and assumed at a place in a document."""

    source: Source
    spans: Mapping[int, Span]
    theory: Theory = field(default_factory=lambda: Theory(()))
    hypotheses: list[Hypothesis] = field(default_factory=list)
    attributes: list[Hypothesis] = field(default_factory=list)
    _signature: Signature = field(default_factory=lambda: Signature(Theory(()), ()))
    _origins: dict[int, Span] = field(default_factory=dict)
    _steps: int = _CHECKING_STEPS

    def declare(self, declarations: Iterable[Declaration]) -> None:
        """Enter declarations; what is declared in the same way already is left as it is.

        Raises `TermError` for a name that is declared otherwise, and for what has no meaning.
        """
        for declaration in declarations:
            known = self.theory.find(declaration.name)
            if known is None:
                self._signature.enter(declaration)
                for term in defining_terms([declaration]):
                    for part in subterms(term):
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
                for term in defining_terms([declaration]):
                    self.check_names(term)
                self.declare([declaration])
                self._assume_of_parameters(hypotheses)
            case Assume(hypotheses):
                self.check_hypotheses(hypotheses)
                self.hypotheses += hypotheses
        new = self.theory.declarations[before:]
        self._origins.update((id(declaration), span) for declaration in new)
        if any(isinstance(declaration, Root) for declaration in new):
            self._check_roots(item)

    def _check_roots(self, item: Item) -> None:
        """See that the kernel can decide with the roots so far.

        Whether what they divide by is zero may depend on hypotheses still to come. Once the steps for
        this are spent, it is left to the claims, each of which is seen to by the kernel anyway.
        """
        if self._steps <= 0:
            return
        budget = Budget(min(DEFAULT_STEPS, self._steps))
        try:
            Calculus(self.theory, self.hypotheses, budget)
        except TermError as error:
            if error.code == "vacuous":
                raise TermError(error.code, error.message, item) from error
        except BudgetExhausted as error:
            self._steps = 0
            if budget.limit == DEFAULT_STEPS:
                raise TermError("undecided", str(error), item) from error
        self._steps -= budget.limit - budget.left

    def _use(self, item: Use) -> None:
        found = named(item.normaliser)
        if found is None or item.normaliser != found.name:
            known = [normaliser.name for normaliser in NORMALISERS]
            hint = meant(item.normaliser, known, f"known are {', '.join(known)}", 0.5)
            hint = f"did you mean {found.name}?" if found else hint
            problem = f"{item.normaliser} is not a normaliser; {hint}"
            raise TermError("unknown-name", problem, item)
        used = found.named(self._argument(item, found), item.alias, self._shared_eps(item, found))
        try:
            self.merge(used.theory, used.hypotheses)
        except TermError as error:
            if error.code != "name-clash" or not isinstance(error.culprit, Declaration):
                raise
            shared = f", {item.eps.name}" if item.eps else ""
            call = f"{item.normaliser}({print_term(item.argument)}{shared})"
            remedy = f"write use {call} as NAME"
            if item.alias:
                remedy = f"choose another name than {item.alias} behind 'as'"
            problem = f"{error.message}, or {remedy}"
            raise TermError(error.code, problem, item) from error

    def _argument(self, item: Use, normaliser: Normaliser) -> str | Declaration:
        """What a normaliser is applied to: a new input, an array that is declared, or that of a term."""
        [given] = normaliser.theory.inputs()
        argument = item.argument
        if not isinstance(argument, Entry) or argument.indices:
            self.check_names(argument)
            name = f"{item.alias}.{given.name}" if item.alias else given.name
            taken = (declared.name for declared in self.theory.declarations)
            return array_of(argument, name, given, normaliser.name, taken)
        known = self.theory.find(argument.name)
        if known is None and "." in argument.name:
            self.check_names(argument)
        if known is None and argument.name not in self.theory.sizes():
            return argument.name
        if known is not None and index_sorts(known) == given.sorts:
            return known
        problem = (
            f"{normaliser.name} takes an input[{', '.join(given.sorts)}], and {argument.name} is none; "
            f"a term has its indices with it, as in {normaliser.name}({_entry(given)})"
        )
        raise TermError("wrong-indices", problem, argument)

    def _shared_eps(self, item: Use, normaliser: Normaliser) -> str | None:
        """The name of the eps that a normaliser shares with others, if it does."""
        if item.eps is None:
            return None
        if normaliser.theory.find(EPS) is None:
            problem = f"{normaliser.name} has no eps, so that it shares none"
            raise TermError("unknown-name", problem, item.eps)
        known = [
            declared.name
            for declared in self.theory.declarations
            if isinstance(declared, Parameter) and declared.nonnegative and not declared.sorts
        ]
        if item.eps.name not in known:
            listed = f"known are {', '.join(known)}" if known else "write param eps in front of it"
            problem = f"{item.eps.name} is not an eps >= 0 that is declared; "
            raise TermError("unknown-name", problem + meant(item.eps.name, known, listed), item.eps)
        return item.eps.name

    def check_names(self, term: Term) -> None:
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
        *alias, name = entry.name.split(".")
        uses = (known.name for known in NORMALISERS if known.theory.find(name))
        use = next(uses, None)
        if use:
            behind = f" as {alias[0]}" if alias else ""
            return f"{entry.name} is not declared; it is by 'use {use}(x){behind}'"
        sorts = ",".join(index.sort for index in entry.indices)
        shown = f"{entry.name}[{sorts}]" if sorts else entry.name
        return f"{entry.name} is not declared; if it is a parameter, write param {shown}"

    def check_hypotheses(self, hypotheses: Iterable[Hypothesis]) -> None:
        for hypothesis in hypotheses:
            if isinstance(hypothesis, Sign | Shared):
                self.check_names(hypothesis.entry)
            if isinstance(hypothesis, Shared):
                self.check_names(hypothesis.source)


def _entry(given: Input) -> str:
    """An entry of the input of a normaliser, with the letters that its indices usually have."""
    return print_term(Entry(given.name, fresh_indices(given.sorts)))

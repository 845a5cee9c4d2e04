"""Closed forms in the reader's vocabulary: y, kappa and rho instead of x, mu and eps (not trusted).

The normal form of a term speaks of an input and its statistics. Here it is rewritten with what the theory
defines by them: a standardized input `y` instead of x, if the theory lets one solve for x; `rho` instead
of means of products of y; `kappa` instead of `eps/s^2`. What comes out is only ever shown when the
kernel has proved it equal to the term.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from bnproof.closed_forms.abbreviations import Abbreviations
from bnproof.closed_forms.correlations import Correlations
from bnproof.closed_forms.factoring import readable
from bnproof.closed_forms.products import Vocabulary, cost
from bnproof.closed_forms.size_fractions import in_lowest_terms
from bnproof.closed_forms.standardized import Standardized
from bnproof.kernel import Budget, BudgetExhausted, Calculus, Polynomial, Theorem, decide
from bnproof.kernel.signature import DELTA
from bnproof.kernel.theorems import DEFAULT_STEPS
from bnproof.language import print_term
from bnproof.readback import to_term
from bnproof.terms import (
    Apply,
    Declaration,
    Definition,
    Diff,
    Entry,
    Equation,
    Hypothesis,
    Input,
    Mean,
    Parameter,
    Root,
    Term,
    TermError,
    Theory,
    about,
    bound_indices,
    children,
    rebuild,
    subterms,
)

# The forms of a polynomial that are worth writing out, and what an input or eps in one costs.
_MOST_FORMS = 4
# Numbers of more bits are left alone: they grow where a common factor is taken out.
_LARGEST = 1_000
_RAW = 2
# The kinds of arrays in the order of factors, and those that count as constants.
_ORDER = (DELTA, "abbreviation", "parameter", "root", "statistic", "mean", "input")
_SIMPLE = ("abbreviation", "root", "mean")


def closed_form(term: Term, theory: Theory, hypotheses: Iterable[Hypothesis]) -> Term:
    """The shortest readable term that was found equal to a term for all sizes.

    Args:
        term: any term of the theory.
        theory: a normaliser and the parameters of the term.
        hypotheses: what is assumed; those on indices that the term does not have are left out.

    Returns:
        A term without `diff`, equal to the given one by a theorem of the kernel.

    Raises:
        TermError: the term or a hypothesis has no meaning.
        BudgetExhausted: the normal form, or the proof of what was found, takes too many steps.
    """
    hypotheses = about(Equation(term, term), hypotheses)
    calculus = Calculus(theory, hypotheses, Budget(DEFAULT_STEPS))
    plain = calculus.presented(calculus.normal_form(term))
    folding = _Folding(calculus, theory)
    candidates: list[Term] = []
    if all(max(map(int.bit_length, c.as_integer_ratio())) <= _LARGEST for c in plain.values()):
        candidates += folding.candidates(plain)
    if isinstance(term, Entry):
        candidates = [found for found in candidates if found != term]  # what it stands for
    elif not any(isinstance(part, Diff) for part in subterms(term)):
        candidates.append(term)
    last = to_term(plain, calculus.size_polynomials.inverted, calculus.opaque.meaning)
    for candidate in (*sorted(candidates, key=folding.rank), last):
        try:
            if isinstance(decide(Equation(term, candidate), theory, hypotheses), Theorem):
                return candidate
        except (TermError, BudgetExhausted):
            continue
    raise BudgetExhausted("a closed form was found, but to prove it takes too many steps")


class _Folding:
    """Rewrites the normal forms of one calculus in the vocabulary of its theory."""

    def __init__(self, calculus: Calculus, theory: Theory) -> None:
        self._theory = theory
        self._inverses = calculus.size_polynomials.inverted
        self._values = calculus.opaque
        self._standardized = Standardized(calculus, theory, Budget(DEFAULT_STEPS))
        self._correlations = Correlations(self._standardized)
        self._abbreviations = Abbreviations(self._standardized, theory)
        outputs = (rule.name for rule in self._abbreviations.outputs)
        self._results = self._standardized.names.union(outputs)
        constants = (d for d in theory.declarations if isinstance(d, Parameter) and d.nonnegative)
        self._constants = {constant.name for constant in constants}
        self.vocabulary = self._found_vocabulary()

    def rank(self, term: Term) -> tuple[int, int]:
        """How hard a term is to read; inputs and eps are to be avoided."""
        raw = self._constants | self._standardized.inputs
        names = [part.name for part in subterms(term) if isinstance(part, Entry)]
        return cost(term) + _RAW * sum(name in raw for name in names), len(print_term(term))

    def candidates(self, plain: Polynomial, taken: Collection[str] = ()) -> list[Term]:
        """Terms of a polynomial that binds no letter that is taken."""
        found = [readable(form, self.vocabulary, taken) for form in self.forms(plain)]
        return [self._with_values(term, taken) for term in found]

    def _with_values(self, term: Term, taken: Collection[str]) -> Term:
        """The term with the values of functions in it written out, their arguments in short."""
        if isinstance(term, Entry) and term.name in self._values.meaning:
            known = self._values.instance((term.name, term.indices))
            arguments = self.candidates(known.body, taken)
            return Apply(known.function, known.order, min(arguments, key=self.rank))
        inner = {*taken, *(index.name for index in bound_indices(term))}
        return rebuild(term, tuple(self._with_values(part, inner) for part in children(term)))

    def forms(self, plain: Polynomial) -> list[Polynomial]:
        """The polynomial in several vocabularies, those of the shortest texts."""
        found: list[Polynomial] = []
        for polynomial in self._all_forms(plain):
            if polynomial not in found:
                found.append(polynomial)
        found.sort(key=lambda form: (len(form), self.rank(to_term(form, self._inverses))))
        return [form for form in found if len(form) <= 2 * len(found[0])][:_MOST_FORMS]

    def _all_forms(self, plain: Polynomial) -> Iterator[Polynomial]:
        """Each vocabulary on top of the one before, with radicands and abbreviations or without."""
        rules = self._abbreviations
        yield plain
        try:
            standard = self._in_lowest_terms(self._standardized.without_inputs(plain))
            related = self._in_lowest_terms(self._correlations.applied(standard))
            results = self._in_lowest_terms(rules.applied(rules.outputs, related))
            for polynomial in (plain, standard, related, results):
                for form in (polynomial, rules.applied(rules.radicands, polynomial)):
                    yield form
                    yield rules.applied(rules.products, form)
        except BudgetExhausted:
            return

    def _in_lowest_terms(self, polynomial: Polynomial) -> Polynomial:
        return in_lowest_terms(polynomial, self._inverses, self._theory.sizes())

    def _found_vocabulary(self) -> Vocabulary:
        """Which arrays there are, and where they stand in a product."""
        declarations = self._theory.declarations
        kinds = {DELTA: DELTA, **{d.name: self._kind(d) for d in declarations}}
        values = dict.fromkeys(self._values.meaning, "input")
        return Vocabulary(
            sizes={sort.name: sort.size for sort in self._theory.sorts},
            ranks={name: _ORDER.index(kind) for name, kind in (kinds | values).items()},
            simple=self._constants | {name for name, kind in kinds.items() if kind in _SIMPLE},
            inputs=self._standardized.inputs | self._results | values.keys(),
            symmetric=self._standardized.ring.symmetric,
            inverses=self._inverses,
        )

    def _kind(self, declaration: Declaration) -> str:
        """What a reader takes an array for."""
        match declaration:
            case Parameter():
                return "parameter"
            case Root():
                return "root"
            case Input():
                return "input"
            case Definition(name) if name in self._results:
                return "input"
            case Definition(name) if name in self._correlations.names:
                return "mean"
            case Definition(_, _, Mean(_, Entry())):
                return "statistic"
        return "abbreviation"

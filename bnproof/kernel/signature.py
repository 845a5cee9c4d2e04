"""What is declared and assumed, and the checks that everything said respects it (trusted)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from bnproof.terms import (
    DECLARATIONS,
    HYPOTHESES,
    Apply,
    AtLeast,
    Declaration,
    Definition,
    Entry,
    Fixed,
    Function,
    Hypothesis,
    Index,
    Input,
    Parameter,
    Root,
    Shared,
    Sign,
    TermError,
    Theory,
    Unequal,
    free_indices,
    index_sorts,
    is_plain,
    subterms,
)

DELTA = "delta"


class Sharing(NamedTuple):
    """What an array is by hypothesis: the entry of `source` at those of its indices at `positions`."""

    source: str
    positions: tuple[int, ...]


class Signature:
    """The arrays declared so far and the hypotheses in force.

    `roots` are the declared roots, and the letters that a calculus makes for some of them; all of them
    are positive. Arrays are entered one after the other, so that no definition can use itself or a later
    one. Raises `TermError` for a theory or hypotheses without meaning.
    """

    def __init__(self, theory: Theory, hypotheses: Iterable[Hypothesis]) -> None:
        if type(theory) is not Theory:
            raise TermError("syntax", f"{theory!r} is not a theory", theory)
        self.sizes = {sort.name: sort.size for sort in theory.sorts}
        if not len(theory.sorts) == len(self.sizes) == len(set(self.sizes.values())):
            raise TermError("name-clash", "two sorts share a name or a size", theory)
        for name in (DELTA, *self.sizes.values()):
            self._check_name(name, theory)
        if DELTA in self.sizes.values():
            raise TermError("name-clash", f"{DELTA} cannot be a size", theory)
        self.declared: dict[str, Declaration] = {}
        self.reaches: dict[str, frozenset[str]] = {}
        self.roots: set[str] = set()
        self.signs: dict[str, str] = {}
        self.minimum = dict.fromkeys(self.sizes.values(), 1)
        self.unequal: list[Unequal] = []
        self.fixed: dict[str, int] = {}
        self.shared: dict[str, Sharing] = {}
        for hypothesis in hypotheses:
            if not any(is_plain(hypothesis, kind) for kind in HYPOTHESES):
                problem = f"{hypothesis!r} is not a hypothesis"
                raise TermError("hypothesis", problem, hypothesis)
            match hypothesis:
                case Sign(entry, sign):
                    self._assume_sign(theory.find(entry.name), entry, sign, hypothesis)
                case AtLeast(size, minimum):
                    self._assume_size(size, minimum, hypothesis)
                case Fixed(size, value):
                    if self.fixed.setdefault(size, value) != value:
                        problem = f"{size} cannot have two values, so every claim would hold"
                        raise TermError("vacuous", problem, hypothesis)
                    self._assume_size(size, value, hypothesis)
                case Shared():
                    self._assume_shared(hypothesis, theory)
                case Unequal(left, right):
                    self._check_names((left, right), hypothesis)
                    if left == right or left.sort != right.sort:
                        problem = f"{left.name} != {right.name} says nothing"
                        raise TermError("hypothesis", problem, hypothesis)
                    self.unequal.append(hypothesis)
        self._check_shared(theory)

    def enter(self, declaration: Declaration) -> None:
        """Enter a declaration; a definition uses earlier arrays and its own formals, nothing else."""
        if type(declaration) not in DECLARATIONS:
            raise TermError("syntax", f"{declaration!r} is not a declaration", declaration)
        name = declaration.name
        self._check_name(name, declaration)
        if name in self.declared or name in (DELTA, *self.sizes.values()):
            raise TermError("name-clash", f"{name} is declared twice", declaration)
        sorts = index_sorts(declaration)
        for sort in sorts:
            if sort not in self.sizes:
                raise TermError("unknown-index", f"{sort} is not a sort of indices", declaration)
        if (
            isinstance(declaration, Parameter)
            and declaration.symmetric
            and (len(sorts), len(set(sorts))) != (2, 1)
        ):
            problem = f"{name} cannot be symmetric: it does not have two indices of one sort"
            raise TermError("wrong-indices", problem, declaration)
        self.reaches[name] = frozenset({name})
        if isinstance(declaration, Definition | Root):
            used = self._check_definition(declaration)
            self.reaches[name] = self.reaches[name].union(*(self.reaches[n] for n in used))
        if isinstance(declaration, Root):
            self.roots.add(name)
        self.declared[name] = declaration

    def _check_definition(self, declaration: Definition | Root) -> set[str]:
        """The arrays that a definition uses, all of them declared before."""
        name, formals = declaration.name, declaration.formals
        self.check_binders(formals, declaration)
        body = declaration.body if isinstance(declaration, Definition) else declaration.radicand
        used = [t for t in subterms(body) if isinstance(t, Entry)]
        used = [entry for entry in used if entry.name not in self.sizes.values()]
        for entry in used:
            self.find(entry)
        for part in subterms(body):
            if isinstance(part, Apply):
                self.check_function(part)
        stray = [index.name for index in free_indices(body) if index not in formals]
        if stray:
            problem = f"{name} is defined with {', '.join(stray)}, which it does not take"
            raise TermError("unknown-index", problem, declaration)
        return {entry.name for entry in used}

    def used_by(self, name: str) -> list[str]:
        """The arrays that an array uses, itself last, in the order of their declaration."""
        return [other for other in self.declared if other in self.reaches[name]]

    def find(self, entry: Entry) -> Declaration:
        """The declaration of the array of an entry, whose indices are checked against it."""
        declared = self.declared.get(entry.name)
        if declared is None:
            raise TermError("unknown-name", f"{entry.name} is not declared", entry)
        if isinstance(declared, Function):
            problem = (
                f"{entry.name} is a function and wants an argument, as in {entry.name}(x[i,d])"
            )
            raise TermError("wrong-indices", problem, entry)
        self.check_indices(entry.indices, index_sorts(declared), entry.name, entry)
        return declared

    def check_function(self, term: Apply) -> None:
        """What stands in front of an argument is a function."""
        name = term.function
        declared = self.declared.get(name)
        if declared is None and name not in self.sizes.values():
            raise TermError("unknown-name", f"{name} is not declared", term)
        if not isinstance(declared, Function):
            problem = (
                f"{name} is no function and takes no argument; a product is written {name}*(..)"
            )
            raise TermError("wrong-indices", problem, term)

    def zero(self) -> set[str]:
        """The parameters that are zero by hypothesis."""
        return {name for name, sign in self.signs.items() if sign == "zero"}

    def grants(self, hypothesis: Hypothesis) -> bool:
        """Whether a hypothesis on signs or sizes is in force; one on indices is granted elsewhere."""
        match hypothesis:
            case Sign(Entry(name), sign):
                declared = self.declared.get(name)
                if sign == "nonzero" and isinstance(declared, Parameter) and declared.nonnegative:
                    sign = "positive"
                weaker = {"positive": ("positive", "nonzero")}
                known = self.signs.get(name, "")
                return sign in weaker.get(known, (known,))
            case AtLeast(size, minimum):
                return self.minimum.get(size, 0) >= minimum
            case Fixed(size, value):
                return self.fixed.get(size) == value
            case Shared(entry, source):
                return self.shared.get(entry.name) == _sharing(entry, source)
        return True

    def meant(self, entry: Entry) -> Entry:
        """The entry of the array that an entry is shared from by hypothesis; else the entry itself.

        G[i,d] = g[d]
        --------------------
        G[k,e]  =  g[e]
        """
        sharing = self.shared.get(entry.name)
        if sharing is None:
            return entry
        self.find(entry)
        return Entry(sharing.source, tuple(entry.indices[k] for k in sharing.positions))

    def is_unit(self, name: str) -> bool:
        """Whether no entry of an array is zero: roots, and parameters with such a hypothesis."""
        return name in self.roots or self.signs.get(name) in ("positive", "nonzero")

    def check_variable(self, variable: Entry) -> None:
        """A variable of differentiation is an input or a parameter that nothing constrains."""
        name = variable.name
        declared = None if name in self.sizes.values() else self.find(variable)
        if declared is None:
            problem = "it is a size"
        elif not isinstance(declared, Input | Parameter):
            problem = "it is defined by other arrays"
        elif isinstance(declared, Parameter) and declared.symmetric:
            problem = "it is symmetric, so that its entries do not vary independently"
        elif name in self.signs or any(
            name in (shared, known.source) for shared, known in self.shared.items()
        ):
            problem = "a hypothesis constrains it"
        else:
            return
        text = f"one cannot differentiate by {name}: {problem}"
        raise TermError("not-differentiable", text, variable)

    def check_indices(
        self, indices: tuple[Index, ...], sorts: tuple[str, ...], name: str, culprit: object
    ) -> None:
        """The indices of an entry have the sorts that its array is declared with."""
        found = tuple(index.sort for index in indices)
        if found != sorts:
            wanted, given = (f"[{', '.join(s)}]" if s else "no index" for s in (sorts, found))
            raise TermError(
                "wrong-indices", f"{name} takes {wanted}, but is given {given}", culprit
            )
        self._check_names(indices, culprit)

    def check_binders(self, indices: tuple[Index, ...], culprit: object) -> None:
        """Binders and formals are distinct indices of known sorts."""
        if len(set(indices)) != len(indices):
            raise TermError("binder-clash", "an index is bound twice", culprit)
        self._check_names(indices, culprit)

    def _check_name(self, name: str, culprit: object) -> None:
        """Names are words, or two with a dot (`ln.y`), so that none meets a letter of the kernel's."""
        words = name.split(".")
        if not (name.isascii() and len(words) <= 2 and all(word.isidentifier() for word in words)):
            raise TermError("syntax", f"{name!r} is not the name of an array or a size", culprit)

    def _check_names(self, indices: tuple[Index, ...], culprit: object) -> None:
        """Index names begin with a letter, so that none meets a bound index of a normal form."""
        for name, sort in indices:
            if sort not in self.sizes or not name[:1].isalpha():
                raise TermError("unknown-index", f"{name!r} is not an index of {sort!r}", culprit)

    def _assume_sign(
        self, declared: Declaration | None, entry: Entry, sign: str, culprit: Sign
    ) -> None:
        """Enter the sign of a parameter; two signs that exclude each other are refused."""
        name = entry.name
        if not isinstance(declared, Parameter):
            problem = f"{name} is not a parameter; only parameters can be constrained"
            raise TermError("hypothesis", problem, culprit)
        self.check_indices(entry.indices, declared.sorts, name, entry)
        if len(set(entry.indices)) != len(entry.indices):
            problem = f"a hypothesis is on every entry of {name}, so its indices must differ"
            raise TermError("hypothesis", problem, culprit)
        if sign == "nonzero" and declared.nonnegative:
            sign = "positive"
        known = self.signs.get(name, sign)
        if "zero" in (known, sign) and known != sign:
            problem = f"{name} cannot be zero and not zero, so every claim would hold"
            raise TermError("vacuous", problem, culprit)
        self.signs[name] = "positive" if "positive" in (known, sign) else sign

    def _assume_size(self, size: str, minimum: int, culprit: AtLeast | Fixed) -> None:
        """Enter a bound of a size."""
        if size not in self.minimum:
            raise TermError("hypothesis", f"{size} is not a size", culprit)
        self.minimum[size] = max(self.minimum[size], minimum)
        if self.minimum[size] > self.fixed.get(size, self.minimum[size]):
            problem = f"{size} cannot be {self.fixed[size]} and larger, so every claim would hold"
            raise TermError("vacuous", problem, culprit)

    def _assume_shared(self, hypothesis: Shared, theory: Theory) -> None:
        """Enter that an array is shared; both are parameters, and the other has some of its indices."""
        for entry in (hypothesis.entry, hypothesis.source):
            declared = theory.find(entry.name)
            if not isinstance(declared, Parameter) or declared.symmetric or declared.nonnegative:
                problem = f"{entry.name} is not a parameter that can be shared"
                raise TermError("hypothesis", problem, hypothesis)
            self.check_indices(entry.indices, declared.sorts, entry.name, hypothesis)
            if len(set(entry.indices)) != len(entry.indices):
                problem = (
                    f"a hypothesis is on every entry of {entry.name}, so its indices must differ"
                )
                raise TermError("hypothesis", problem, hypothesis)
        name, sharing = hypothesis.entry.name, _sharing(hypothesis.entry, hypothesis.source)
        if sharing is None or sharing.source == name:
            problem = f"{hypothesis.source.name} takes an index that {name} has not"
            raise TermError("hypothesis", problem, hypothesis)
        if self.shared.setdefault(name, sharing) != sharing:
            raise TermError("hypothesis", f"{name} is shared in two ways", hypothesis)

    def _check_shared(self, theory: Theory) -> None:
        """An array that is shared is constrained in no other way, and shared from one that is not."""
        for name, sharing in self.shared.items():
            if name in self.signs or sharing.source in self.shared:
                problem = f"{name} is {sharing.source}, so say what holds of that alone"
                raise TermError("hypothesis", problem, theory)


def _sharing(entry: Entry, source: Entry) -> Sharing | None:
    """Which indices of an entry its source takes; None if it takes others."""
    if not set(source.indices) <= set(entry.indices):
        return None
    return Sharing(source.name, tuple(map(entry.indices.index, source.indices)))

"""From the text of a derivation to its statements.

    document   =  { statement }
    statement  =  "title" string | "source" string | "import" string [ "as" name ]
               |  "use" name "(" name ")" [ "as" name ]
               |  "index" letter { letter } ":" sort [ "(" size ")" ]
               |  "function" name
               |  "input" array | "param" array { "symmetric" | "positive" | "nonzero" }
               |  "let" entry "=" expression | "root" entry ":" entry "^" "2" "=" expression
               |  "assume" hypothesis { "," hypothesis }
               |  ( "lemma" | "theorem" ) name { "of" string | string | "assume" ... } claim [ proof ]
    array      =  name [ "[" sort { "," sort } "]" ]

What is wrong with one statement does not keep the others from being read.
"""

from __future__ import annotations

from collections.abc import Callable

from bnproof.language.items import (
    RULE_HINTS,
    Assertion,
    Assume,
    Broken,
    Declare,
    Document,
    Import,
    Instance,
    Item,
    Metadata,
    Proof,
    Use,
)
from bnproof.language.sorts import Letters, SortParser, no_letters
from bnproof.language.source import Source, SourceError, Span, meant
from bnproof.language.tokens import STATEMENTS, Token
from bnproof.terms import (
    Definition,
    Entry,
    Function,
    Hypothesis,
    Index,
    Input,
    Parameter,
    Pow,
    Root,
    Sign,
    Term,
    fresh_index,
    index_letters,
)

MAX_DOCUMENT = 400_000
MAX_ERRORS = 20
MAX_STATEMENTS = 400
MAX_HYPOTHESES = 24
EPS = "eps"  # the one parameter that is never negative, wherever it is declared


def parse_document(source: Source, letters_of: Callable[[str], Letters] = no_letters) -> Document:
    """Read a derivation. What is wrong with it is in the document; nothing is raised.

    `letters_of` tells which index letters a normaliser that the document uses brings with it.
    """
    try:
        parser = _DocumentParser(source, MAX_DOCUMENT, letters_of)
    except SourceError as error:
        return Document(source, (), (error,), (), 0, {}, {})
    return parser.document()


class _DocumentParser(SortParser):
    """One pass over the tokens of a document."""

    def document(self) -> Document:
        items: list[tuple[Item, Span]] = []
        errors: list[SourceError] = []
        broken: list[Broken] = []
        sound = len(self.source.code)
        while self.token.kind != "end" and len(errors) < MAX_ERRORS:
            start, begin = self.token, self.position
            self.asserted: Token | None = None
            try:
                if len(items) == MAX_STATEMENTS:
                    problem = f"a file has up to {MAX_STATEMENTS} statements; import some of them"
                    errors.append(self.error("limit", problem, start.span))
                    sound = min(sound, start.span.start)
                    break
                item = self.statement()
                end = self.tokens[self.position - 1].span.end
                items.append((item, Span(start.span.start, end)))
            except SourceError as error:
                errors.append(error)
                if self.asserted:
                    broken.append(Broken(start.text, self.asserted.text, self.asserted.span))
                elif start.text not in ("lemma", "theorem", "title", "source"):
                    sound = min(sound, start.span.start)
                self.recover(begin)
        return Document(
            self.source,
            tuple(items),
            tuple(errors),
            tuple(broken),
            sound,
            self.spans,
            dict(self.letters),
        )

    def recover(self, begin: int) -> None:
        """Go on behind a statement in error: at the next word that begins one."""
        self.depth = 0
        self.bound.clear()
        self.position = max(self.position, begin + 1)
        starts = set(STATEMENTS) - {"assume", "root"}
        while self.token.kind != "end" and self.token.text not in starts:
            if self.advance().text == "qed":
                return

    def statement(self) -> Item:
        token = self.advance()
        match token.text:
            case "title" | "source":
                return Metadata(token.text, self.string(f"the {token.text} in quotes"))
            case "import":
                path = self.string("the file in quotes")
                return Import(path, self.alias() if self.accept("as") else None)
            case "use":
                return self.use()
            case "index":
                return self.index_letters()
            case "input":
                return self.noted(Declare(Input(*self.array())), token)
            case "param":
                return self.parameter(token)
            case "function":
                return self.function(token)
            case "let":
                head = self.head("let")
                self.expect("=", "'='")
                body = self.body_of(head)
                return Declare(Definition(head.name, head.indices, body))
            case "root":
                return self.root()
            case "assume":
                hypotheses = tuple(self.separated(self.hypothesis))
                self.end_of_statement()
                return Assume(self.bounded(hypotheses, token))
            case "lemma" | "theorem":
                return self.assertion(token)
        hint = meant(token.text, [*STATEMENTS, "proof"], f"known are {', '.join(STATEMENTS)}")
        raise self.error("syntax", f"'{token.text}' does not begin a statement; {hint}", token.span)

    def bounded(self, hypotheses: tuple[Hypothesis, ...], token: Token) -> tuple[Hypothesis, ...]:
        if len(hypotheses) > MAX_HYPOTHESES:
            problem = f"{MAX_HYPOTHESES} hypotheses are allowed"
            raise self.error("limit", problem, token.span)
        return hypotheses

    def end_of_statement(self) -> None:
        if self.token.kind != "end" and self.token.text not in STATEMENTS:
            raise self.expected("an operator or the next statement")

    def string(self, wanted: str) -> str:
        return self.expect_kind("string", wanted).text[1:-1]

    def use(self) -> Use:
        normaliser = self.expect_kind("name", "a normaliser, such as batchnorm")
        self.expect("(", "'(' and the input, as in batchnorm(x)")
        argument = self.expect_kind("name", "the name of the input")
        self.expect(")", f"')', as in {normaliser.text}({argument.text})")
        alias = self.alias() if self.accept("as") else None
        self.bring(normaliser)
        return Use(normaliser.text, argument.text, alias)

    def alias(self) -> str:
        """The name behind `as`."""
        token = self.expect_kind("name", "a name")
        if "." in token.text:
            raise self.error("syntax", "the name behind 'as' has no dot", token.span)
        return token.text

    def parameter(self, start: Token) -> Declare:
        name, sorts = self.array()
        attributes: set[str] = set()
        while self.token.text in ("symmetric", "positive", "nonzero"):
            attributes.add(self.advance().text)
        indices: list[Index] = []
        for sort in sorts:
            taken = [index.name for index in indices]
            indices.append(fresh_index(sort, index_letters(sort), taken))
        entry = Entry(name, tuple(indices))
        if self.token.text == ",":
            problem = "one array for each 'param', and no comma before symmetric, positive, nonzero"
            raise self.error("syntax", problem, self.token.span)
        signs = sorted(attributes - {"symmetric"})
        hypotheses = tuple(self.noted(Sign(entry, sign), start) for sign in signs)
        declared = Parameter(
            name, sorts, symmetric="symmetric" in attributes, nonnegative=name == EPS and not sorts
        )
        return Declare(self.noted(declared, start), hypotheses)

    def function(self, start: Token) -> Declare:
        name = self.expect_kind("name", "the name of a function")
        if "." in name.text:
            raise self.error("syntax", "a function has a name without a dot", name.span)
        self.used_as_array.setdefault(name.text, name.span)
        self.check_roles(name)
        self.end_of_statement()
        return Declare(self.noted(Function(name.text), start))

    def head(self, what: str) -> Entry:
        """The name that a definition is for, with its formal indices."""
        start = self.token
        entry = self.entry()
        if "." in entry.name:
            raise self.error("syntax", f"a {what} has a name without a dot", start.span)
        return entry

    def root(self) -> Declare:
        head = self.head("root")
        self.expect(":", f"':' and the square, as in root {head.name}: {head.name}^2 = ...")
        start = self.token
        square = self.expression()
        if square != Pow(head, 2):
            problem = f"expected the square of {head.name} as it stands before the ':'"
            raise self.error("syntax", problem, start.span)
        self.expect("=", "'='")
        return Declare(Root(head.name, head.indices, self.body_of(head)))

    def body_of(self, head: Entry) -> Term:
        """What a definition is defined by; no sum in it binds one of its formal indices again."""
        formals = [index.name for index in head.indices]
        self.bound += formals
        body = self.expression()
        del self.bound[len(self.bound) - len(formals) :]
        self.end_of_statement()
        return body

    # Lemmas, theorems and their proofs

    def assertion(self, start: Token) -> Assertion:
        wanted = f"the name of the {start.text}"
        if self.token.kind == "string":
            wanted += f", as in: {start.text} NAME of {self.token.text}"
        name = self.asserted = self.expect_kind("name", wanted)
        if self.token.text == ":":
            raise self.error("syntax", "no ':' stands behind the name", self.token.span)
        if "." in name.text or name.text in RULE_HINTS:
            problem = f"{name.text} cannot be the name of a {start.text}"
            raise self.error("name-clash", problem, name.span)
        label = text = None
        hypotheses: list[Hypothesis] = []
        while True:
            if self.accept("of"):
                label = self.string("the name that it has in the paper, in quotes")
            elif self.token.kind == "string":
                text = self.string("a text")
            elif self.accept("assume"):
                hypotheses += self.separated(self.hypothesis)
            else:
                break
        hypotheses = list(self.bounded(tuple(hypotheses), name))
        claim = self.claim()
        if self.token.text == "assume" and self.tokens[self.position - 1].text != "qed":
            self.check_no_late_hypothesis()
        proof: Proof | Instance | str | None = None
        if self.accept("proof"):
            proof = self.proof()
        elif self.token.kind != "end" and self.token.text not in STATEMENTS:
            hint = meant(self.token.text, ["proof"], "")
            if hint:
                raise self.error("syntax", hint, self.token.span)
            raise self.expected("an operator or 'proof'")
        return Assertion(
            start.text, name.text, label, text, tuple(hypotheses), claim, proof, name.span
        )

    def check_no_late_hypothesis(self) -> None:
        """Refuse `CLAIM assume ... proof`: a claim in a file has its hypotheses in front of it."""
        later = self.tokens[self.position :]
        following = next((t.text for t in later[1:] if t.text in (*STATEMENTS, "proof")), "")
        if following == "proof":
            problem = "hypotheses stand between the name and the claim"
            raise self.error("syntax", problem, self.token.span)

"""From the text of a derivation to its statements.

    document   =  { statement }
    statement  =  "title" string | "source" string | "import" string [ "as" name ]
               |  "use" name "(" expression [ "," name ] ")" [ "as" name ]
               |  "index" letter { letter } ":" sort [ "(" size ")" ]
               |  "function" name
               |  "input" array | "param" array { "symmetric" | "positive" | "nonzero" }
               |  "let" entry "=" expression | "root" entry ":" entry "^" "2" "=" expression
               |  assume | assertion
    array      =  name [ "[" sort { "," sort } "]" ]

What is wrong with one statement does not keep the others from being read.
"""

from __future__ import annotations

from collections.abc import Callable

from bnproof.language.assertions import AssertionParser
from bnproof.language.items import (
    REFUTED_KIND,
    Assume,
    Broken,
    Declare,
    Document,
    Import,
    Item,
    Metadata,
    Use,
)
from bnproof.language.sorts import Letters, no_letters
from bnproof.language.source import Source, SourceError, Span, meant
from bnproof.language.tokens import STATEMENTS, Token
from bnproof.terms import (
    Definition,
    Entry,
    Function,
    Input,
    Parameter,
    Pow,
    Root,
    Sign,
    Term,
    fresh_indices,
)

MAX_DOCUMENT = 400_000
MAX_ERRORS = 20
MAX_STATEMENTS = 400
# An error in one of these leaves what follows as sound as it was.
_CONFINED = ("lemma", "theorem", REFUTED_KIND, "inexpressible", "title", "source")
EPS = "eps"  # the one parameter that is never negative, wherever it is declared


def parse_document(source: Source, letters_of: Callable[[str], Letters] = no_letters) -> Document:
    """Read a derivation. What is wrong with it is in the document; nothing is raised.

    `letters_of` tells which index letters a normaliser that the document uses brings with it.
    """
    try:
        parser = DocumentParser(source, MAX_DOCUMENT, letters_of)
    except SourceError as error:
        return Document(source, (), (error,), (), 0, {}, {})
    return parser.document()


class DocumentParser(AssertionParser):
    """One pass over the tokens of a document."""

    def document(self) -> Document:
        items: list[tuple[Item, Span]] = []
        errors: list[SourceError] = []
        broken: list[Broken] = []
        sound = len(self.source.code)
        while self.token.kind != "end" and len(errors) < MAX_ERRORS:
            start, begin = self.token, self.position
            self.asserted = None
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
                elif start.text not in _CONFINED:
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
                hypotheses, unwritten = self.assumed_here()
                self.end_of_statement()
                return Assume(self.bounded(hypotheses, token), unwritten)
            case "lemma" | "theorem" | "refuted":
                return self.assertion(token)
            case "inexpressible":
                return self.inexpressible()
        hint = meant(token.text, [*STATEMENTS, "proof"], f"known are {', '.join(STATEMENTS)}")
        raise self.error("syntax", f"'{token.text}' does not begin a statement; {hint}", token.span)

    def use(self) -> Use:
        normaliser = self.expect_kind("name", "a normaliser, such as batchnorm")
        self.expect("(", "'(' and the input, as in batchnorm(x)")
        self.bring(normaliser)
        if self.token.text == ")":
            raise self.expected("the input, as in batchnorm(x) or batchnorm(x[i,d] + c[d])")
        argument = self.expression()
        eps: Entry | None = None
        if self.accept(","):
            token = self.expect_kind("name", f"the name of an eps, as in {normaliser.text}(x, eps)")
            eps = self.noted(Entry(token.text), token)
        wanted = "')'" if eps else "an operator, ')' or ',' and an eps"
        self.expect(")", f"{wanted}, as in {normaliser.text}(x, eps)")
        alias = self.alias() if self.accept("as") else None
        return Use(normaliser.text, argument, alias, eps)

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
        entry = Entry(name, fresh_indices(sorts))
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

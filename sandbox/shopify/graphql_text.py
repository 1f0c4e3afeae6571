"""Reads a GraphQL document: operations, fields, arguments, variables, directives, fragments."""

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r'(?P<skip>[\s,\ufeff]+|\#[^\n]*)|(?P<block>"""[\s\S]*?""")|(?P<text>"(?:\\.|[^"\\\n])*")'
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<name>[_A-Za-z]\w*)"
    r"|(?P<mark>\.\.\.|[!$&()\[\]{}:=@|])"
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


class SyntaxProblem(ValueError):
    """No GraphQL document."""


@dataclass(frozen=True)
class Variable:
    name: str


@dataclass(frozen=True)
class Field:
    name: str
    alias: str
    arguments: dict = field(default_factory=dict)
    directives: dict[str, dict] = field(default_factory=dict)
    selections: tuple = ()


@dataclass(frozen=True)
class Spread:
    """``...name`` or ``... on Type { }``; ``selections`` of the second."""

    name: str
    selections: tuple = ()


@dataclass(frozen=True)
class Operation:
    """``variables`` are the declared ones with their default."""

    kind: str
    name: str
    variables: dict[str, object]
    selections: tuple


@dataclass
class Document:
    operations: list[Operation] = field(default_factory=list)
    fragments: dict[str, tuple] = field(default_factory=dict)


def read(text: str) -> Document:
    """:raises SyntaxProblem: if it is none."""
    return _Reader(text).document()


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens = list(_tokens(text))
        self.position = 0

    def document(self) -> Document:
        document = Document()
        while self._next():
            if self._next() == "fragment":
                self.position += 1
                name = self._take()
                self.position += 2  # on Type
                document.fragments[name] = self._selections()
            else:
                document.operations.append(self._operation())
        if not document.operations:
            raise SyntaxProblem("Unexpected end of document")
        return document

    def _operation(self) -> Operation:
        if self._next() == "{":
            return Operation("query", "", {}, self._selections())
        kind = self._take()
        if kind not in ("query", "mutation"):
            raise SyntaxProblem(f'Expected NAME, actual: "{kind}"')
        name = self._take() if self._next() not in ("(", "{", "@") else ""
        variables = self._variables() if self._next() == "(" else {}
        self._directives()
        return Operation(kind, name, variables, self._selections())

    def _variables(self) -> dict[str, object]:
        self._expect("(")
        declared = {}
        while self._next() != ")":
            self._expect("$")
            name = self._take()
            self._expect(":")
            self._type()
            declared[name] = None
            if self._next() == "=":
                self._take()
                declared[name] = self._value()
        self._expect(")")
        return declared

    def _type(self) -> None:
        if self._next() == "[":
            self._take()
            self._type()
            self._expect("]")
        else:
            self._take()
        if self._next() == "!":
            self._take()

    def _selections(self) -> tuple:
        self._expect("{")
        found = []
        while self._next() != "}":
            found.append(self._spread() if self._next() == "..." else self._field())
        self._expect("}")
        return tuple(found)

    def _spread(self) -> Spread:
        self._expect("...")
        if self._next() == "on":
            self.position += 1
            return Spread("on " + self._take(), self._selections())
        return Spread(self._take())

    def _field(self) -> Field:
        name = alias = self._take()
        if self._next() == ":":
            self._take()
            name = self._take()
        arguments = self._arguments() if self._next() == "(" else {}
        directives = self._directives()
        selections = self._selections() if self._next() == "{" else ()
        return Field(name, alias, arguments, directives, selections)

    def _arguments(self) -> dict:
        self._expect("(")
        given = {}
        while self._next() != ")":
            name = self._take()
            self._expect(":")
            given[name] = self._value()
        self._expect(")")
        return given

    def _directives(self) -> dict[str, dict]:
        found = {}
        while self._next() == "@":
            self._take()
            name = self._take()
            found[name] = self._arguments() if self._next() == "(" else {}
        return found

    def _value(self) -> object:
        kind, text = self.tokens[self.position] if self._next() else ("", "")
        self.position += 1
        if text == "$":
            return Variable(self._take())
        if text == "[":
            return self._list()
        if text == "{":
            return self._object()
        return _scalar(kind, text)

    def _list(self) -> list:
        found = []
        while self._next() != "]":
            found.append(self._value())
        self._expect("]")
        return found

    def _object(self) -> dict:
        found = {}
        while self._next() != "}":
            name = self._take()
            self._expect(":")
            found[name] = self._value()
        self._expect("}")
        return found

    def _next(self) -> str:
        return self.tokens[self.position][1] if self.position < len(self.tokens) else ""

    def _take(self) -> str:
        if not self._next():
            raise SyntaxProblem("Unexpected end of document")
        self.position += 1
        return self.tokens[self.position - 1][1]

    def _expect(self, mark: str) -> None:
        if self._take() != mark:
            raise SyntaxProblem(f'syntax error, expected "{mark}"')


def _tokens(text: str):
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise SyntaxProblem(f'syntax error, unexpected invalid token ("{text[position]}")')
        position = found.end()
        if found.lastgroup != "skip":
            yield found.lastgroup, found.group()


def _scalar(kind: str, text: str) -> object:
    if kind == "block":
        return text[3:-3].strip()
    if kind == "text":
        return _ESCAPE.sub(_unescaped, text[1:-1])
    if kind == "number":
        return float(text) if set(text) & set(".eE") else int(text)
    if kind == "name":
        return {"true": True, "false": False, "null": None}.get(text, text)
    raise SyntaxProblem(f'syntax error, unexpected "{text}"')


def _unescaped(found: re.Match) -> str:
    sign = found.group(1)
    return chr(int(sign[1:], 16)) if sign[0] == "u" and len(sign) > 1 else _ESCAPED.get(sign, sign)

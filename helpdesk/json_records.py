"""Read a large JSON file record by record, and say where each record stands. Pure.

A file is one object (records by their number) or one list of records. Only one record and a
piece of the file are in memory at a time.
"""

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import BinaryIO

#: A record longer than this many characters is taken for a broken file.
LONGEST_RECORD = 1_000_000
_PIECE = 65_536
_SPACE = re.compile(r"[ \t\n\r]*")
_CLOSES = {"{": "}", "[": "]"}


class BrokenFile(ValueError):
    """The file is not what it should be; ``line`` and ``column`` count from 1."""

    def __init__(self, reason: str, *, line: int, column: int):
        super().__init__(f"line {line}, column {column}: {reason}")
        self.reason, self.line, self.column = reason, line, column


@dataclass(frozen=True)
class Record:
    """``key`` is the name the record stands under, "" in a list; ``line`` where it begins."""

    key: str
    value: object
    line: int


def read_records(file: BinaryIO) -> Iterator[Record]:
    """Yield the file's records in order. Numbers with a point are Decimals.

    :raises BrokenFile: for anything that is not UTF-8 JSON of that shape.
    """
    reader = _Reader(file)
    opening = reader.next_sign()
    if opening not in _CLOSES:
        raise reader.broken("An object of records or a list of records must begin here.")
    reader.skip(1)
    if reader.next_sign() == _CLOSES[opening]:
        reader.skip(1)
    else:
        yield from _members(reader, opening)
    if reader.next_sign():
        raise reader.broken("The file should end here.")


def _members(reader: "_Reader", opening: str) -> Iterator[Record]:
    sign = ","
    while sign == ",":
        reader.next_sign()
        line = reader.line
        key = _key(reader) if opening == "{" else ""
        yield Record(key=key, value=reader.value(), line=line)
        sign = reader.next_sign()
        if sign not in (",", _CLOSES[opening]):
            raise reader.broken(f"A comma or “{_CLOSES[opening]}” must follow a record.")
        reader.skip(1)


def _key(reader: "_Reader") -> str:
    if reader.next_sign() != '"':
        raise reader.broken("The number of a record in quotes must stand here.")
    key = reader.value()
    if reader.next_sign() != ":":
        raise reader.broken("A colon must follow the number of a record.")
    reader.skip(1)
    reader.next_sign()
    return key


class _Reader:
    """The part of the file that is being looked at. ``line`` is where the reader stands."""

    def __init__(self, file: BinaryIO):
        self._file = file
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self._decoder = json.JSONDecoder(parse_float=_decimal, parse_constant=_refuse_constant)
        self._text, self._at, self._is_whole = "", 0, False
        self._lines_before, self._column_before = 0, 0

    @property
    def line(self) -> int:
        return self._place(self._at)[0]

    def next_sign(self) -> str:
        """Go on to the next character that is no space; "" at the end of the file."""
        while True:
            self._at = _SPACE.match(self._text, self._at).end()
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._read(_PIECE):
                return ""

    def skip(self, characters: int) -> None:
        self._at += characters

    def value(self) -> object:
        """Take the value that begins here."""
        piece = _PIECE
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                self._read_on_or_fail(piece, error)
            except RecursionError as error:
                raise self.broken("It is nested too deeply.") from error
            except ValueError as error:
                raise self.broken(f"{error}") from error
            else:
                # A number at the end of what was read may go on behind it.
                if end < len(self._text) or not self._read(piece):
                    self._at = end
                    return value
            piece *= 2

    def broken(self, reason: str, at: int | None = None) -> BrokenFile:
        line, column = self._place(self._at if at is None else at)
        return BrokenFile(reason, line=line, column=column)

    def _read_on_or_fail(self, piece: int, error: json.JSONDecodeError) -> None:
        """What is cut off looks broken until more of it is read."""
        if len(self._text) - self._at > LONGEST_RECORD:
            raise self.broken(
                f"A record may have {LONGEST_RECORD:,} characters; this one has more, or lacks its"
                f" end ({error.msg})."
            ) from error
        broken = self.broken(f"{error.msg}.", at=min(error.pos, len(self._text)))
        if not self._read(piece):
            raise broken from error

    def _read(self, many: int) -> bool:
        """Read more of the file and forget what lies behind; False at its end."""
        if self._is_whole:
            return False
        self._forget()
        raw = self._file.read(many)
        self._is_whole = not raw
        try:
            self._text += self._decode(raw, final=self._is_whole)
        except UnicodeDecodeError as error:
            raise self.broken(f"It is not UTF-8 ({error.reason}).", at=len(self._text)) from error
        return not self._is_whole

    def _forget(self) -> None:
        line, column = self._place(self._at)
        self._lines_before, self._column_before = line - 1, column - 1
        self._text, self._at = self._text[self._at :], 0

    def _place(self, at: int) -> tuple[int, int]:
        lines = self._text.count("\n", 0, at)
        if not lines:
            return self._lines_before + 1, self._column_before + at + 1
        return self._lines_before + lines + 1, at - self._text.rindex("\n", 0, at)


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"{text[:40]} is not a number that can be used") from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON.")

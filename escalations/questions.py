"""What a route asks of whoever escalates, and whether the answers will do. Pure.

Answers are kept as JSON: a number as its decimal text, money as minor units and currency, a date
as ISO 8601. Everything refused is named by its path: ``facts.<key>``.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from django.utils.translation import gettext as _

from escalations.refusals import Notes
from marketplaces.money import InvalidAmount, Money

MOST_QUESTIONS, MOST_CHOICES = 20, 30
MAX_LABEL, MAX_CHOICE, MAX_ANSWER = 120, 80, 2000
LARGEST_NUMBER = Decimal(10) ** 15
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_MEMBERS = ("key", "label", "kind", "choices", "is_required", "source")


class QuestionKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    YES_NO = "yes_no"
    CHOICE = "choice"


KINDS = tuple(QuestionKind)


#: What a ticket knows by itself, and the kind of question it answers.
SOURCES: dict[str, QuestionKind] = {
    "order": QuestionKind.TEXT,
    "amount": QuestionKind.MONEY,
    "category": QuestionKind.TEXT,
    "customer": QuestionKind.TEXT,
    "first_contact": QuestionKind.DATE,
    "messages": QuestionKind.NUMBER,
}


@dataclass(frozen=True, slots=True)
class Question:
    """``source`` names what of the ticket answers it, if anything does."""

    key: str
    label: str
    kind: str = QuestionKind.TEXT
    choices: tuple[str, ...] = ()
    is_required: bool = True
    source: str = ""

    def as_record(self) -> dict:
        record = asdict(self) | {"choices": list(self.choices), "kind": str(self.kind)}
        return record if self.source else {k: v for k, v in record.items() if k != "source"}


def questions_from(stored: Iterable[Mapping]) -> tuple[Question, ...]:
    """Read questions as a route's version keeps them."""
    return tuple(
        Question(**row | {"kind": QuestionKind(row["kind"]), "choices": tuple(row["choices"])})
        for row in stored
    )


def read_questions(raw: object, *, notes: Notes) -> tuple[Question, ...]:
    """Return the questions of a draft; everything that is not possible is noted."""
    read: list[Question] = []
    for i, each in enumerate(notes.rows(raw, "questions", most=MOST_QUESTIONS)):
        question = _question(each, f"questions.{i}", notes)
        if question.key in {one.key for one in read}:
            notes.refuse(f"questions.{i}.key", "key_twice", _("Another question has this key."))
        read.append(question)
    return tuple(read)


def read_answers(raw: object, questions: Iterable[Question], *, notes: Notes) -> dict[str, object]:
    """Return the answers as they are kept; what is missing or of another type is noted."""
    questions = tuple(questions)
    given = notes.mapping(raw, "facts", known=[one.key for one in questions])
    read = {}
    for question in questions:
        answer = _tidy(given.get(question.key))
        if answer is not None:
            read[question.key] = _READERS[question.kind](
                answer, question, f"facts.{question.key}", notes
            )
        elif question.is_required:
            message = _("This must be said: %(label)s.") % {"label": question.label.rstrip("?.:")}
            notes.refuse(f"facts.{question.key}", "fact_missing", message)
    return read


def money_of(answer: Mapping) -> Money:
    """Return the money of an answer that is kept."""
    return Money(answer["minor"], answer["currency"])


def _tidy(answer: object) -> object:
    """An empty word is no answer."""
    return None if isinstance(answer, str) and not answer.strip() else answer


def _question(raw: object, path: str, notes: Notes) -> Question:
    given = notes.mapping(raw, path, known=_MEMBERS)
    key = given.get("key")
    if not (isinstance(key, str) and _KEY.fullmatch(key)):
        message = _("Give a short name: letters, digits and underscores, a letter first.")
        notes.refuse(f"{path}.key", "key_not_possible", message)
        key = ""
    kind = given.get("kind", QuestionKind.TEXT)
    if kind not in list(QuestionKind):
        notes.unknown(f"{path}.kind", list(QuestionKind))
        kind = QuestionKind.TEXT
    is_required = given.get("is_required", True)
    if not isinstance(is_required, bool):
        notes.refuse(f"{path}.is_required", "not_yes_or_no", _("Give true or false."))
    label = notes.text(given.get("label"), f"{path}.label", least=1, most=MAX_LABEL)
    choices = _choices(given.get("choices", []), kind, f"{path}.choices", notes)
    source = given.get("source", "")
    possible = ["", *(name for name, answers in SOURCES.items() if answers == kind)]
    if source not in possible:
        notes.unknown(f"{path}.source", [name for name in possible if name])
        source = ""
    return Question(key, label, QuestionKind(kind), choices, bool(is_required), source)


def _choices(raw: object, kind: str, path: str, notes: Notes) -> tuple[str, ...]:
    most, least = (MOST_CHOICES, 2) if kind == QuestionKind.CHOICE else (0, 0)
    rows = notes.rows(raw, path, least=least, most=most)
    words = [notes.text(x, f"{path}.{i}", least=1, most=MAX_CHOICE) for i, x in enumerate(rows)]
    return tuple(dict.fromkeys(words))


def _text(answer: object, question: Question, path: str, notes: Notes) -> str:
    return notes.text(answer, path, least=1, most=MAX_ANSWER)


def _number(answer: object, question: Question, path: str, notes: Notes) -> str | None:
    number = None
    if isinstance(answer, (int, float, str)) and not isinstance(answer, bool):
        number = _decimal(str(answer).strip())
    if number is None:
        notes.refuse(path, "not_a_number", _("Give a number, e.g. 12.5."))
        return None
    return format(number, "f")


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    is_sane = number.is_finite() and abs(number) <= LARGEST_NUMBER
    return number if is_sane and -9 <= number.as_tuple().exponent <= 15 else None


def _money(answer: object, question: Question, path: str, notes: Notes) -> dict | None:
    given = notes.mapping(answer, path, known=("amount", "minor", "currency"))
    try:
        money = _read_money(given)
    except (InvalidAmount, TypeError, ValueError) as error:
        said = str(error) if isinstance(error, InvalidAmount) else ""
        message = said or _("Give an amount with its currency, e.g. 12.50 and EUR.")
        notes.refuse(path, "not_money", message)
        return None
    return {"minor": money.minor, "currency": money.currency}


def _read_money(given: Mapping) -> Money:
    currency = given.get("currency")
    if not isinstance(currency, str) or len(currency) != 3:
        raise ValueError
    minor = given.get("minor")
    if minor is None:
        amount = given.get("amount")
        if not isinstance(amount, (str, int)) or isinstance(amount, bool):
            raise ValueError
        return Money.parse(str(amount).strip(), currency)
    if isinstance(minor, bool) or not isinstance(minor, int):
        raise ValueError
    whole = Money(minor, currency)
    return Money.parse(whole.amount, currency)


def _date(answer: object, question: Question, path: str, notes: Notes) -> str | None:
    try:
        return date.fromisoformat(answer.strip()).isoformat()
    except (AttributeError, ValueError):
        notes.refuse(path, "not_a_date", _("Give a date, e.g. 2026-03-02."))
        return None


def _yes_no(answer: object, question: Question, path: str, notes: Notes) -> bool | None:
    if isinstance(answer, bool):
        return answer
    if answer in ("yes", "no"):
        return answer == "yes"
    notes.refuse(path, "not_yes_or_no", _("Give yes or no."))
    return None


def _choice(answer: object, question: Question, path: str, notes: Notes) -> object:
    if answer not in question.choices:
        notes.unknown(path, question.choices)
    return answer


_READERS: dict[str, Callable[[object, Question, str, Notes], object]] = {
    QuestionKind.TEXT: _text,
    QuestionKind.NUMBER: _number,
    QuestionKind.MONEY: _money,
    QuestionKind.DATE: _date,
    QuestionKind.YES_NO: _yes_no,
    QuestionKind.CHOICE: _choice,
}

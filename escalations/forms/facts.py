"""Typed questions as inputs, of routes and of inquiries.

What may be answered, ``escalations.questions`` decides.
"""

from collections.abc import Iterable, Mapping

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _

from escalations.questions import Question, QuestionKind, money_of, read_answers
from escalations.refusals import InvalidInput, Notes

_FACTS = "facts."


class MoneyInput(forms.MultiWidget):
    """An amount and its currency beside each other."""

    def __init__(self):
        named = {
            "maxlength": 3,
            "size": 3,
            "autocapitalize": "characters",
            "aria-label": _("Currency"),
        }
        amount = forms.TextInput({"inputmode": "decimal"})
        super().__init__({"": amount, "currency": forms.TextInput(named)})

    def id_for_label(self, id_):
        return f"{id_}_0" if id_ else ""

    def render(self, *args, **options):
        return format_html('<span class="money-input">{}</span>', super().render(*args, **options))

    def decompress(self, value):
        return [value["amount"], value["currency"]] if value else ["", ""]


class MoneyField(forms.MultiValueField):
    def __init__(self, **options):
        parts = (forms.CharField(required=False), forms.CharField(required=False))
        super().__init__(parts, require_all_fields=False, widget=MoneyInput, **options)

    def compress(self, parts):
        amount, currency = (parts or ["", ""])[:2]
        return {"amount": amount, "currency": currency.upper()} if amount else None


class FactsForm(forms.Form):
    """One input per question, named by its key. Nothing is required here: the service refuses,
    and :meth:`show_mistakes` puts each refusal at its field."""

    def __init__(self, questions: Iterable[Question], data=None, *, prefix: str, known: Mapping):
        self.questions = tuple(questions)
        initial = {one.key: _typed(one, known.get(one.key)) for one in self.questions}
        super().__init__(data, prefix=prefix, initial=initial)
        for one in self.questions:
            self.fields[one.key] = field_of(one)

    def answers(self) -> dict[str, object]:
        """Return what was typed as the service reads it; what is empty is left out."""
        self.full_clean()
        return {key: value for key, value in self.cleaned_data.items() if value not in (None, "")}

    def show_what_is_missing(self) -> None:
        """Name what would be refused next, so that nobody is sent back field by field."""
        notes = Notes()
        read_answers(self.answers(), self.questions, notes=notes)
        if notes.mistakes:
            self.show_mistakes(InvalidInput(notes.mistakes))

    def show_mistakes(self, error: InvalidInput) -> None:
        for path, mistake in error.mistakes.items():
            name = path.removeprefix(_FACTS).split(".")[0]
            self.add_error(name if name in self.fields else None, mistake.message)


def field_of(question: Question) -> forms.Field:
    """Return the input of a question, wherever it is asked: of a route or in an inquiry."""
    # No plain ``required``: the browser would stop at questions of routes that are not chosen.
    said = {"label": question.label, "required": False}
    field = _FIELDS[question.kind](said, question)
    if question.is_required:
        field.widget.attrs["aria-required"] = "true"
    field.is_optional = not question.is_required
    return field


def _choice(said: dict, choices: Iterable[tuple[str, str]]) -> forms.Field:
    options = [("", _("Choose")), *choices]
    # A CharField: what is not among the choices is refused by the service, in its words.
    return forms.CharField(widget=forms.Select(choices=options), **said)


_FIELDS = {
    QuestionKind.TEXT: lambda said, question: forms.CharField(
        widget=forms.Textarea({"rows": 2, "maxlength": 2000}), **said
    ),
    QuestionKind.NUMBER: lambda said, question: forms.CharField(
        widget=forms.TextInput({"inputmode": "decimal"}), **said
    ),
    QuestionKind.MONEY: lambda said, question: MoneyField(**said),
    QuestionKind.DATE: lambda said, question: forms.CharField(
        widget=forms.DateInput({"type": "date"}), **said
    ),
    QuestionKind.YES_NO: lambda said, question: _choice(said, [("yes", _("Yes")), ("no", _("No"))]),
    QuestionKind.CHOICE: lambda said, question: _choice(
        said, [(choice, choice) for choice in question.choices]
    ),
}


def _typed(question: Question, answer: object) -> object:
    """Return a kept answer as it is typed."""
    if answer is None:
        return None
    if question.kind == QuestionKind.MONEY:
        money = money_of(answer)
        return {"amount": str(money.amount), "currency": money.currency}
    if question.kind == QuestionKind.YES_NO:
        return "yes" if answer else "no"
    return answer

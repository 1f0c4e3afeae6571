"""Forms of investigations, problems and tailored solutions. Each reads what one act takes."""

from babel.numbers import list_currencies
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from escalations.models import ActionKind, ComponentKind, RootCause
from escalations.services.evidence import MAX_TITLE, MAX_URL
from escalations.services.problem_checks import FEWEST_DAYS, MOST_DAYS, USUAL_DAYS
from escalations.services.problems import MAX_PLACE
from escalations.services.problems import MAX_TITLE as MAX_PROBLEM
from escalations.services.root_causes import MAX_NAME, causes_offered
from escalations.services.texts import LONGEST
from helpdesk.models import Category, Message, SavedView
from helpdesk.services.attachments import Upload
from helpdesk.whole_numbers import whole_number
from marketplaces.money import InvalidAmount, Money
from policies.models import Macro


class ActForm(forms.Form):
    """``facts`` is what the service takes besides the row, the person and the moment."""

    def __init__(self, *args, verb: str = "", **kwargs):
        kwargs.setdefault("auto_id", f"{verb}-%s" if verb else "id_%s")
        super().__init__(*args, **kwargs)

    def facts(self) -> dict:
        return self.cleaned_data


def words(label, *, most=LONGEST, rows=3, required=True, hint=""):
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, max_length=most, required=required, widget=widget, help_text=hint
    )


def line(label, *, most=250, required=True, hint=""):
    return forms.CharField(label=label, max_length=most, required=required, help_text=hint)


def day(label):
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}))


def person(label, *, required=True):
    people = User.objects.active().order_by("full_name", "email")
    return forms.ModelChoiceField(people, label=label, required=required)


class QuestionForm(ActForm):
    question = words(_("What do you want to know?"))


class FindingForm(ActForm):
    text = words(_("What did you find?"))
    evidence = forms.MultipleChoiceField(
        label=_("Shown by"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, pieces=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["evidence"].choices = [(piece.pk, piece.title) for piece in pieces]

    def facts(self) -> dict:
        return self.cleaned_data | {"evidence": map(int, self.cleaned_data["evidence"])}


class CauseChoice(forms.ModelChoiceField):
    def label_from_instance(self, cause):
        return f"{cause.parent}: {cause}"


class CauseChoices(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, cause):
        return f"{cause.parent}: {cause}"


class CausesForm(ActForm):
    root_cause = CauseChoice(RootCause.objects.none(), label=_("Root cause"))
    contributing = CauseChoices(RootCause.objects.none(), label=_("Contributing"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.queryset = causes_offered()


class CompleteForm(ActForm):
    conclusion = words(_("Conclusion"))


class FileForm(ActForm):
    file = forms.FileField(label=_("File"))
    source = line(_("Where is it from?"), most=MAX_TITLE)

    def facts(self) -> dict:
        file = self.cleaned_data["file"]
        upload = Upload(file.name, file.content_type or "", file.read())
        return {"upload": upload, "source": self.cleaned_data["source"]}


class LinkForm(ActForm):
    url = line(_("Address"), most=MAX_URL, hint=_("https:// or http://"))
    title = line(_("What it shows"), most=MAX_TITLE)


class QuoteForm(ActForm):
    message = forms.ModelChoiceField(Message.objects.none(), label=_("Message"))

    def __init__(self, *args, messages=None, **kwargs):
        super().__init__(*args, **kwargs)
        if messages is not None:
            self.fields["message"].queryset = messages
            self.fields["message"].label_from_instance = _said


def _said(message: Message) -> str:
    who = message.author or message.customer or message.get_kind_display()
    return f"{message.written_at:%Y-%m-%d} {who}: {' '.join(message.text.split())[:60]}"


class NothingForm(ActForm):
    pass


class ActionForm(ActForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=ActionKind.choices)
    text = line(_("What is done"))
    owner = person(_("Owner"))
    due_on = day(_("Until"))


class NoteForm(ActForm):
    note = line(_("Note"), required=False)


class CauseForm(ActForm):
    name = line(_("Name"), most=MAX_NAME)
    parent = forms.ModelChoiceField(
        RootCause.objects.filter(parent=None).order_by("name"),
        label=_("Group"),
        required=False,
        empty_label=_("A group of its own"),
    )


class CauseNameForm(ActForm):
    name = line(_("Name"), most=MAX_NAME)


class ProblemForm(ActForm):
    title = line(_("Title"), most=MAX_PROBLEM)
    description = words(_("What is known"), required=False)
    skus = line(_("SKUs or ASINs"), most=1000, required=False, hint=_("Several with commas."))
    carrier = line(_("Carrier"), most=MAX_PLACE, required=False)
    warehouse = line(
        _("Warehouse"), most=MAX_PLACE, required=False, hint=_("For people: orders do not tell it.")
    )
    category = forms.ModelChoiceField(
        Category.objects.order_by("name"), label=_("Category"), required=False
    )
    owner = person(_("Owner"))

    def facts(self) -> dict:
        return self.cleaned_data | {"skus": self.cleaned_data["skus"].split(",")}

    @staticmethod
    def usual(problem) -> dict:
        named = {name: getattr(problem, name) for name in ("title", "description", "carrier")}
        rest = {"warehouse": problem.warehouse, "category": problem.category_id}
        return {**named, **rest, "skus": ", ".join(problem.skus), "owner": problem.owner_id}


class ReasonForm(ActForm):
    reason = line(_("Why"), most=200, required=False)


class ReopenForm(ActForm):
    reason = line(_("Why was it no fix?"), most=200)


class FixForm(ActForm):
    fixed_on = day(_("Fixed on"))
    reason = line(_("What was done"), most=200, required=False)


class VerifyForm(ActForm):
    days = forms.IntegerField(
        label=_("Days before and after"),
        min_value=FEWEST_DAYS,
        max_value=MOST_DAYS,
        initial=USUAL_DAYS,
    )


class LinkTicketsForm(ActForm):
    tickets = line(_("Ticket numbers"), most=2000, required=False, hint=_("Several with commas."))
    saved_view = forms.ModelChoiceField(
        SavedView.objects.none(), label=_("or all of a view"), required=False
    )

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["saved_view"].queryset = SavedView.objects.visible_to(user).order_by("name")

    def clean_tickets(self) -> list[int]:
        pieces = self.cleaned_data["tickets"].replace(",", " ").split()
        numbers = [whole_number(piece) for piece in pieces]
        if None in numbers:
            raise forms.ValidationError(_("Give numbers of tickets, with commas between."))
        return numbers


class LetterForm(ActForm):
    """What is written stands before the macro's text."""

    macro = forms.ModelChoiceField(
        label=_("Macro"),
        queryset=Macro.objects.filter(is_in_use=True, team=None).by_name(),
        required=False,
        empty_label=_("none: the text below"),
    )
    text = words(
        _("Text for the customers"),
        most=20_000,
        rows=6,
        hint=_("{name} becomes the customer's name, {ticket} the number of the ticket."),
        required=False,
    )
    again = forms.BooleanField(label=_("Also those who were told before"), required=False)

    def clean(self) -> dict:
        said = super().clean()
        macro = said.pop("macro", None)
        said["text"] = said.get("text") or (macro.text if macro else "")
        return said


class PartForm(ActForm):
    kind = forms.ChoiceField(label=_("Part"), choices=ComponentKind.choices)
    amount = line(_("Amount"), most=20, required=False, hint=_("Of money, e.g. 14.99"))
    currency = line(_("Currency"), most=3, required=False)
    note = line(_("What exactly"), required=False)
    owner = person(_("Owner"), required=False)

    def clean(self) -> dict:
        said = super().clean()
        amount, currency = said.pop("amount", ""), said.pop("currency", "").upper()
        if amount:
            if currency not in list_currencies():
                self.add_error("currency", _("Give an ISO 4217 currency, e.g. EUR."))
                return said
            try:
                said["amount"] = Money.parse(amount, currency)
            except InvalidAmount as error:
                self.add_error("amount", str(error))
        return said


class TextForm(ActForm):
    text = words(_("For the customer"), most=20_000, rows=8, required=False)

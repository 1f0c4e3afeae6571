"""What the pages send, read into the arguments of the services. No rules here."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from helpdesk.models import (
    Category,
    Channel,
    Customer,
    Priority,
    ProductLine,
    Severity,
    Ticket,
    TicketLink,
)
from helpdesk.services.attachments import Upload
from helpdesk.services.opening import Sorting
from marketplaces.models import Order
from marketplaces.money import InvalidAmount, Money


class ActForm(forms.Form):
    """The input of one act on a ticket; ``cleaned_data`` is what its service takes."""

    def __init__(self, data=None, *, user, ticket: Ticket | None = None, **options):
        super().__init__(data, **options)
        self.user, self.ticket = user, ticket

    def other_ticket(self, field: str) -> int:
        """Read the number of a ticket the person may see."""
        number = self.cleaned_data[field]
        if not Ticket.objects.visible_to(self.user).filter(pk=number).exists():
            raise forms.ValidationError(_("There is no ticket %s that you may see.") % number)
        return number


class AssignForm(ActForm):
    to = forms.CharField(required=False, max_length=20)
    assignee = forms.ModelChoiceField(User.objects.active(), required=False)

    def clean(self):
        """``to`` is a quick choice, a person's key or "nobody"; without it the list decides."""
        chosen = self.cleaned_data.pop("to", "")
        if chosen == "nobody":
            self.cleaned_data["assignee"] = None
        elif chosen:
            self.cleaned_data["assignee"] = self.fields["assignee"].clean(chosen)
        elif self.cleaned_data.get("assignee") is None:
            self.add_error("assignee", _("Choose somebody."))
        return self.cleaned_data


class TeamForm(ActForm):
    team = forms.ModelChoiceField(Team.objects.all(), required=False)


class StatusForm(ActForm):
    status = forms.CharField(max_length=8)


class PriorityForm(ActForm):
    priority = forms.TypedChoiceField(choices=Priority.choices, coerce=int)


class SeverityForm(ActForm):
    severity = forms.TypedChoiceField(label=_("Severity"), choices=Severity.choices, coerce=int)


class CategoryForm(ActForm):
    category = forms.ModelChoiceField(Category.objects.order_by("name"), required=False)


class ProductLineForm(ActForm):
    product_line = forms.ModelChoiceField(
        ProductLine.objects.order_by("name"),
        label=_("Product line"),
        required=False,
        empty_label=_("None"),
    )


class SubjectForm(ActForm):
    subject = forms.CharField(label=_("Subject"), max_length=250)


class ImpactForm(ActForm):
    amount = forms.CharField(
        label=_("Money at stake"), required=False, max_length=16, help_text=_("Empty: not known.")
    )
    currency = forms.RegexField("^[A-Z]{3}$", label=_("Currency"), initial="USD")

    def clean(self):
        amount = self.cleaned_data.pop("amount", "").strip()
        currency = self.cleaned_data.pop("currency", "USD")
        try:
            self.cleaned_data["impact"] = Money.parse(amount, currency) if amount else None
        except (InvalidAmount, ValueError) as error:
            self.add_error("amount", str(error))
        return self.cleaned_data


class OrderForm(ActForm):
    order = forms.CharField(label=_("Order number"), required=False, max_length=64)

    def clean_order(self):
        reference = self.cleaned_data["order"].strip()
        if not reference:
            return None
        order = Order.objects.filter(reference=reference).order_by("-pk").first()
        if order is None:
            raise forms.ValidationError(_("No order %s was imported.") % reference)
        return order


class TagForm(ActForm):
    tag = forms.CharField(max_length=80)

    def clean(self):
        return {"name": self.cleaned_data.get("tag", "")}


class LinkForm(ActForm):
    to = forms.IntegerField(label=_("Ticket number"), min_value=1, max_value=2**62)

    def clean_to(self):
        return self.other_ticket("to")


class UnlinkForm(ActForm):
    link = forms.ModelChoiceField(TicketLink.objects.all())

    def clean_link(self):
        link = self.cleaned_data["link"]
        if self.ticket.pk not in (link.source_id, link.target_id):
            raise forms.ValidationError(_("That link is not of this ticket."))
        return link


class MergeForm(ActForm):
    into = forms.IntegerField(
        label=_("Merge into ticket"),
        min_value=1,
        max_value=2**62,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_("The number of the ticket that lives on."),
    )

    def clean_into(self):
        return self.other_ticket("into")


class SplitForm(ActForm):
    message_id = forms.IntegerField(label=_("Message"), min_value=1, max_value=2**62)
    subject = forms.CharField(label=_("Subject of the new ticket"), max_length=250)


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, read into uploads."""

    widget = SeveralFiles

    def clean(self, data, initial=None):
        files = data if isinstance(data, (list, tuple)) else [data] if data else []
        cleaned = [super(FilesField, self).clean(file) for file in files]
        return [Upload(file.name, file.content_type or "", file.read()) for file in cleaned]


class MessageForm(forms.Form):
    """A reply or a note. Whether the words are enough is the service's to say."""

    text = forms.CharField(required=False, max_length=50_000, strip=False)
    attachments = FilesField(required=False, allow_empty_file=True)
    with_draft = forms.BooleanField(required=False)
    key = forms.UUIDField(required=False)


class ReplyForm(MessageForm):
    seen = forms.IntegerField(min_value=0, max_value=2**62)
    then = forms.CharField(required=False, max_length=8)


class NewTicketForm(forms.Form):
    email = forms.EmailField(label=_("E-mail of the customer"), max_length=254)
    name = forms.CharField(
        label=_("Name of the customer"),
        max_length=190,
        required=False,
        help_text=_("Only for somebody who never wrote before."),
    )
    subject = forms.CharField(label=_("Subject"), max_length=250)
    text = forms.CharField(
        label=_("What the customer said"),
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    channel = forms.ChoiceField(label=_("Came by"), choices=Channel.choices, initial="phone")
    priority = forms.TypedChoiceField(
        label=_("Priority"), choices=Priority.choices, coerce=int, initial=Priority.NORMAL
    )
    category = forms.ModelChoiceField(
        Category.objects.order_by("name"),
        label=_("Category"),
        required=False,
        empty_label=_("Not yet"),
    )
    team = forms.ModelChoiceField(
        Team.objects.by_tier(), label=_("Team"), required=False, empty_label=_("Not yet")
    )

    def sorting(self) -> Sorting:
        chosen = self.cleaned_data
        return Sorting(
            priority=chosen["priority"], category=chosen["category"], team=chosen["team"]
        )


class CustomerForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=Customer._meta.get_field("name").max_length)


class CustomerTagsForm(forms.Form):
    tags = forms.CharField(
        label=_("Tags"),
        required=False,
        max_length=1100,
        help_text=_("Words for what kind of customer this is, e.g. vip, reseller."),
    )

    def clean_tags(self) -> list[str]:
        return [part for part in self.cleaned_data["tags"].split(",") if part.strip()]


class MailTicketForm(forms.Form):
    sender = forms.EmailField(
        label=_("Whose mail it is"),
        required=False,
        max_length=254,
        help_text=_("Only where the mail does not say it."),
    )


class DismissForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it needs no answer"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

"""How somebody wants to hear of what: one line per kind."""

from collections.abc import Iterable

from django import forms

from helpdesk.models import MailMode, NotificationChoice, NotificationKind


class NotificationChoicesForm(forms.Form):
    """``choices()`` returns per kind whether by bell, and how by mail."""

    def __init__(self, *args, chosen: Iterable[NotificationChoice], **kwargs):
        super().__init__(*args, **kwargs)
        self.kinds = []
        for choice in chosen:
            label = NotificationKind(choice.kind).label
            bell = forms.BooleanField(required=False, initial=choice.by_bell)
            mail = forms.ChoiceField(choices=MailMode.choices, initial=choice.by_mail)
            self.fields[f"{choice.kind}-bell"], self.fields[f"{choice.kind}-mail"] = bell, mail
            self.kinds.append((label, self[f"{choice.kind}-bell"], self[f"{choice.kind}-mail"]))

    def choices(self) -> dict[str, tuple[bool, str]]:
        return {
            kind: (self.cleaned_data[f"{kind}-bell"], self.cleaned_data[f"{kind}-mail"])
            for kind in NotificationKind.values
        }

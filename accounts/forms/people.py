"""Finding people, and inviting somebody."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.forms.profile import time_zones_by_region
from accounts.models import Role, Team, User
from accounts.services.memberships import Seat


def _in_a_row() -> forms.Select:
    return forms.Select(attrs={"class": "input"})


class PeopleFilter(forms.Form):
    """What the list is narrowed by; what makes no sense narrows nothing."""

    q = forms.CharField(label=_("Name or address"), required=False, max_length=120)
    role = forms.ChoiceField(
        label=_("Role"),
        required=False,
        choices=[("", _("Every role")), *Role.choices],
        widget=_in_a_row(),
    )
    team = forms.ModelChoiceField(
        Team.objects.by_tier(),
        label=_("Team"),
        required=False,
        empty_label=_("Every team"),
        widget=_in_a_row(),
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("Active")),
            ("invited", _("Invited")),
            ("deactivated", _("Deactivated")),
            ("all", _("Everybody")),
        ],
        widget=_in_a_row(),
    )

    def people(self):
        """Return the people who are asked for, by name."""
        self.is_valid()
        asked = self.cleaned_data
        found = {
            "invited": User.objects.invited(),
            "deactivated": User.objects.filter(is_active=False),
            "all": User.objects.all(),
        }.get(asked.get("state"), User.objects.active())
        if asked.get("q"):
            found = found.matching(asked["q"])
        if asked.get("role"):
            found = found.filter(role=asked["role"])
        if asked.get("team"):
            found = found.filter(teams=asked["team"])
        return found.by_name()


class InvitationForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=User._meta.get_field("email").max_length,
        help_text=_("They sign in with it, and the invitation goes there."),
    )
    full_name = forms.CharField(
        label=_("Name"), max_length=User._meta.get_field("full_name").max_length
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.AGENT)
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, initial=settings.LANGUAGE_CODE
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones_by_region)
    teams = forms.ModelMultipleChoiceField(
        Team.objects.by_tier(),
        label=_("Teams"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def arguments(self) -> dict:
        """Return what the service takes."""
        facts = dict(self.cleaned_data)
        return facts | {"seats": [Seat(team) for team in facts.pop("teams")]}

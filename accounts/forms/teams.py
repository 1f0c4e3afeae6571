"""Teams and tiers, as they are made and renamed. No rules here."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.errors import RuleViolation
from accounts.models import Team, Tier
from accounts.services.teams import HIGHEST_LEVEL


class StructureForm(forms.Form):
    def refuse(self, error: RuleViolation) -> None:
        """Show a refusal at the field it is about."""
        self.add_error(error.field if error.field in self.fields else None, str(error))


class TeamNameForm(StructureForm):
    name = forms.CharField(label=_("Name"), max_length=Team._meta.get_field("name").max_length)


class TeamTierForm(StructureForm):
    tier = forms.ModelChoiceField(Tier.objects.order_by("level"), label=_("Tier"), empty_label=None)


class NewTeamForm(TeamNameForm, TeamTierForm):
    field_order = ["name", "tier"]


class TierNameForm(StructureForm):
    name = forms.CharField(label=_("Name"), max_length=Tier._meta.get_field("name").max_length)


class NewTierForm(TierNameForm):
    level = forms.IntegerField(label=_("Level"), min_value=1, max_value=HIGHEST_LEVEL)
    is_customer_facing = forms.BooleanField(label=_("Customers may write to it"), required=False)
    field_order = ["name", "level", "is_customer_facing"]

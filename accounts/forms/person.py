"""What is changed about one person, section by section. No rules here."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.errors import RuleViolation
from accounts.models import Role, Skill, Team, User, Weekday
from accounts.services.hours import blocks_of
from accounts.services.memberships import Seat
from accounts.services.skills import LEVELS
from accounts.week import Block, read_clock

_BLOCK = re.compile(r"\s*([0-9]{1,2}:[0-9]{2})\s*(?:-|–|—|to)\s*([0-9]{1,2}:[0-9]{2})\s*")
HOW_TO_WRITE = _("Write blocks as 08:00–12:00, 13:00–17:00; midnight at the end is 24:00.")


class PersonForm(forms.Form):
    """The input of one act on a person; without fields, the act needs no further word."""

    def __init__(self, data=None, *, person: User, **options):
        super().__init__(data, **options)
        self.person = person

    def arguments(self) -> dict:
        """Return what the service takes."""
        return self.cleaned_data

    def refuse(self, error: RuleViolation) -> None:
        """Show a refusal at the field it is about."""
        self.add_error(error.field if error.field in self.fields else None, str(error))


class NameForm(PersonForm):
    full_name = forms.CharField(
        label=_("Name"), max_length=User._meta.get_field("full_name").max_length
    )

    def __init__(self, data=None, *, person: User, **options):
        super().__init__(data, person=person, initial={"full_name": person.full_name}, **options)


class RoleForm(PersonForm):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)

    def __init__(self, data=None, *, person: User, **options):
        super().__init__(data, person=person, initial={"role": person.role}, **options)


class TeamsForm(PersonForm):
    """For every team: not in it, member, or lead."""

    SEATS = (("", _("Not in it")), ("member", _("Member")), ("lead", _("Lead")))

    def __init__(self, data=None, *, person: User, **options):
        super().__init__(data, person=person, **options)
        held = {m.team_id: "lead" if m.is_lead else "member" for m in person.memberships.all()}
        self.teams = {f"team_{team.pk}": team for team in Team.objects.by_tier()}
        for name, team in self.teams.items():
            self.fields[name] = forms.ChoiceField(
                label=team.name,
                choices=self.SEATS,
                required=False,
                initial=held.get(team.pk, ""),
                widget=forms.RadioSelect,
            )

    def arguments(self) -> dict:
        chosen = ((team, self.cleaned_data[name]) for name, team in self.teams.items())
        return {"seats": [Seat(team, seat == "lead") for team, seat in chosen if seat]}


class SkillsForm(PersonForm):
    """A level for every skill the person has, and room for one more."""

    new_skill = forms.CharField(
        label=_("Another skill"),
        required=False,
        max_length=Skill._meta.get_field("name").max_length,
        widget=forms.TextInput(attrs={"list": "known-skills", "autocomplete": "off"}),
    )
    new_level = forms.TypedChoiceField(
        label=_("Level"), choices=[(n, n) for n in LEVELS], coerce=int, initial=3, required=False
    )

    def __init__(self, data=None, *, person: User, **options):
        super().__init__(data, person=person, **options)
        self.held = {f"skill_{held.skill_id}": held for held in person.skill_levels.all()}
        for name, held in self.held.items():
            self.fields[name] = forms.TypedChoiceField(
                label=held.skill.name,
                choices=[(0, pgettext_lazy("level", "None")), *((n, n) for n in LEVELS)],
                coerce=int,
                initial=held.level,
                widget=forms.RadioSelect,
            )

    def known_skills(self):
        held = [level.skill_id for level in self.held.values()]
        return Skill.objects.exclude(pk__in=held).order_by("name").values_list("name", flat=True)

    def levels(self):
        """Return the bound fields of the skills the person has."""
        return [self[name] for name in self.held]

    def arguments(self) -> dict:
        chosen = self.cleaned_data
        skills = [(held.skill.name, chosen[name]) for name, held in self.held.items()]
        if chosen["new_skill"]:
            skills.append((chosen["new_skill"], chosen["new_level"] or 3))
        return {"skills": [(name, level) for name, level in skills if level]}

    def refuse(self, error: RuleViolation) -> None:
        self.add_error("new_skill", str(error))


class BlocksField(forms.CharField):
    """One day: blocks as people write them. Empty is a day off."""

    def __init__(self, weekday: Weekday, **options):
        super().__init__(label=weekday.label, required=False, max_length=200, **options)
        self.weekday = weekday

    def clean(self, value):
        text = super().clean(value)
        parts = [part for part in re.split(r"[,;]", text) if part.strip()]
        return [self._read(part) for part in parts]

    def _read(self, part: str) -> Block:
        match = _BLOCK.fullmatch(part)
        if match is None:
            raise forms.ValidationError(HOW_TO_WRITE)
        try:
            return Block(self.weekday, read_clock(match[1]), read_clock(match[2]))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class HoursForm(PersonForm):
    def __init__(self, data=None, *, person: User, **options):
        super().__init__(data, person=person, **options)
        week = blocks_of(person)
        for day in Weekday:
            written = ", ".join(block.hours for block in week if block.weekday == day)
            self.fields[day.name.lower()] = BlocksField(day, initial=written)

    def arguments(self) -> dict:
        return {"blocks": [block for day in self.cleaned_data.values() for block in day]}

    def refuse(self, error: RuleViolation) -> None:
        self.add_error(error.extra.get("weekday"), str(error))


class LeaveForm(PersonForm):
    starts_on = forms.DateField(
        label=_("First day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    ends_on = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=120,
        help_text=_("Only leads and the person themselves see it."),
    )


class LeaveChoiceForm(PersonForm):
    leave_id = forms.IntegerField(min_value=1, max_value=2**62)

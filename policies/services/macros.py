"""Keeping macros: written, changed, taken out of use."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.models import Team
from accounts.permissions import require
from accounts.rules import Act
from policies.models import Macro
from policies.rendering import OF_A_TICKET, UnknownSlot, refuse_unknown_slots

MAX_NAME = Macro._meta.get_field("name").max_length
MAX_TEXT = Macro._meta.get_field("text").max_length


class MacroRefused(RuleViolation):
    code = "macro_refused"


def write_macro(*, name: str, text: str, team: Team | None = None, by, at: datetime) -> Macro:
    """Make a macro.

    :raises MacroRefused: for a name that is empty, endless or taken, a text that is, or a word in
        braces that nothing can be put in for.
    """
    return _keep(Macro(), name=name, text=text, team=team, by=by, at=at)


@transaction.atomic
def change_macro(
    macro_id: int, *, name: str, text: str, team: Team | None = None, by, at: datetime
) -> Macro:
    """Change a macro; what was sent with it before stays as it was sent.

    :raises MacroRefused: as ``write_macro`` does.
    """
    macro = Macro.objects.select_for_update(no_key=True).get(pk=macro_id)
    return _keep(macro, name=name, text=text, team=team, by=by, at=at)


@transaction.atomic
def put_in_use(macro_id: int, *, is_in_use: bool, by, at: datetime) -> Macro:
    """Take a macro out of use, or back into it."""
    require(by, Act.MANAGE_MACROS)
    macro = Macro.objects.select_for_update(no_key=True).get(pk=macro_id)
    macro.is_in_use, macro.changed_at, macro.changed_by = is_in_use, at, by
    macro.save(update_fields=["is_in_use", "changed_at", "changed_by"])
    return macro


def _keep(macro: Macro, *, name: str, text: str, team: Team | None, by, at: datetime) -> Macro:
    require(by, Act.MANAGE_MACROS)
    name, text = " ".join(name.split()), text.strip()
    _refuse_length(name, "name", most=MAX_NAME)
    _refuse_length(text, "text", most=MAX_TEXT)
    try:
        refuse_unknown_slots(text, OF_A_TICKET)
    except UnknownSlot as error:
        raise MacroRefused(str(error), field="text") from error
    macro.name, macro.text, macro.team = name, text, team
    macro.changed_at, macro.changed_by = at, by
    try:
        with transaction.atomic():
            macro.save()
    except IntegrityError as error:
        taken = _("Another macro has this name already.")
        raise MacroRefused(taken, field="name") from error
    return macro


def _refuse_length(value: str, field: str, *, most: int) -> None:
    if not 1 <= len(value) <= most or "\x00" in value:
        message = _("Possible: 1 to %(most)d characters.") % {"most": most}
        raise MacroRefused(message, field=field)

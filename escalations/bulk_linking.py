"""Linking the ticked tickets of a list to a problem: one of the acts on many."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.rules import Act
from escalations.models import Problem
from escalations.services.problems import link_ticket
from helpdesk.services.bulk_acts import BIGGEST_ID, BulkAct

LINK = "link-problem"


def _problem(value: object, by) -> int:
    """Everybody reads problems, so it is enough that it is there."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if not is_number or not 1 <= value <= BIGGEST_ID:
        raise ValueError(_("Give the number of a problem."))
    if not Problem.objects.filter(pk=value).exists():
        raise ValueError(_("There is no problem %(number)s.") % {"number": value})
    return value


LINK_ONE = BulkAct(
    Act.HANDLE_PROBLEMS,
    link_ticket,
    "problem",
    _problem,
    words=gettext_lazy("Link to the problem"),
    group=gettext_lazy("Number as written beside"),
)

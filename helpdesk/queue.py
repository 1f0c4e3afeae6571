"""The views of the queue, its orders and its counts."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from helpdesk.models import Status, Ticket
from helpdesk.paging import Key

#: Counts stop here: nobody works differently for 4,312 than for 999+, and it keeps them cheap.
COUNT_CAP = 999
#: … and sooner where something is looked for: more than a hundred hits want another word.
FOUND_CAP = 99


@dataclass(frozen=True)
class View:
    name: str
    label: str
    select: Callable[[QuerySet, object], QuerySet]
    is_counted: bool = True


def _in_my_teams(tickets, user):
    return tickets.filter(team__in=Team.objects.of(user).values("pk"))


VIEWS = {
    view.name: view
    for view in (
        View("mine", _("My open"), lambda t, user: t.unsolved().filter(assignee=user)),
        View(
            "unassigned",
            _("Unassigned in my teams"),
            lambda t, user: _in_my_teams(t.unsolved().unassigned(), user),
        ),
        View("triage", _("Without a team"), lambda t, user: t.unsolved().filter(team=None)),
        View("open", _("All open"), lambda t, user: t.unsolved()),
        View(
            "pending",
            _("Waiting for customer"),
            lambda t, user: t.filter(status=Status.PENDING),
        ),
        View("on_hold", _("Waiting for others"), lambda t, user: t.filter(status=Status.ON_HOLD)),
        View("followed", _("Followed"), lambda t, user: t.followed_by(user)),
        View(
            "solved",
            _("Recently solved"),
            lambda t, user: t.filter(status=Status.SOLVED),
            is_counted=False,
        ),
        View("all", _("All tickets"), lambda t, user: t, is_counted=False),
    )
}

SORTS: dict[str, tuple[str, tuple[Key, ...]]] = {
    "urgency": (
        _("Next deadline"),
        (Key("due_at", is_nullable=True), Key("priority", is_descending=True), Key("pk")),
    ),
    "updated": (
        _("Last change"),
        (Key("updated_at", is_descending=True), Key("pk", is_descending=True)),
    ),
    "newest": (_("Newest"), (Key("pk", is_descending=True),)),
    "oldest": (_("Oldest"), (Key("pk"),)),
}


def tickets_in(view: View, user) -> QuerySet:
    """Return what the person may see in the view; merged tickets live on in their target."""
    visible = Ticket.objects.visible_to(user)
    if view.name != "all":
        visible = visible.unmerged()
    return view.select(visible, user)


def count_views(user) -> dict[str, int]:
    """Count the counted views in one statement, each up to COUNT_CAP + 1."""
    statements, params = [], []
    for view in VIEWS.values():
        if view.is_counted:
            sql, values = _capped(tickets_in(view, user), COUNT_CAP).query.sql_with_params()
            statements.append(f"SELECT %s, count(*) FROM ({sql}) AS capped")
            params += [view.name, *values]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements), params)
        return dict(cursor.fetchall())


def count_capped(tickets: QuerySet, *, cap: int) -> int:
    """Count up to ``cap + 1``."""
    return _capped(tickets, cap).count()


def _capped(tickets: QuerySet, cap: int) -> QuerySet:
    """Newest first: for the cap PostgreSQL expects to find enough soon, and that is where it is."""
    return tickets.order_by("-pk").values("pk")[: cap + 1]

"""The views of the queue, its orders and its counts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from helpdesk.condition_queries import conditions_as_q
from helpdesk.conditions import InvalidConditions, read_conditions
from helpdesk.models import SavedView, Status, Ticket, TicketFollower, TicketLook, TimelineEntry
from helpdesk.models.lookups import IsAnyOf
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
    saved_id: int | None = None
    owner_id: int | None = None
    sort: str = "urgency"
    #: Of a saved view: another word after each change.
    version: str = ""

    @property
    def query(self) -> str:
        """The view's part of an address."""
        return f"saved={self.saved_id}" if self.saved_id else f"view={self.name}"


def _in_my_teams(tickets, user):
    return tickets.filter(team__in=Team.objects.of(user).values("pk"))


def _due_next(tickets, user):
    in_my_teams = Q(IsAnyOf(F("team_id"), Team.objects.of(user).values("pk")))
    mine = tickets.unsolved().filter(Q(assignee=user) | in_my_teams)
    return mine.filter(due_at__isnull=False)


def _written_since_i_looked(tickets, user):
    """Unsolved, mine or followed, and somebody else wrote after what I had before my eyes."""
    followed = TicketFollower.objects.filter(user=user).values("ticket_id")
    in_sight = tickets.unsolved().filter(Q(assignee=user) | Q(IsAnyOf(F("pk"), followed)))
    looks = TicketLook.objects.filter(user=user, ticket=OuterRef("pk")).values("last_event")
    since = in_sight.annotate(looked_up_to=Coalesce(Subquery(looks), 0))
    missed = TimelineEntry.objects.missed_since(OuterRef("looked_up_to"), by=user)
    return since.filter(
        Exists(missed.filter(ticket=OuterRef("pk"))), last_event__gt=F("looked_up_to")
    )


#: What apps above mean by a view of theirs, by its name; without them it is empty.
SELECTED_BY_APPS: dict[str, Callable[[QuerySet, object], QuerySet]] = {}

#: What else the rail says, by the name under which pages find the count: bounded rows of a person.
COUNTED_BY_APPS: dict[str, Callable[[object], QuerySet]] = {}


def _escalated(tickets, user):
    select = SELECTED_BY_APPS.get("escalated")
    return select(tickets, user) if select else tickets.none()


VIEWS = {
    view.name: view
    for view in (
        View("mine", _("My open"), lambda t, user: t.unsolved().filter(assignee=user)),
        View(
            "unassigned",
            _("Unassigned in my teams"),
            lambda t, user: _in_my_teams(t.unsolved().unassigned(), user),
        ),
        View("due", _("Due next"), _due_next),
        View("unread", _("Written since I looked"), _written_since_i_looked),
        View("triage", _("Without a team"), lambda t, user: t.unsolved().filter(team=None)),
        View("open", _("All open"), lambda t, user: t.unsolved()),
        View(
            "pending",
            _("Waiting for customer"),
            lambda t, user: t.filter(status=Status.PENDING),
        ),
        View(
            "on_hold",
            _("Waiting for a department"),
            lambda t, user: t.filter(status=Status.ON_HOLD),
        ),
        View("followed", _("Followed"), lambda t, user: t.followed_by(user)),
        View("escalated", _("Escalated"), _escalated),
        View(
            "solved",
            _("Recently solved"),
            lambda t, user: t.filter(status=Status.SOLVED),
            is_counted=False,
            sort="updated",
        ),
        View("all", _("All tickets"), lambda t, user: t, is_counted=False, sort="updated"),
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


def saved_as_view(saved: SavedView, *, at: datetime) -> View:
    """Make a saved view one of the queue's, always relative to who reads it."""

    def select(tickets, user):
        try:
            conditions = read_conditions(saved.conditions)
        except InvalidConditions:  # kept by an older version that knew other fields
            return tickets.none()
        return tickets.filter(conditions_as_q(conditions, reader=user, at=at))

    return View(
        f"saved-{saved.pk}",
        saved.name,
        select,
        saved_id=saved.pk,
        owner_id=saved.owner_id,
        sort=saved.sort,
        version=str(saved.updated_at),
    )


def count_views(
    user, *, views: Iterable[View] | None = None, also: Mapping[str, QuerySet] | None = None
) -> dict[str, int]:
    """Count the views that are counted in one statement, each up to COUNT_CAP + 1.

    ``also`` names other rows, bounded already, to be counted in the same statement.
    """
    views = VIEWS.values() if views is None else views
    counted = {
        view.name: _capped(tickets_in(view, user), COUNT_CAP) for view in views if view.is_counted
    }
    statements, params = [], []
    for name, rows in (counted | dict(also or {})).items():
        try:
            sql, values = rows.query.sql_with_params()
        except EmptyResultSet:  # a condition that nothing can meet
            continue
        statements.append(f"SELECT %s, count(*) FROM ({sql}) AS capped")
        params += [name, *values]
    if not statements:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements), params)
        return dict(cursor.fetchall())


def count_capped(tickets: QuerySet, *, cap: int) -> int:
    """Count up to ``cap + 1``."""
    return _capped(tickets, cap).count()


def _capped(tickets: QuerySet, cap: int) -> QuerySet:
    """Newest first: for the cap PostgreSQL expects to find enough soon, and that is where it is."""
    return tickets.order_by("-pk").values("pk")[: cap + 1]

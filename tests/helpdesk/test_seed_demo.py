"""The demo is played through the services; here it is played once and looked at."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Subquery
from django.test import override_settings

from accounts.models import Role, TeamMembership, Tier, User
from escalations.models import Metric, SLAClock
from helpdesk.demo.company import PASSWORD
from helpdesk.demo.script import ScriptError, duration, in_time, read_scenes
from helpdesk.demo.seeding import seed
from helpdesk.models import (
    Attachment,
    Channel,
    Customer,
    CustomerIdentity,
    InboundMail,
    Message,
    MessageKind,
    Notification,
    Outcome,
    OutgoingMail,
    Status,
    Ticket,
    TimelineEntry,
    TimelineKind,
)
from tests.factories import make_user

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
pytestmark = pytest.mark.django_db
#: Of each time the demo was played here: playing it takes long, so no more often than needed.
PICTURES: list[tuple[list, list]] = []
STEPS = ("ticket.status", "ticket.solved", "ticket.reopened", "ticket.closed", "ticket.unmerged")


@pytest.fixture(scope="class")
def _demo(django_db_setup, django_db_blocker, tmp_path_factory):
    files = {"location": str(tmp_path_factory.mktemp("files"))}
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": files}
    with (
        override_settings(STORAGES={"default": storage}),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        seed(now=NOW)
        PICTURES.append(picture())
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("2d4h", timedelta(days=2, hours=4)),
        ("+15m", timedelta(minutes=15)),
        ("-1d3h", -timedelta(days=1, hours=3)),
    ],
)
def test_a_duration_is_read(text, length):
    assert duration(text) == length


@pytest.mark.parametrize("text", ["", "+", "soon", "4h2d", "15"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ScriptError, match="is not a duration"):
        duration(text)


def test_a_scene_that_ends_after_now_is_refused(tmp_path):
    scene = '[[tickets]]\nkey="k"\ncustomer="c"\nchannel="web"\nopened="1h"\nsubject="s"\n'
    scene += 'sort={}\ntext="t"\nacts=[["+2h", "mara", "claim"]]\n'
    (tmp_path / "late.toml").write_text(scene)

    with pytest.raises(ScriptError, match="k: its last act would happen after now"):
        read_scenes(NOW, tmp_path)


def test_every_scene_names_only_tickets_that_were_there_before():
    there = set()
    for _, scene, act in in_time(read_scenes(NOW)):
        there.add(scene.key)
        if act and act.verb in ("link", "merge"):
            assert act.words in there, f"{scene.key}: {act}"


def picture() -> tuple[list, list]:
    tickets = Ticket.objects.order_by("pk").values_list("subject", "status", "due_at")
    entries = TimelineEntry.objects.order_by("pk").values_list("kind", "at", "actor__email")
    return list(tickets), list(entries)


@pytest.mark.usefixtures("_demo")
class TestTheDemo:
    def test_ten_people_in_all_roles_and_two_teams_in_each_of_three_tiers(self):
        assert User.objects.count() == 10
        assert set(User.objects.values_list("role", flat=True)) == set(Role.values)
        assert list(Tier.objects.annotate(n=Count("teams")).values_list("n", flat=True)) == [
            2,
            2,
            2,
        ]
        assert TeamMembership.objects.filter(is_lead=True).values("team").distinct().count() == 6
        assert User.objects.get(email="mara.lindqvist@northvane.example").check_password(PASSWORD)

    def test_120_tickets_in_every_status_and_channel(self):
        assert Ticket.objects.count() == 120
        assert set(Ticket.objects.values_list("status", flat=True)) == set(Status.values)
        assert set(Ticket.objects.values_list("channel", flat=True)) == set(Channel.values)
        assert 38 <= Customer.objects.count() <= 45
        assert CustomerIdentity.objects.count() > Customer.objects.count()
        assert Ticket.objects.exclude(merged_into=None).count() == 4
        assert Attachment.objects.count() > 20

    def test_the_timeline_says_how_every_ticket_came_to_be_as_it_is(self):
        newest = Ticket.objects.annotate(newest=Max("timeline__pk"))
        steps = TimelineEntry.objects.filter(ticket=OuterRef("pk"), kind__in=STEPS).order_by("-pk")
        stepped = Ticket.objects.filter(merged_into=None).annotate(
            said=Subquery(steps.values("after")[:1])
        )

        assert not newest.exclude(last_event=F("newest")).exists()
        assert not stepped.exclude(said=None).exclude(said=F("status")).exists()
        assert not stepped.filter(said=None).exclude(status=Status.NEW).exists()

    def test_nothing_lies_in_the_future_and_nothing_over_31_days_back(self):
        for moments in (
            Ticket.objects.values_list("opened_at", flat=True),
            Message.objects.values_list("written_at", flat=True),
            TimelineEntry.objects.values_list("at", flat=True),
        ):
            assert NOW - timedelta(days=31) < min(moments) <= max(moments) < NOW

    def test_clocks_are_past_near_and_far(self):
        clocks = Ticket.objects.exclude(due_at=None)

        assert clocks.filter(due_at__lt=NOW).count() >= 5
        assert clocks.filter(due_at__range=(NOW, NOW + timedelta(hours=1))).count() >= 4
        assert clocks.filter(due_at__gt=NOW + timedelta(days=1)).count() >= 4

    def test_on_solved_tickets_only_marketplaces_wait_and_only_for_an_answer_they_never_got(self):
        """Solving is no answer: a marketplace counts on until a reply, or until none is needed."""
        on_solved = SLAClock.objects.running().exclude(ticket__in=Ticket.objects.unsolved())

        assert set(on_solved.values_list("metric", flat=True)) <= {Metric.CHANNEL_REPLY}
        replies = Message.objects.filter(kind=MessageKind.PUBLIC_REPLY)
        answered = replies.filter(ticket=OuterRef("ticket"), written_at__gte=OuterRef("started_at"))
        assert not on_solved.filter(Exists(answered)).exists()

    def test_mail_of_every_kind_has_come_in_and_no_old_reply_waits_to_leave(self):
        assert set(InboundMail.objects.values_list("outcome", flat=True)) == {"", *Outcome.values}
        assert InboundMail.objects.quarantined().count() == 2
        assert set(OutgoingMail.objects.values_list("state", flat=True)) == {
            "queued", "sent", "failed", "unknown", "bounced",
        }  # fmt: skip
        assert OutgoingMail.objects.filter(state="queued").count() == 1
        assert Message.objects.filter(has_remote_images=True).count() == 2
        assert Message.objects.exclude(quoted_text="").count() > 20

    def test_todays_bells_are_unread_and_no_old_one_is_due_by_mail(self):
        unread = Notification.objects.unread()

        assert 3 <= unread.count() < Notification.objects.count()
        assert min(unread.values_list("created_at", flat=True)) > NOW - timedelta(days=1)
        assert not Notification.objects.waiting_for_mail().filter(mail_due_at__lte=NOW).exists()

    def test_acts_of_every_kind_were_played(self):
        played = set(TimelineEntry.objects.values_list("kind", flat=True))

        assert {
            TimelineKind.MERGED, TimelineKind.UNMERGED, TimelineKind.SPLIT, TimelineKind.LINKED,
            TimelineKind.FOLLOWED, TimelineKind.REOPENED, TimelineKind.TAGGED,
            TimelineKind.AUTOMATIC, TimelineKind.IMPACT_CHANGED, TimelineKind.ASSIGNED,
            TimelineKind.MAIL_BOUNCED,
        } <= played  # fmt: skip


def test_the_same_now_gives_the_same_demo():
    while len(PICTURES) < 2:
        with transaction.atomic():
            seed(now=NOW)
            PICTURES.append(picture())
            transaction.set_rollback(True)

    assert PICTURES[0] == PICTURES[1]


def test_the_demo_goes_into_an_empty_installation_only():
    make_user()

    with pytest.raises(CommandError, match="There are users already"):
        call_command("seed_demo")
    call_command("seed_demo", if_empty=True)

    assert User.objects.count() == 1
    assert not Ticket.objects.exists()


def test_logins_are_told_where_there_is_a_demo():
    told = StringIO()
    call_command("seed_demo", logins=True, stdout=told)
    assert "no demo data" in told.getvalue()

    make_user(email="mara.lindqvist@northvane.example")
    told = StringIO()
    call_command("seed_demo", logins=True, stdout=told)
    assert "mara.lindqvist@northvane.example  Frontline agent" in told.getvalue()
    assert PASSWORD in told.getvalue()

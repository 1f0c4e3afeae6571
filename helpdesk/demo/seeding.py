"""Plays the whole demo in the order it happened."""

from datetime import datetime, timedelta

from django.db import transaction

from helpdesk.demo import mailroom
from helpdesk.demo.acting import DISPATCHER, Stage, comes_by_mail, play, sort_ticket, sorting
from helpdesk.demo.bells import settle_notifications
from helpdesk.demo.chapters import acts_of, prepare_all, read_chapters, tick_all
from helpdesk.demo.company import found_company
from helpdesk.demo.files import upload
from helpdesk.demo.letters import answer, first_letter
from helpdesk.demo.script import Act, Scene, in_time, read_scenes
from helpdesk.demo.shop import open_shop
from helpdesk.models import Ticket
from helpdesk.models.mail import Source
from helpdesk.services.attachments import attach
from helpdesk.services.intake import receive_mail
from helpdesk.services.lifecycle import close_solved_tickets
from helpdesk.services.opening import Sorting, open_ticket

_A_DAY = timedelta(days=1)
_A_MINUTE = timedelta(minutes=1)


@transaction.atomic
def seed(*, now: datetime) -> int:
    """Create the demo as of ``now``; returns how many tickets there are. All of it or nothing."""
    stage = Stage(company=found_company(now=now), shop=open_shop(now=now))
    chapters = read_chapters()
    prepare_all(chapters, stage.company, now=now)
    scenes = read_scenes(now)
    closed_at = None
    waiting = acts_of(chapters, now=now)
    for at, scene, act in in_time(scenes):
        _play_until(waiting, chapters, stage, at)
        tick_all(chapters, at=at)
        if closed_at is None or at - closed_at >= _A_DAY:
            close_solved_tickets(at=at)
            closed_at = at
        _step(stage, scene, act)
    _play_until(waiting, chapters, stage, now)
    mailroom.fill_mail_log(now=now)
    tick_all(chapters, at=now)
    settle_notifications(now=now)
    return Ticket.objects.count()


def _play_until(waiting, chapters, stage: Stage, at: datetime) -> None:
    """Let the chapters do what they do until then."""
    while waiting and waiting[0][0] <= at:
        moment, play_it = waiting.popleft()
        tick_all(chapters, at=moment)
        play_it(stage)


def _step(stage: Stage, scene: Scene, act: Act | None) -> None:
    if act is None:
        _open(stage, scene)
    elif comes_by_mail(scene, act):
        _write_by_mail(stage, scene, act)
    else:
        play(stage, scene, act)
    if comes_by_mail(scene) and _is_when_it_is_sorted(scene, act):
        by_whom = act or Act(at=scene.opened_at + _A_MINUTE, who=DISPATCHER, verb="sort")
        sort_ticket(stage, scene, by_whom)


def _is_when_it_is_sorted(scene: Scene, act: Act | None) -> bool:
    """Whoever takes a ticket sorts it; what nobody takes at once the dispatcher sorts."""
    is_taken_first = bool(scene.acts) and scene.acts[0].verb == "claim"
    return act is scene.acts[0] if is_taken_first else act is None


def _open(stage: Stage, scene: Scene) -> None:
    identity = stage.shop.identity(scene.customer, scene.channel)
    if comes_by_mail(scene):
        mail = receive_mail(first_letter(scene, identity), source=Source.PIPE, at=scene.opened_at)
        stage.tickets[scene.key] = mail.ticket_id
        return
    ticket = open_ticket(
        requester=stage.shop.customers[scene.customer],
        identity=identity,
        subject=scene.subject,
        text=scene.text,
        channel=scene.channel,
        sorting=_sorting_at_once(stage, scene),
        by=stage.company.people.get(scene.opened_by),
        at=scene.opened_at,
    )
    attach(ticket.messages.get(), map(upload, scene.files), at=scene.opened_at)
    stage.tickets[scene.key] = ticket.pk
    if not scene.opened_by:
        sort_ticket(stage, scene, Act(at=scene.opened_at, who=DISPATCHER, verb="sort"))


def _sorting_at_once(stage: Stage, scene: Scene) -> Sorting:
    """Customers reach the front line only; what lies behind it a person decides."""
    found = sorting(stage, scene)
    if not scene.opened_by and "team" in found and not found["team"].tier.is_customer_facing:
        del found["team"]
    return Sorting(**found)


def _write_by_mail(stage: Stage, scene: Scene, act: Act) -> None:
    ticket = Ticket.objects.get(pk=stage.tickets[scene.key])
    identity = stage.shop.identity(scene.customer, scene.channel)
    receive_mail(answer(scene, act, identity, ticket), source=Source.PIPE, at=act.at)

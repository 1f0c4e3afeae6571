"""The ways up at Northvane Kitchen, and a few cases on them, in every state there is."""

import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path

from accounts.models import Skill
from escalations.models import Escalation, EscalationRoute
from escalations.questions import questions_from
from escalations.services.accepting import accept
from escalations.services.ending import complete, withdraw
from escalations.services.escalating import escalate, resubmit
from escalations.services.filling import answers_of
from escalations.services.returning import send_back
from escalations.services.routes import create_route
from helpdesk.demo.script import duration
from helpdesk.models import Ticket

_PLAN = Path(__file__).parent / "cases.toml"
#: The demo's conversations began less than this ago.
_BEFORE_THEM = timedelta(days=90)


@cache
def _plan() -> dict:
    return tomllib.loads(_PLAN.read_text(encoding="utf-8"))


def prepare(company, *, now: datetime) -> None:
    """Make the routes, as of before the first conversation."""
    skills = {skill.name: skill for skill in Skill.objects.all()}
    for route in _plan()["routes"]:
        said = {name: route[name] for name in ("criteria", "priority", "accept_after")
                if name in route}  # fmt: skip
        create_route(
            name=route["name"],
            team=company.teams[route["team"]],
            skill=skills.get(route.get("skill")),
            questions=route["questions"],
            by=company.people["jonas"],
            at=now - _BEFORE_THEM,
            **said,
        )


def tick(*, at: datetime) -> None:
    """Nothing happens to a case by itself in the demo."""


def acts(*, now: datetime) -> Iterator[tuple[datetime, object]]:
    """Yield what people do to cases, each with its moment, to be called with the stage."""
    for case in _plan()["cases"]:
        for each in case["acts"]:
            at = now - duration(each["ago"])
            yield at, partial(_play, case["ticket"], each, at)


def _play(key: str, said: dict, at: datetime, stage) -> None:
    who = {"by": stage.company.people[said["who"]], "at": at}
    number = stage.tickets[key]
    if said["act"] == "escalate":
        _escalate(number, said, who)
        return
    case = Escalation.objects.running().get(ticket=number)
    _ACTS[said["act"]](case.pk, said, who)


def _escalate(number: int, said: dict, who: dict) -> None:
    name = next(route["name"] for route in _plan()["routes"] if route["key"] == said["route"])
    route = EscalationRoute.objects.select_related("current").get(name=name)
    known = answers_of(Ticket.objects.get(pk=number), questions_from(route.current.questions))
    facts = known | said["facts"]
    escalate(number, route_id=route.pk, reason=said["words"], facts=facts, **who)


_ACTS = {
    "accept": lambda pk, said, who: accept(pk, **who),
    "send_back": lambda pk, said, who: send_back(
        pk, reason=said["words"], missing=said["missing"], **who
    ),
    "resubmit": lambda pk, said, who: resubmit(
        pk, reason=said["words"], facts=said["facts"], **who
    ),
    "withdraw": lambda pk, said, who: withdraw(pk, reason=said["words"], **who),
    "complete": lambda pk, said, who: complete(
        pk, resolution=said["words"], give_back=said["give_back"], **who
    ),
}

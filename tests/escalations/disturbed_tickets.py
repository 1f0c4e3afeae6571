"""Opens the tickets of a disturbed run: python -m tests.escalations.disturbed_tickets 100 T 60

In a process of its own, because it works on a database of its own. Prints the first and the last
ticket's number.
"""

import sys
from datetime import UTC, datetime, timedelta

import django

PROMISED, WARNED_BEFORE, LEVEL_AFTER = 3600, 2, 1


def open_tickets(count: int, first_due: float, spread: float) -> list[int]:
    """Open tickets whose first replies are due from ``first_due`` (Unix time) on, evenly."""
    team, identity = _team(), make_identity()
    return [
        make_ticket(
            team=team,
            identity=identity,
            at=datetime.fromtimestamp(first_due + number * spread / count, UTC)
            - timedelta(seconds=PROMISED),
        ).pk
        for number in range(count)
    ]


def _team():
    team = Team.objects.first()
    if team is None:
        team = make_team()
        lead = make_user(Role.TEAM_LEAD)
        TeamMembership.objects.create(team=team, user=lead, is_lead=True)
        _promise()
    return team


def _promise() -> None:
    target = {
        "seconds": PROMISED,
        "time": "calendar",
        "warnings": [{"before": WARNED_BEFORE, "recipients": ["assignee"]}],
        "levels": [
            {"after": LEVEL_AFTER, "recipients": ["team"], "acts": [{"raise_priority": "urgent"}]}
        ],
    }
    version = make_policy_version({"first_reply": target})
    SLAPolicy.objects.filter(pk=version.policy_id).update(is_active=True, current=version)


if __name__ == "__main__":
    django.setup()
    from accounts.models import Role, Team, TeamMembership
    from escalations.models import SLAPolicy
    from tests.escalations.making import make_policy_version
    from tests.factories import make_identity, make_team, make_ticket, make_user

    made = open_tickets(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]))
    print(made[0], made[-1])

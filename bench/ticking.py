"""Clocks to measure: written into a database, swept, opened. Runs inside Django (bench.inside)."""

import statistics
import time
from datetime import UTC, datetime, timedelta

from django.db import connection, reset_queries
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.processes import computed, cpu_ms
from escalations.events import steps_recorded
from escalations.models import Metric, SLAClock, SLAPolicy, SLAPolicyVersion
from escalations.receivers import carry_them_out
from escalations.services.enforcement import sweep
from helpdesk.models import Channel, IdentityKind, Ticket
from helpdesk.services.customers import identify_customer
from helpdesk.services.opening import open_ticket

#: Many clocks on few tickets: what a sweep costs does not depend on tickets.
_OPEN = """
    INSERT INTO escalations_slaclock (
        ticket_id, metric, reference, started_by_id, target_seconds, terms, state, started_at,
        due_at, stop_reason, started_out_of_hours, pending_steps, next_step_at
    )
    SELECT ticket.id, 'inquiry', %(prefix)s || number, entry.id, 3600, '[]', 'running',
        moment - interval '1 hour', moment, '', false,
        jsonb_build_array(jsonb_build_array('breach', to_char(
            moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'))), moment
    FROM generate_series(0, %(count)s - 1) AS number
    JOIN LATERAL (SELECT %(first)s + number %% %(tickets)s AS id) AS ticket ON true
    JOIN LATERAL (SELECT min(id) AS id FROM helpdesk_timelineentry
                  WHERE ticket_id = ticket.id) AS entry ON true
    JOIN LATERAL (SELECT %(begins)s + number * %(apart)s * interval '1 second' AS moment)
        AS due ON true
"""
ANSWERS = {"first_reply": 3600, "resolution": 86_400}


def open_clocks(count: int, prefix: str, begins: float, seconds: float) -> None:
    """Open clocks whose deadlines come evenly from ``begins`` (Unix time) on."""
    tickets = Ticket.objects.count()
    values = {
        "prefix": prefix,
        "count": count,
        "first": Ticket.objects.earliest("pk").pk,
        "tickets": tickets,
        "begins": datetime.fromtimestamp(begins, UTC),
        "apart": seconds / count,
    }
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, values)
        cursor.execute("VACUUM ANALYZE escalations_slaclock")


def sweep_costs(due: int, rounds: int) -> dict:
    """Sweep ``due`` clocks that have just fallen due, several times; what one round costs."""
    steps_recorded.disconnect(carry_them_out)
    _sweep_fresh(due, "warm-up")
    costs = [_sweep_fresh(due, f"round {number} ") for number in range(rounds)]
    plan = SLAClock.objects.with_a_step_due(timezone.now())[:due].explain()
    return {
        "wall ms": _median(costs, "wall ms"),
        "query ms": _median(costs, "query ms"),
        "python cpu ms": _median(costs, "python cpu ms"),
        # Counted in steps of ten milliseconds: only the mean of many is finer.
        "database cpu ms": round(statistics.mean(cost["database cpu ms"] for cost in costs), 1),
        "by index": str("clock_by_next_step" in plan),
    }


def _median(costs: list[dict[str, float]], name: str) -> float:
    return round(statistics.median(cost[name] for cost in costs), 1)


def _sweep_fresh(due: int, prefix: str) -> dict[str, float]:
    open_clocks(due, prefix, time.time() - 60, 30)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    pids, began, own = cpu_ms([backend]), time.perf_counter(), time.process_time()
    with CaptureQueriesContext(connection) as statements:
        assert sweep(at=timezone.now()) == due
    return {
        "wall ms": (time.perf_counter() - began) * 1000,
        "python cpu ms": (time.process_time() - own) * 1000,
        "database cpu ms": computed(pids, cpu_ms([backend])),
        "query ms": sum(float(one["time"]) for one in statements.captured_queries) * 1000,
    }


def opening_costs(tickets: int) -> list[dict]:
    """Open tickets without a policy in force, and with one that promises two things."""
    SLAPolicy.objects.update(is_active=False)
    without = _open_tickets(tickets)
    _promise()
    within = _open_tickets(tickets)
    rows = [{"policies": 0} | without, {"policies": SLAPolicy.objects.in_force().count()} | within]
    return [row | {"clocks each": row.pop("clocks") / tickets} for row in rows]


def _open_tickets(count: int) -> dict:
    identity = identify_customer(
        kind=IdentityKind.EMAIL, value="bench@mail.example", name="Bench", at=timezone.now()
    )
    before, statements, took = SLAClock.objects.count(), [], []
    for number in range(count):
        # What is counted is a difference, and Django keeps the last 9,000 statements only.
        reset_queries()
        began = time.perf_counter()
        with CaptureQueriesContext(connection) as captured:
            open_ticket(
                requester=identity.customer, identity=identity, subject=f"Kettle {number}",
                text="It leaks.", channel=Channel.EMAIL, by=None, at=timezone.now(),
            )  # fmt: skip
        took.append((time.perf_counter() - began) * 1000)
        statements.append(len(captured))
    return {
        "statements": max(statements),
        "median ms": round(statistics.median(took), 1),
        "p95 ms": round(statistics.quantiles(took, n=20)[-1], 1),
        "clocks": SLAClock.objects.count() - before,
    }


def _promise() -> None:
    targets = {
        metric: {"seconds": seconds, "time": "calendar"}
        for metric, seconds in ANSWERS.items()
        if metric in Metric.values
    }
    last = SLAPolicy.objects.count()
    policy = SLAPolicy.objects.create(name=f"Bench {last}", position=last + 1)
    policy.current = SLAPolicyVersion.objects.create(
        policy=policy, number=1, targets=targets, created_at=timezone.now() - timedelta(days=1)
    )
    policy.save(update_fields=["current"])

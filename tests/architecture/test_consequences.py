"""What follows from what, written down. Change the table when you change the product."""

import importlib

from django.apps import apps
from django.dispatch import Signal


def consequences() -> dict[str, list[str]]:
    table = {}
    for app in apps.get_app_configs():
        try:
            events = importlib.import_module(f"{app.name}.events")
        except ModuleNotFoundError:
            continue
        for name, signal in vars(events).items():
            if isinstance(signal, Signal):
                live = signal._live_receivers(None)[0]
                table[name] = sorted(f"{r.__module__}.{r.__name__}" for r in live)
    return table


def test_what_follows_from_what():
    assert consequences() == {
        "agent_replied": ["helpdesk.receivers.owe_the_customer_a_mail"],
        "customer_replied": [],
        "note_added": [],
        "outgoing_mail_queued": ["helpdesk.receivers.deliver_it"],
        "person_invited": ["accounts.receivers.mail_the_invitation"],
        "reply_taken_back": [],
        "ticket_assigned": [],
        "ticket_merged": [],
        "ticket_opened": [],
        "ticket_reopened": [],
        "ticket_solved": [],
        "ticket_status_changed": [],
    }

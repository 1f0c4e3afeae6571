"""What follows from what, written down. Change the table when you change the product."""

import importlib

from django.apps import apps
from django.dispatch import Signal

ESCALATION_ACTS = (
    "escalated",
    "escalation_accepted",
    "escalation_completed",
    "escalation_decided",
    "escalation_handed_over",
    "escalation_joined",
    "escalation_released",
    "escalation_resubmitted",
    "escalation_sent_back",
    "escalation_withdrawn",
)


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
        "agent_replied": [
            "escalations.receivers.bring_its_clocks_in_line",
            "helpdesk.receivers.owe_the_customer_a_mail",
            "helpdesk.receivers.tell_followers_of_the_reply",
        ],
        "bulk_job_started": ["helpdesk.receivers.work_on_it"],
        "buyers_recorded": [
            "helpdesk.receivers.identify_new_buyers",
            "helpdesk.receivers.take_over_what_changed_about_buyers",
        ],
        "clocks_changed": ["escalations.receivers.wake_up_in_time"],
        "customer_replied": [
            "escalations.receivers.bring_its_clocks_in_line",
            "helpdesk.receivers.tell_who_waits_for_the_customer",
        ],
        "customer_tagged": [
            "escalations.receivers.ask_the_policies_again_for_all_of_theirs",
            "escalations.receivers.hold_their_tickets_against_the_routes",
        ],
        "delivery_went_wrong": ["helpdesk.receivers.tell_the_author"],
        **dict.fromkeys(ESCALATION_ACTS, ["escalations.receivers.tell_whom_it_concerns"]),
        "escalated": [
            "escalations.receivers.note_that_it_was_suggested",
            "escalations.receivers.tell_whom_it_concerns",
        ],
        "inquiry_answered": ["escalations.inquiry_receivers.tell_who_waits_for_it"],
        "inquiry_asked": [],
        "inquiry_letters_owed": ["escalations.inquiry_receivers.send_them"],
        "inquiry_withdrawn": ["escalations.inquiry_receivers.tell_who_waits_for_it"],
        "note_added": ["helpdesk.receivers.tell_who_is_named_and_who_follows"],
        "orders_recorded": ["helpdesk.receivers.make_tickets_findable_by_what_their_orders_hold"],
        "outgoing_mail_queued": ["helpdesk.receivers.deliver_it"],
        "person_changed": ["helpdesk.receivers.renew_what_they_hear"],
        "person_deactivated": ["helpdesk.receivers.hand_their_tickets_back"],
        "person_invited": ["accounts.receivers.mail_the_invitation"],
        "reply_about_to_be_written": ["escalations.inquiry_receivers.keep_promises_back"],
        "reply_taken_back": [
            "escalations.receivers.bring_its_clocks_in_line",
            "helpdesk.receivers.forget_what_was_told",
        ],
        "steps_recorded": ["escalations.receivers.carry_them_out"],
        "ticket_about_to_be_assigned": [
            "escalations.receivers.keep_it_with_whom_its_contract_allows"
        ],
        "ticket_about_to_be_moved": ["escalations.receivers.keep_it_where_its_contract_says"],
        "ticket_assigned": [
            "escalations.receivers.let_its_contract_follow",
            "helpdesk.receivers.tell_the_assignee",
        ],
        "ticket_changed": [
            "escalations.receivers.ask_the_policies_again",
            "escalations.receivers.hold_it_against_the_routes",
            "escalations.webhook_receivers.tell_who_listens_outside",
            "helpdesk.receivers.tell_whoever_may_see_it",
        ],
        "ticket_merged": [
            "escalations.receivers.hand_its_clocks_over",
            "escalations.receivers.withdraw_the_escalation_of_what_is_merged_away",
            "helpdesk.receivers.tell_followers_of_the_merge",
        ],
        "ticket_opened": ["escalations.receivers.start_its_clocks"],
        "ticket_reopened": ["helpdesk.receivers.tell_followers_that_it_is_open_again"],
        "ticket_solved": [
            "escalations.receivers.end_its_escalation_as_solved",
            "helpdesk.receivers.tell_followers_that_it_is_solved",
        ],
        "ticket_status_changed": [
            "escalations.inquiry_receivers.withdraw_what_was_asked",
            "escalations.receivers.let_its_clocks_run_or_rest",
            "escalations.receivers.withdraw_the_escalation_of_what_is_closed",
        ],
        "ticket_unmerged": ["escalations.receivers.take_its_clocks_back"],
        "webhooks_queued": ["escalations.webhook_receivers.send_what_is_due_at_once"],
    }

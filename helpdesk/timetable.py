"""What is done again and again, by task: the seconds between two runs. Pure."""

TIMETABLE = {
    "helpdesk.tasks.sweep_outgoing_mail": 10,
    "helpdesk.tasks.sweep_received_mail": 15,
    "helpdesk.tasks.sweep_notification_mail": 30,
    "helpdesk.tasks.sweep_bulk_jobs": 15,
    "helpdesk.tasks.poll_mailboxes": 60,
    "helpdesk.tasks.close_solved_tickets": 900,
    "helpdesk.tasks.forget_old_idempotency_keys": 3600,
    "accounts.tasks.sweep_invitations": 120,
    "marketplaces.tasks.sweep_streams": 10,
    "marketplaces.tasks.sweep_exchanges": 60,
    "marketplaces.tasks.purge_exchange_log": 3600,
    "escalations.tasks.top_up_holidays": 3600,
    "escalations.tasks.remind_of_actions": 900,
    "escalations.tasks.sweep_clocks": 1,
    "escalations.tasks.sweep_recorded_steps": 5,
    "escalations.tasks.accept_overdue_escalations": 30,
    "escalations.tasks.release_cases_of_absent_specialists": 300,
    "escalations.tasks.sweep_webhooks": 10,
    "escalations.tasks.sweep_inquiries": 30,
    "escalations.tasks.sweep_unevaluated_tickets": 15,
}

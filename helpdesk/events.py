"""What happened. Signals in the past tense, sent by services inside their transaction."""

from django.dispatch import Signal

#: ``since`` is from when on the customer waits: before ``at`` where a split took a message along.
ticket_opened = Signal()  # ticket, message, since, at
customer_replied = Signal()  # ticket, message, at
customer_tagged = Signal()  # customer, by, at
#: Some ask instead of telling: apps above may forbid it by raising a ``RuleViolation``. They are
#: sent with the ticket's lock held, before anything is written down.
reply_about_to_be_written = Signal()  # ticket, by, at
agent_replied = Signal()  # ticket, message, by, at
reply_taken_back = Signal()  # ticket, message, by, at
note_added = Signal()  # ticket, message, by, at
#: These ask too. ``assignee`` and ``team`` are whom it shall go to, None for nobody.
ticket_about_to_be_assigned = Signal()  # ticket, assignee, by, at
ticket_about_to_be_moved = Signal()  # ticket, team, by, at
ticket_assigned = Signal()  # ticket, by, at
ticket_status_changed = Signal()  # ticket, before, by, at
ticket_solved = Signal()  # ticket, by, at
ticket_reopened = Signal()  # ticket, by, at
ticket_merged = Signal()  # ticket, into, by, at
ticket_unmerged = Signal()  # ticket, source_of, by, at
outgoing_mail_queued = Signal()  # mail, at
bulk_job_started = Signal()  # job, count, at
delivery_went_wrong = Signal()  # mail, entry, at
#: Sent with every entry of a timeline, so no act is forgotten.
ticket_changed = Signal()  # ticket, entry

"""What happened. Signals in the past tense, sent by services inside their transaction."""

from django.dispatch import Signal

#: Clocks were started, moved, paused, resumed or stopped by one act.
clocks_changed = Signal()  # clocks, at
#: Warnings, breaches or levels were recorded and wait to be carried out.
steps_recorded = Signal()  # count, at
#: One per act on an escalation. ``step`` is the act as written down, ``entry`` its timeline entry.
escalated = Signal()  # escalation, step, entry, by, at
escalation_joined = Signal()  # escalation, step, entry, by, at
escalation_accepted = Signal()  # escalation, step, entry, by, at
escalation_sent_back = Signal()  # escalation, step, entry, by, at
escalation_resubmitted = Signal()  # escalation, step, entry, by, at
escalation_decided = Signal()  # escalation, step, entry, by, at
escalation_handed_over = Signal()  # escalation, step, entry, by, at
escalation_released = Signal()  # escalation, step, entry, by, at
escalation_withdrawn = Signal()  # escalation, step, entry, by, at
escalation_completed = Signal()  # escalation, step, entry, by, at
#: One per act on an inquiry; ``by`` is None for an answer by link.
inquiry_asked = Signal()  # inquiry, entry, by, at
inquiry_answered = Signal()  # inquiry, answer, entry, by, at
inquiry_withdrawn = Signal()  # inquiry, entry, by, at
#: Letters of an inquiry wait to be sent.
inquiry_letters_owed = Signal()  # letters, at
#: Deliveries to endpoints outside wait to be sent.
webhooks_queued = Signal()  # deliveries, at

"""What happened. Signals in the past tense, sent by services inside their transaction."""

from django.dispatch import Signal

#: Clocks were started, moved, paused, resumed or stopped by one act.
clocks_changed = Signal()  # clocks, at
#: Warnings, breaches or levels were recorded and wait to be carried out.
steps_recorded = Signal()  # count, at

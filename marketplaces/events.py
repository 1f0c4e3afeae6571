"""What happened. Signals in the past tense, sent by services inside their transaction."""

from django.dispatch import Signal

buyers_recorded = Signal()  # store, fresh, changed, names_before (by key), at
orders_recorded = Signal()  # store, orders, at: made or changed

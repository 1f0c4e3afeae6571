"""What happened. Signals in the past tense, sent by services inside their transaction."""

from django.dispatch import Signal

buyers_recorded = Signal()  # store, buyers, at: made or changed by what the marketplace told
orders_recorded = Signal()  # store, orders, at: made or changed

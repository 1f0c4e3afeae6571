"""What happened. Signals in the past tense, sent by services inside their transaction."""

from django.dispatch import Signal

person_invited = Signal()  # user, at

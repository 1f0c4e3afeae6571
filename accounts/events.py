"""What happened. Signals in the past tense, sent by services inside their transaction."""

from django.dispatch import Signal

person_invited = Signal()  # user, at
person_deactivated = Signal()  # user, by, at
#: Sent with every entry about a person: role, teams, name, whether they may sign in.
person_changed = Signal()  # user

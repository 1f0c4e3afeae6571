"""Macros for tests, through the service."""

from policies.models import Macro
from policies.services.macros import write_macro
from tests.factories import MONDAY


def make_macro(name: str = "Replacement", text: str = "Hello {name}, a new one leaves.", *,
               team=None, by) -> Macro:  # fmt: skip
    return write_macro(name=name, text=text, team=team, by=by, at=MONDAY)

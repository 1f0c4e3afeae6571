"""An act of a page: one form, one call, then back to the page, or the page with the refusal."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.utils import timezone

from accounts.errors import RuleViolation
from escalations.forms.investigating import ActForm


@dataclass(frozen=True)
class Deed:
    """``service`` takes the row's key, what the form says, ``by`` and ``at``."""

    form: type[ActForm]
    service: Callable
    said: object = ""


def do(request, deed: Deed, key: int, form: forms.Form, **more) -> bool:
    """Perform the act; a refusal stands in the form at its field."""
    if not form.is_valid():
        return False
    facts = form.facts() | more
    return refused_into(
        form, lambda: deed.service(key, **facts, by=request.user, at=timezone.now())
    ) and _say(request, deed)


def refused_into(form: forms.Form, call: Callable) -> bool:
    """Call; a broken rule becomes an error of the form. Returns whether it was done."""
    try:
        call()
    except RuleViolation as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    return True


def _say(request, deed: Deed) -> bool:
    if deed.said:
        messages.success(request, deed.said)
    return True

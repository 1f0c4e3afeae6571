"""What the pages of calendars, SLA policies and routes do alike: write, order, show versions."""

from collections.abc import Callable, Iterable

from django.utils import timezone

from accounts.errors import RuleViolation
from escalations.models.versions import Version, Versioned
from escalations.refusals import InvalidInput
from escalations.sentences import difference
from helpdesk.whole_numbers import whole_number

VERSIONS_SHOWN = 50


def write(
    request, typed, found: Versioned | None, *, create: Callable, change: Callable, said: Callable
) -> Versioned | None:
    """Make what was typed, or change what is found; None with the refusals put into the form.

    :param said: returns the facts that both services take, or refuses as they do.
    """
    about = {"by": request.user, "at": timezone.now()}
    try:
        if found is None:
            return create(**said(), **about)
        return change(found.pk, **said(), seen=whole_number(typed.seen), **about)
    except InvalidInput as error:
        typed.show(error.mistakes)
    except RuleViolation as error:
        typed.errors.setdefault(error.field or "all", []).append(str(error))
    return None


def refusal_of(request, verb: str, act: Callable, pk: int) -> str:
    """Move it, or put it in or out of force; return why not, if it is refused."""
    said = {"note": request.POST.get("note", "")}
    if verb == "move":
        said["position"] = whole_number(request.POST.get("position", "")) or 0
    try:
        act(pk, **said, by=request.user, at=timezone.now())
    except (RuleViolation, InvalidInput) as error:
        return str(error)
    return ""


def changes_shown(versions, sentences: Callable[[Version], Iterable[str]]) -> list[dict]:
    """Return the newest versions with what each changed; ``sentences`` says one of them."""
    rows = list(versions.order_by("-number")[: VERSIONS_SHOWN + 1])
    said = [*map(sentences, rows), []]
    return [
        {"version": row, "changes": difference(said[i + 1], said[i])}
        for i, row in enumerate(rows[:VERSIONS_SHOWN])
    ]

"""The report of an investigation as plain content, which the page and the PDF draw alike."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from escalations.models import CorrectiveAction, Evidence, Finding, Investigation
from escalations.snapshot_words import exactly, snapshot_words
from helpdesk.templatetags.timeline import sentence
from helpdesk.templatetags.ui import size

VERDICTS = {
    "unchanged": lambda: _("unchanged since it was added"),
    "changed": lambda: _("CHANGED since it was added"),
    "gone": lambda: _("GONE from storage"),
    "none": lambda: _("a link: nothing of it is kept"),
}


@dataclass(frozen=True)
class Item:
    """Something that was written, with who and when in ``under``; ``mark`` stands before it."""

    words: str
    under: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Section:
    """What is filled of a section is drawn, in this order. ``pairs`` are label and value."""

    title: str
    quote: str = ""
    pairs: list[tuple[str, str]] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    lines: list[tuple[str, str]] = field(default_factory=list)
    nothing: str = ""


@dataclass(frozen=True)
class Report:
    title: str
    about: str
    sections: list[Section]
    printed: str


def report_content(book: dict, *, reader, at: datetime) -> Report:
    """Say everything of an investigation; ``book`` is ``investigation_reads.report_of``'s."""
    investigation, ticket = book["investigation"], book["ticket"]
    sections = [
        _question(investigation),
        Section(_("Causes and conclusion"), pairs=list(_causes(investigation))),
        Section(
            _("Findings"), items=[_finding(one) for one in book["findings"]], nothing=_("None.")
        ),
        Section(
            _("Evidence"),
            items=[_piece(*one) for one in enumerate(book["pieces"], start=1)],
            nothing=_("None."),
        ),
        *_snapshots(book["pieces"]),
        Section(
            _("Corrective and preventive actions"),
            items=[_action(one) for one in book["actions"]],
            nothing=_("No action yet."),
        ),
        Section(
            _("Timeline of the ticket"),
            lines=[(exactly(one.at), _plain(sentence(one))) for one in book["story"]],
        ),
    ]
    return Report(
        _("Investigation report %(number)d") % {"number": investigation.pk},
        _("Ticket %(number)d: %(subject)s") % {"number": ticket.pk, "subject": ticket.subject},
        sections,
        _("Printed %(when)s by %(name)s. All times are of the time zone %(zone)s.")
        % {"when": exactly(at), "name": reader, "zone": timezone.get_current_timezone_name()},
    )


def _question(investigation: Investigation) -> Section:
    asked = f"{investigation.owner}, {exactly(investigation.opened_at)}"
    return Section(_("Question"), quote=investigation.question, pairs=[(_("Asked by"), asked)])


def _causes(investigation: Investigation) -> Iterator[tuple[str, str]]:
    root = investigation.root_cause
    yield _("Root cause"), f"{root.parent}: {root}" if root else _("not chosen yet")
    contributing = [f"{cause.parent}: {cause}" for cause in investigation.contributing.all()]
    if contributing:
        yield _("Contributing"), ", ".join(contributing)
    if investigation.completed_at:
        yield _("Conclusion"), investigation.conclusion
        when = exactly(investigation.completed_at)
        yield _("Completed"), f"{investigation.completed_by}, {when}"


def _finding(finding: Finding) -> Item:
    proofs = [piece.title for piece in finding.evidence.all()]
    under = [f"{finding.found_by}, {exactly(finding.found_at)}", *proofs]
    return Item(finding.text, " · ".join(under), _("Addendum:") if finding.is_addendum else "")


def _piece(place: int, piece: Evidence) -> Item:
    kind = ", ".join(filter(None, [piece.get_kind_display(), piece.size and size(piece.size)]))
    source = ", ".join(filter(None, [piece.source, piece.url]))
    who = piece.added_by or _("the system")
    added = f"{who}, {exactly(piece.added_at)}"
    proof = f"SHA-256 {piece.sha256}, " if piece.sha256 else ""
    under = "\n".join([f"{kind} · {source} · {added}", proof + VERDICTS[piece.verdict]()])
    return Item(piece.title, under, f"{place}.")


def _snapshots(pieces: list[Evidence]) -> Iterator[Section]:
    for place, piece in enumerate(pieces, start=1):
        if piece.snapshot:
            title = _("Evidence %(place)d: %(title)s") % {"place": place, "title": piece.title}
            yield Section(title, pairs=snapshot_words(piece.snapshot))


def _action(action: CorrectiveAction) -> Item:
    said = [action.get_kind_display(), str(action.owner)]
    if action.done_at:
        said += [_("done %(when)s") % {"when": exactly(action.done_at)}, action.done_note]
    else:
        said.append(_("until %(day)s") % {"day": date_format(action.due_on, "Y-m-d")})
    return Item(action.text, ", ".join(filter(None, said)), _("Done:") if action.done_at else "")


def _plain(markup: str) -> str:
    return unescape(strip_tags(markup))

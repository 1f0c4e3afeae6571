"""Routes and what became of them in words, for pages. No queries."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from escalations.contract import Outcome
from escalations.criteria_words import answer_words, condition_words, criteria_lines
from escalations.known_rows import Known
from escalations.models import RouteMode, RouteVersion
from escalations.questions import QuestionKind, questions_from
from escalations.services.previewing import Preview
from escalations.services.route_feedback import Figures, RouteFigures
from escalations.wording import duration_words
from helpdesk.models import Priority

KIND_WORDS = {
    QuestionKind.TEXT: gettext_lazy("words"),
    QuestionKind.NUMBER: gettext_lazy("a number"),
    QuestionKind.MONEY: gettext_lazy("an amount"),
    QuestionKind.DATE: gettext_lazy("a date"),
    QuestionKind.YES_NO: gettext_lazy("yes or no"),
    QuestionKind.CHOICE: gettext_lazy("one of several"),
}
SOURCE_WORDS = {
    "order": gettext_lazy("the order number"),
    "amount": gettext_lazy("the money at stake"),
    "category": gettext_lazy("the category"),
    "customer": gettext_lazy("the customer's name"),
    "first_contact": gettext_lazy("the day of the first contact"),
    "messages": gettext_lazy("how often the customer wrote"),
}
OUTCOME_WORDS = {
    Outcome.SOLVED: pgettext_lazy("outcome", "solved"),
    Outcome.PARTLY: pgettext_lazy("outcome", "partly solved"),
    Outcome.NOT_POSSIBLE: pgettext_lazy("outcome", "not possible"),
    Outcome.WRONG_ROUTE: pgettext_lazy("outcome", "wrong route"),
}
_INDENT = "\u2003"


def route_sentences(version: RouteVersion, *, known: Known) -> list[str]:
    """Say all of a version, so that two of them can be compared by reading."""
    said = [
        str(RouteMode(version.mode).label),
        _("Goes to %(team)s.") % {"team": version.team},
        *(_INDENT * depth + words for depth, words in criteria_lines(version.criteria, known)),
        *(_question_words(each) for each in questions_from(version.questions)),
    ]
    if version.skill:
        said.append(_("Wants the skill %(name)s.") % {"name": version.skill})
    if version.priority:
        label = Priority(version.priority).label
        said.append(_("Raises the priority to %(name)s at least.") % {"name": label})
    if version.accept_after is not None:
        words = {"length": duration_words(version.accept_after)}
        said.append(_("Accepted by itself %(length)s after it was due.") % words)
    return said


def figures_shown(figures: RouteFigures, *, known: Known) -> dict:
    return _shown(figures) | {
        "outcomes": [
            (OUTCOME_WORDS.get(name, name), count) for name, count in figures.outcomes.items()
        ],
        "criteria": [
            _shown(each) | {"words": condition_words(each.condition, known)}
            for each in figures.criteria
        ],
    }


def matches_shown(found: Preview) -> dict:
    return {
        "open": found.open,
        "lately": found.lately,
        "tickets": [
            {
                "ticket": each.ticket,
                "because": [answer_words(one, found.known) for one in each.because],
            }
            for each in found.tickets
        ],
    }


def _shown(figures: Figures) -> dict:
    taken = figures.time_to_accept
    return {
        "suggested": figures.suggested,
        "taken": figures.taken,
        "dismissed": figures.dismissed,
        "escalations": figures.escalations,
        "accepted": figures.accepted,
        "returned": figures.returned,
        "time_to_accept": "" if taken is None else duration_words(taken.total_seconds()),
    }


def _question_words(question) -> str:
    asked = f"{question.label} ({KIND_WORDS[question.kind]})"
    if question.choices:
        asked += f": {', '.join(question.choices)}"
    if not question.is_required:
        asked += _(", may be left open")
    if question.source:
        asked += _(", answered by %(source)s") % {"source": SOURCE_WORDS[question.source]}
    return _("Asks: %(question)s") % {"question": asked}

"""What a plan says to the customer, in their language. Pure; the sentences stand here.

They are no screen: whoever writes to a customer in German needs them in German, whatever language
the helpdesk speaks to the agent.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from escalations.models.solution import ComponentKind
from marketplaces.money import Money

USUAL = "en"


@dataclass(frozen=True, slots=True)
class Part:
    """One component: what it is, how much, what exactly, and whether it is done."""

    kind: str
    amount: Money | None = None
    note: str = ""
    is_done: bool = False


_LOCALES = {"en": "en_US", "de": "de_DE", "it": "it_IT"}
_FRAME = {
    "en": ("Hello {name},", "This is what we are doing to put it right:", "This is what we did:"),
    "de": ("Guten Tag {name},", "So bringen wir es in Ordnung:", "Das haben wir getan:"),
    "it": ("Buongiorno {name},", "Ecco come rimediamo:", "Ecco che cosa abbiamo fatto:"),
}
_APOLOGY = {
    "en": "We are sorry that this happened to you.",
    "de": "Es tut uns leid, dass Ihnen das passiert ist.",
    "it": "Ci dispiace per quanto è accaduto.",
}
_WORDS = {
    "en": {
        ComponentKind.REFUND: "We refund {amount} to you",
        ComponentKind.PARTIAL_REFUND: "We refund {amount} of the price to you",
        ComponentKind.CREDIT: "You get a credit of {amount} for your next order",
        ComponentKind.REPLACEMENT: "We send you a replacement",
        ComponentKind.SHIPPING: "We refund the shipping, {amount}",
        ComponentKind.COMPENSATION: "We pay you {amount} for the trouble",
        ComponentKind.EXPEDITED: "We send it by express",
    },
    "de": {
        ComponentKind.REFUND: "Wir erstatten Ihnen {amount}",
        ComponentKind.PARTIAL_REFUND: "Wir erstatten Ihnen {amount} des Preises",
        ComponentKind.CREDIT: "Sie erhalten ein Guthaben von {amount} für Ihre nächste Bestellung",
        ComponentKind.REPLACEMENT: "Wir senden Ihnen Ersatz",
        ComponentKind.SHIPPING: "Wir erstatten die Versandkosten von {amount}",
        ComponentKind.COMPENSATION: "Wir zahlen Ihnen {amount} für die Unannehmlichkeiten",
        ComponentKind.EXPEDITED: "Wir versenden per Express",
    },
    "it": {
        ComponentKind.REFUND: "Le rimborsiamo {amount}",
        ComponentKind.PARTIAL_REFUND: "Le rimborsiamo {amount} del prezzo",
        ComponentKind.CREDIT: "Riceve un credito di {amount} per il prossimo ordine",
        ComponentKind.REPLACEMENT: "Le inviamo un prodotto sostitutivo",
        ComponentKind.SHIPPING: "Le rimborsiamo le spese di spedizione, {amount}",
        ComponentKind.COMPENSATION: "Le riconosciamo {amount} per il disagio",
        ComponentKind.EXPEDITED: "Spediamo con corriere espresso",
    },
}


def language_of(code: str) -> str:
    """Return the language in which a customer is written to: de for de-AT, English if unknown."""
    short = code.lower().replace("_", "-").partition("-")[0]
    return short if short in _FRAME else USUAL


def draft_text(parts: Sequence[Part], *, name: str, language: str) -> str:
    """Draft the letter: greeting, apology if planned, one line per part, in the plan's order."""
    language = language_of(language)
    greeting, doing, done = _FRAME[language]
    listed = [part for part in parts if part.kind != ComponentKind.APOLOGY]
    pieces = [greeting.format(name=name) if name else greeting.replace(" {name}", "")]
    if len(listed) < len(parts):
        notes = [part.note for part in parts if part.kind == ComponentKind.APOLOGY and part.note]
        pieces.append(" ".join([_APOLOGY[language], *notes]))
    if listed:
        opening = done if all(part.is_done for part in listed) else doing
        lines = [_line(part, language) for part in listed]
        pieces.append("\n".join([opening, "", *lines]))
    return "\n\n".join(pieces)


def _line(part: Part, language: str) -> str:
    amount = part.amount.format(_LOCALES[language]) if part.amount else ""
    words = _WORDS[language][ComponentKind(part.kind)].format(amount=amount)
    return f"- {words}: {part.note}" if part.note else f"- {words}."

"""Real mail, some of it broken: each file ends somewhere, none raises, none is lost."""

from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from helpdesk.models import InboundMail, InboundState
from helpdesk.services.intake import receive_mail
from tests.factories import MONDAY

CORPUS = Path(settings.BASE_DIR).parent / "shared" / "data" / "mail"
FILES = sorted(p for p in CORPUS.rglob("*") if p.suffix in {".txt", ".eml"})

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.corpus,
    pytest.mark.skipif(not FILES, reason="no folder of real mail beside the checkout"),
]


def is_whole(path: Path) -> bool:
    """Bodies without headers get the headers a mail server would have put before them."""
    return path.parent.name != "email_reply_parser"


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_file_ends_as_a_ticket_or_where_a_person_finds_it(path):
    raw = path.read_bytes()
    if not is_whole(path):
        raw = b"From: karen@mail.example\nSubject: Re: Tank\n\n" + raw

    mail = receive_mail(raw, source="pipe", at=MONDAY)

    kept = InboundMail.objects.get(pk=mail.pk)
    assert kept.state in (InboundState.FILED, InboundState.QUARANTINED)
    assert bytes(kept.raw) == raw
    if kept.state == InboundState.QUARANTINED:
        assert kept.reason_code not in ("unexpected", "gave_up")
        assert kept.reason
    elif kept.message is not None:
        assert "\x00" not in kept.message.text
        assert kept.ticket == kept.message.ticket


def test_most_of_the_real_mail_becomes_tickets():
    outcomes = Counter()
    for path in FILES:
        if is_whole(path):
            mail = receive_mail(path.read_bytes(), source="pipe", at=MONDAY)
            outcomes[mail.outcome or mail.reason_code] += 1

    assert sum(outcomes.values()) == len([p for p in FILES if is_whole(p)])
    assert outcomes["ticket_opened"] + outcomes["follow_up"] > 0.5 * sum(outcomes.values())

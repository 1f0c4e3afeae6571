"""Links to an inquiry: for somebody without an account, to answer this one question and no more.

The token is random and told once; only its digest is kept. A link ends when it is used, revoked,
expired, or when its inquiry is over. Whatever ended it, and whether there ever was one, is
answered alike.
"""

import hashlib
import logging
import secrets
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from accounts.errors import RuleViolation
from escalations.models import Inquiry, InquiryLink

logger = logging.getLogger(__name__)

#: A link works as long as the answer may take, and some days more: late is better than never.
GRACE = timedelta(days=7)
#: So often may one address open or answer one link, and try any links, within the window.
PER_LINK, PER_ADDRESS, WINDOW = 30, 60, 600


class LinkIsOver(RuleViolation):
    """Unknown, expired, revoked, used: it is not said which."""

    code = "link_is_over"

    def __init__(self):
        super().__init__(_("This link does not work, or does not work any more."))


@transaction.atomic
def make_link(inquiry: Inquiry, *, at: datetime, by=None, sent_to: str = "") -> str:
    """Return the token of a new link. It can be read here and nowhere else."""
    token = secrets.token_urlsafe(32)
    expires_at = max(inquiry.asked_at + timedelta(seconds=inquiry.target_seconds), at) + GRACE
    InquiryLink.objects.create(
        inquiry=inquiry,
        digest=digest_of(token),
        sent_to=sent_to,
        made_at=at,
        made_by=by,
        expires_at=expires_at,
    )
    return token


def usable_link(token: str, *, at: datetime) -> InquiryLink:
    """Return the link with its inquiry, in one query whatever is wrong with it.

    Looking up a digest of 256 random bits tells nothing by how long it takes.

    :raises LinkIsOver: if it cannot be used, for whatever reason.
    """
    links = InquiryLink.objects.usable(at).select_related("inquiry__department")
    link = links.filter(digest=digest_of(token)).first()
    if link is None:
        raise LinkIsOver
    return link


def note_opening(link: InquiryLink, *, at: datetime) -> None:
    """Keep when it was opened first. A mail scanner may have been earlier than a person."""
    InquiryLink.objects.filter(pk=link.pk, opened_at=None).update(opened_at=at)


def spend_link(link: InquiryLink, *, at: datetime) -> None:
    """Use a link up. Needs the transaction of the answer.

    :raises LinkIsOver: if somebody was faster, or it ended meanwhile.
    """
    fresh = InquiryLink.objects.filter(pk=link.pk, used_at=None, revoked_at=None, expires_at__gt=at)
    if fresh.update(used_at=at) != 1:
        raise LinkIsOver


def revoke_links(inquiry: Inquiry, *, at: datetime) -> int:
    """End all links of an inquiry that could still be used; returns how many there were."""
    return inquiry.links.filter(used_at=None, revoked_at=None).update(revoked_at=at)


def is_too_often(token: str, *, address: str) -> bool:
    """Count one more request of an address, and say whether that is more than a person needs.

    Without Redis nobody is refused: a token cannot be guessed in any number of tries.
    """
    digest = digest_of(token)
    places = (f"link:{digest[:32]}:{address}", PER_LINK), (f"links:{address}", PER_ADDRESS)
    try:
        return any([_count(key) > most for key, most in places])
    except (RedisError, OSError):
        logger.warning("Requests of links are not counted: Redis is away", exc_info=True)
        return False


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _count(key: str) -> int:
    cache.add(key, 0, WINDOW)
    try:
        return cache.incr(key)
    except ValueError:  # it ran out between the two
        return 1

"""One-use passes to the event server: made by a page's session, torn up at the door."""

import json
import secrets

from helpdesk.live.audience import topics_of
from helpdesk.live.connection import live_redis
from helpdesk.live.names import PASS_LIVES, PASS_PREFIX, digest


def make_pass(user, *, session_key: str) -> str:
    """Return a token that opens one stream within ``PASS_LIVES`` seconds, in this session only.

    What the person may see is read now, so that the stream needs no database.

    :raises redis.RedisError: if there is nowhere to keep it; then there are no streams either.
    """
    token = secrets.token_urlsafe(32)
    holder = {"user": user.pk, "session": digest(session_key), "topics": topics_of(user)}
    live_redis().set(PASS_PREFIX + digest(token), json.dumps(holder), ex=PASS_LIVES)
    return token

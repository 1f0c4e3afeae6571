"""The wire of one store. Decision 040 says why each step is where it is."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

import httpx

from marketplaces.gateways.base import GatewayRefused, OutcomeUnknown, Rate, TryLater
from marketplaces.limits import ReadLimits, Told, read_limits
from marketplaces.models import Connection, Exchange
from marketplaces.outcomes import Outcome, is_failure, of_failure, of_status
from marketplaces.rates import Bucket
from marketplaces.wire import breaking, call_log
from marketplaces.wire.call_log import Call
from marketplaces.wire.pacing import end_turn, take_turn
from marketplaces.wire.secrets import KeptTexts, LiveCredentials
from outbound.calling import Caller, CallFailed

#: After the last byte was due, a call that nobody ended counts as over.
SPARE_SECONDS = 15.0


@dataclass(frozen=True)
class Manners:
    """``patience`` is how many seconds a call may wait for its turn. ``even_paused`` lets a test
    of the connection through, past a pause and an open breaker.
    """

    rates: Mapping[str, Rate]
    read_limits: ReadLimits = read_limits
    app: str = ""
    patience: float = 2.0
    even_paused: bool = False
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = time.sleep
    correlation: UUID = field(default_factory=uuid4)


class StoreWire:
    """Implements :class:`marketplaces.gateways.base.Wire` for a connection. For one thread."""

    def __init__(
        self, connection: Connection, credentials: LiveCredentials, caller: Caller, manners: Manners
    ):
        self.connection_id, self.store_id = connection.pk, connection.store_id
        self.marketplace = connection.store.marketplace
        self.credentials, self.caller, self.manners = credentials, caller, manners
        self.kept = KeptTexts(connection, credentials)
        self._tokens: set[str] = set()

    def __repr__(self) -> str:
        return f"<wire of store {self.store_id}>"

    def send(
        self, operation: str, request: httpx.Request, *, changes_something: bool = False
    ) -> httpx.Response:
        """See :meth:`marketplaces.gateways.base.Wire.send`.

        :raises LookupError: for an operation without a declared rate, which is a bug.
        """
        bucket = self._bucket(operation)
        call = self._call(operation, request, changes_something)
        turn = uuid4().hex
        connection, is_probe = self._admitted(operation)
        try:
            exchange = self._wait_for_turn(bucket, call, turn)
        except BaseException:
            if is_probe:
                breaking.release_probe(connection)
            raise
        sent = self._make(call)
        told = self._told(operation, sent)
        end_turn(bucket, exchange, call=turn, told=told)
        return self._concluded(connection, exchange, call, sent, told, is_probe=is_probe)

    def remember(self, name: str, fetch: Callable[[], tuple[str, float]]) -> str:
        text = self.kept.get(name, fetch, at=self.manners.now())
        self._tokens.add(text)
        return text

    def forget(self, name: str) -> None:
        self.kept.drop(name)

    def close(self) -> None:
        self.caller.close()

    def _call(self, operation: str, request: httpx.Request, changes_something: bool) -> Call:
        secrets = frozenset(self.credentials.values()) | self._tokens
        return Call(
            self.store_id, operation, request, self.manners.correlation, secrets, changes_something
        )

    def _bucket(self, operation: str) -> Bucket:
        rate = self.manners.rates[operation]
        whose = f"store:{self.store_id}"
        if rate.per_app:
            whose = f"{self.marketplace}:{sha256(self.manners.app.encode()).hexdigest()[:16]}"
        return Bucket(f"{whose}:{rate.bucket or operation}", rate.per_second, rate.burst, rate.cost)

    def _admitted(self, operation: str) -> tuple[Connection, bool]:
        """Return the connection as it is now, and whether this call is the breaker's probe."""
        now = self.manners.now()
        connection = Connection.objects.get(pk=self.connection_id)
        if connection.paused_at and not self.manners.even_paused:
            raise TryLater(operation, "the connection is paused")
        if breaking.is_closed(connection, at=now):
            return connection, False
        if self.manners.even_paused or breaking.claim_probe(connection, at=now):
            return connection, True
        after = breaking.waits(connection, at=now).total_seconds()
        raise TryLater(operation, "the breaker is open after failures in a row", after=after)

    def _wait_for_turn(self, bucket: Bucket, call: Call, turn: str) -> Exchange:
        hold, patience = self.caller.seconds + SPARE_SECONDS, self.manners.patience

        def begin(bucket, *, is_paced, at):
            return call_log.begin(call, bucket, is_paced=is_paced, at=at)

        while True:
            got = take_turn(bucket, begin, call=turn, hold=hold, at=self.manners.now())
            if isinstance(got, Exchange):
                return got
            if got > patience:
                raise TryLater(call.operation, "its rate is used up", after=got)
            patience -= got
            self.manners.sleep(got)

    def _make(self, call: Call) -> httpx.Response | CallFailed:
        try:
            return self.caller.call(call.request, afresh=call.changes_something)
        except CallFailed as failure:
            return failure

    def _told(self, operation: str, sent: httpx.Response | CallFailed) -> Told:
        if isinstance(sent, CallFailed):
            return Told()
        told = self.manners.read_limits(sent, self.manners.now())
        return told.counted_in(self.manners.rates[operation].unit)

    def _concluded(
        self,
        connection: Connection,
        exchange: Exchange,
        call: Call,
        sent: httpx.Response | CallFailed,
        told: Told,
        *,
        is_probe: bool,
    ) -> httpx.Response:
        end = self._judged(call, sent, told)
        now = self.manners.now()
        not_before = now + timedelta(seconds=told.wait) if told.wait else None
        response = sent if isinstance(sent, httpx.Response) else None
        call_log.end(
            exchange, call, outcome=end.outcome, words=end.words, response=response,
            not_before=not_before, at=now,
        )  # fmt: skip
        if is_failure(end.outcome, end.status):
            breaking.note_failure(connection, was_probe=is_probe, at=now)
        else:
            breaking.note_success(connection, was_probe=is_probe)
        if end.outcome == Outcome.OK:
            return response
        breaking.note_error(connection, f"{call.operation}: {end.words}", at=now)
        raise end.error(call.operation, told)

    def _judged(self, call: Call, sent: httpx.Response | CallFailed, told: Told) -> "_End":
        changes = call.changes_something
        if isinstance(sent, CallFailed):
            outcome = of_failure(may_have_arrived=sent.may_have_arrived, changes_something=changes)
            return _End(outcome, sent.words)
        outcome = of_status(sent.status_code, changes_something=changes)
        if outcome == Outcome.OK:
            throttled = _End(Outcome.LATER, "too many requests", status=429)
            return throttled if told.is_throttled else _End(Outcome.OK, "")
        code = call_log.error_code(sent)
        words = f"answered {sent.status_code} {sent.reason_phrase}".strip()
        return _End(outcome, f"{words} ({code})" if code else words, sent.status_code, code)


@dataclass(frozen=True, slots=True)
class _End:
    outcome: Outcome
    words: str
    status: int | None = None
    code: str = ""

    def error(self, operation: str, told: Told) -> Exception:
        if self.outcome == Outcome.LATER:
            return TryLater(operation, self.words, status=self.status, after=told.wait)
        if self.outcome == Outcome.UNKNOWN:
            return OutcomeUnknown(operation, self.words, status=self.status)
        return GatewayRefused(operation, self.words, status=self.status, code=self.code)

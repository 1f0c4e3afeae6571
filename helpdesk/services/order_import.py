"""Orders and customers from files. Twice the same file is once; a bad record keeps out only itself.

Every file is read to its end before anything is written, so a broken one writes nothing. Then
records go in by batches, each a transaction of its own.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path

from django.db import DataError, IntegrityError, transaction

from accounts.errors import RuleViolation
from helpdesk.json_records import BrokenFile, Record, read_records
from helpdesk.order_file import (
    FileKind,
    RecordRefused,
    kind_of,
    read_customer,
    read_order,
    read_titles,
)
from marketplaces.models import Marketplace, Store
from marketplaces.services.buyers import record_buyers
from marketplaces.services.recording import record_orders

DEFAULT_STORE = "Retail import"
DEFAULT_CURRENCY = "USD"
BATCH = 500
REFUSED = "refused"


class CannotImport(RuleViolation):
    """The files cannot be imported at all; nothing was written."""

    code = "cannot_import"


@dataclass(frozen=True)
class Refusal:
    """A record that stayed out; ``line`` is where it begins in the file."""

    file: str
    line: int
    record: str
    field: str
    reason: str

    def __str__(self):
        return f"{self.file}, line {self.line}, {self.record}: {self.reason}"


@dataclass
class Report:
    """How many records of each kind were created, updated, unchanged or refused."""

    counts: dict[str, Counter] = field(default_factory=dict)

    def count(self, kind: str, outcome: str) -> None:
        self.counts.setdefault(kind, Counter())[outcome] += 1

    @property
    def refused(self) -> int:
        return sum(counter[REFUSED] for counter in self.counts.values())


@dataclass(frozen=True)
class Source:
    """A file that was read to its end once and found whole."""

    path: Path
    kind: FileKind
    records: int


@dataclass(frozen=True)
class _Import:
    """What all batches share."""

    store: Store
    at: datetime
    report: Report
    refuse: Callable[[Refusal], object]
    progress: Callable[[Source, int], object]
    titles: dict[str, str] = field(default_factory=dict)


def import_files(
    paths: list[Path],
    *,
    store_name: str = DEFAULT_STORE,
    at: datetime,
    refuse: Callable[[Refusal], object] = lambda refusal: None,
    progress: Callable[[Source, int], object] = lambda source, done: None,
    is_rehearsal: bool = False,
) -> Report:
    """Import files of orders, customers and products in whatever order they are named.

    ``refuse`` hears of every record that stays out, ``progress`` how many of a file's records
    are done. A rehearsal does everything and then takes it back.

    :raises CannotImport: for a broken or unknown file, or a store of another kind.
    """
    sources = sorted(map(_look_through, paths), key=lambda s: list(FileKind).index(s.kind))
    if is_rehearsal:
        with transaction.atomic():
            report = _import(sources, store_name, at, refuse, progress)
            transaction.set_rollback(True)
        return report
    return _import(sources, store_name, at, refuse, progress)


def _look_through(path: Path) -> Source:
    kind, records = None, 0
    try:
        with path.open("rb") as file:
            for record in read_records(file):
                records += 1
                kind = kind or kind_of(record.value)
    except OSError as error:
        raise CannotImport(f"{path}: {error.strerror}.") from error
    except BrokenFile as error:
        raise CannotImport(
            f"{path}, {error} Nothing was imported.", line=error.line, column=error.column
        ) from error
    if kind is None:
        raise CannotImport(
            f"{path}: none of its {records} records is an order (with items), a customer (with"
            " email) or a product (with variants). Nothing was imported."
        )
    return Source(path=path, kind=kind, records=records)


def _import(sources: list[Source], store_name: str, at: datetime, refuse, progress) -> Report:
    job = _Import(_store(store_name), at, Report(), refuse, progress)
    for source in sources:
        _import_source(job, source)
    return job.report


def _store(name: str) -> Store:
    store, _ = Store.objects.get_or_create(
        name=name, defaults={"marketplace": Marketplace.FILE, "currency": DEFAULT_CURRENCY}
    )
    if store.marketplace != Marketplace.FILE:
        raise CannotImport(
            f"{store} is a store on {store.get_marketplace_display()}; files go into a store of"
            " their own.",
            field="store",
        )
    return store


def _import_source(job: _Import, source: Source) -> None:
    done, seen = 0, set()
    with source.path.open("rb") as file:
        records = read_records(file)
        while batch := list(islice(records, BATCH)):
            _import_batch(job, source, batch, seen)
            done += len(batch)
            job.progress(source, done)


def _import_batch(job: _Import, source: Source, batch: list[Record], seen: set[str]) -> None:
    if source.kind == FileKind.PRODUCTS:
        for _, titles in _readable(job, source, batch, read_titles):
            job.titles.update(titles)
            job.report.count(source.kind, "read")
        return
    if source.kind == FileKind.CUSTOMERS:
        read, write = read_customer, _record_customers
    else:
        read = partial(read_order, currency=job.store.currency, titles=job.titles)
        write = record_orders
    pairs = list(_once_each(job, source, _readable(job, source, batch, read), seen))
    _write_batch(job, source, pairs, write)


def _readable(job: _Import, source: Source, batch: list[Record], read) -> Iterator[tuple]:
    for record in batch:
        try:
            yield record, read(record)
        except RecordRefused as error:
            _refuse(job, source, record, error.field, str(error))


def _once_each(job: _Import, source: Source, pairs, seen: set[str]) -> Iterator[tuple]:
    for record, value in pairs:
        name = _name(value)
        if name in seen:
            _refuse(job, source, record, "", f"{name} stood in this file before; that one counts.")
        else:
            seen.add(name)
            yield record, value


def _write_batch(job: _Import, source: Source, pairs: list[tuple], write) -> None:
    """Write a batch, or where the database refuses it, each of its records by itself."""
    try:
        outcomes = _write(job, [value for _, value in pairs], write)
    except (DataError, IntegrityError) as error:
        if len(pairs) > 1:
            for pair in pairs:
                _write_batch(job, source, [pair], write)
        else:
            _refuse(job, source, pairs[0][0], "", f"the database refuses it: {error}".strip())
        return
    for outcome in outcomes.values():
        job.report.count(source.kind, outcome)


@transaction.atomic
def _write(job: _Import, values: list, write) -> dict[str, str]:
    # One import at a time writes to a store: two would create the same buyers.
    Store.objects.select_for_update(no_key=True).get(pk=job.store.pk)
    return write(values, store=job.store, at=job.at)


def _name(value) -> str:
    return getattr(value, "reference", "") or value.external_id


def _record_customers(told: list, *, store: Store, at: datetime) -> dict[str, str]:
    return record_buyers(told, store=store, at=at).outcomes


def _refuse(job: _Import, source: Source, record: Record, place: str, reason: str) -> None:
    job.report.count(source.kind, REFUSED)
    name = record.key or "record"
    job.refuse(Refusal(source.path.name, record.line, name[:80], place, reason))

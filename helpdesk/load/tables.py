"""Rows go into the tables by COPY, past the services; so here stands what the tables need."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import StringIO

from django.db import connection, transaction

from helpdesk.load.rows import Rows
from helpdesk.models import SearchDocument

#: In this order every row finds what it points to.
COLUMNS = {
    "helpdesk_ticket": "id, subject, status, priority, severity, channel, requester_id,"
    " identity_id, category_id, product_line_id, financial_impact_minor,"
    " financial_impact_currency, team_id, assignee_id, due_at, opened_at, updated_at,"
    " last_customer_message_at, last_reply_at, solved_at, closed_at, last_event",
    "helpdesk_ticket_tags": "ticket_id, tag_id",
    "helpdesk_message": "id, ticket_id, kind, author_id, customer_id, text, quoted_text, html,"
    " has_remote_images, is_automatic, internet_message_id, in_reply_to, written_at",
    "helpdesk_outgoingmail": "id, message_id, recipients, state, queued_at, next_attempt_at,"
    " attempts, claimed_at, transmitting_at, sent_at, error",
    "helpdesk_timelineentry": "id, ticket_id, kind, at, actor_id, customer_id, message_id, before,"
    " after, facts",
    "load_words": "ticket_id, head, tags, said",
}
#: What services.search writes word by word, for a whole block at once.
_INDEX_WORDS = """
INSERT INTO helpdesk_searchdocument (ticket_id, vector)
SELECT ticket_id,
       setweight(to_tsvector('simple', head), 'A')
    || setweight(to_tsvector('simple', said), 'C')
    || setweight(to_tsvector('simple', tags), 'B')
FROM load_words
"""


@transaction.atomic
def write(rows: Rows) -> None:
    """Write a block, all of it or nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS load_words"
            " (ticket_id bigint, head text, tags text, said text) ON COMMIT DELETE ROWS"
        )
        for table, columns in COLUMNS.items():
            lines = rows.lines[table]
            if lines:
                lines.append("")
                cursor.copy_expert(
                    f"COPY {table} ({columns}) FROM STDIN", StringIO("\n".join(lines))
                )
        cursor.execute(_INDEX_WORDS)


def reserve(table: str, many: int) -> int:
    """Take ``many`` numbers of the table's sequence and return the first.

    Whoever writes meanwhile gets numbers behind them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
        (sequence,) = cursor.fetchone()
        cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("SELECT nextval(%s)", [sequence])
        (first,) = cursor.fetchone()
        cursor.execute("SELECT setval(%s, %s)", [sequence, first + many - 1])
    return first


@contextmanager
def search_index_built_afterwards() -> Iterator[None]:
    """Fill an empty search index in one go; one with content is kept up row by row.

    The index comes back whatever happens inside. Where a killed run left none, this one does.
    """
    (index,) = SearchDocument._meta.indexes
    if SearchDocument.objects.exists() and _is_there(index.name):
        yield
        return
    with connection.schema_editor() as editor:
        editor.remove_index(SearchDocument, index)
    try:
        yield
    finally:
        with connection.schema_editor() as editor:
            editor.execute("SET LOCAL maintenance_work_mem = '512MB'")
            editor.add_index(SearchDocument, index)


def _is_there(index: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [index])
        return cursor.fetchone()[0]


def analyze(tables: Iterable[str]) -> None:
    """Tell the planner what is in the tables now."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(tables)}")

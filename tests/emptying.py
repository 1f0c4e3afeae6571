"""Emptying the database between tests that commit.

Django truncates every table, which gives each table and each of its indexes a new file: a third
of a second, after every test, for a handful of rows. Deleting the rows takes a tenth of that.
"""

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import TransactionTestCase

#: What Django writes after every migration; emptied, it would have to be written anew each time.
KEPT = {ContentType._meta.db_table, Permission._meta.db_table}


def empty_by_deleting() -> None:
    """Let tests that commit end by deleting rows, where the server lets us go past triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser')")
        if cursor.fetchone() == ("on",):
            TransactionTestCase._fixture_teardown = lambda case: empty_the_database()


@transaction.atomic
def empty_the_database() -> None:
    """Delete all rows, past triggers and foreign keys, once nobody else works on a table."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = [connection.ops.quote_name(name) for name in names if name not in KEPT]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = 'replica'")
        # As TRUNCATE does: what a killed process has still in hand is waited for, then deleted.
        cursor.execute(f"LOCK TABLE {', '.join(tables)}")
        cursor.execute("; ".join(f"DELETE FROM {table}" for table in tables))

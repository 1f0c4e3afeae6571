"""Between tests that commit the database is emptied of everything, and nobody is overtaken."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.utils import InternalError

from accounts.models import Team
from helpdesk.models import Ticket, TimelineEntry
from tests.concurrency import while_uncommitted
from tests.emptying import KEPT, empty_the_database
from tests.factories import make_reply, make_team, make_ticket

pytestmark = pytest.mark.django_db(transaction=True)


def test_no_row_is_left_whatever_protects_it():
    make_reply(make_ticket())
    with pytest.raises(InternalError), transaction.atomic():
        TimelineEntry.objects.all().delete()

    empty_the_database()

    left = [table for table in _tables() if _rows(table)]
    assert set(left) == KEPT
    assert ContentType.objects.get_for_model(Ticket).pk


def test_what_somebody_has_still_in_hand_is_waited_for_and_deleted():
    while_uncommitted(make_team, empty_the_database)

    assert not Team.objects.exists()


def _tables() -> list[str]:
    return connection.introspection.django_table_names(only_existing=True, include_views=False)


def _rows(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        return cursor.fetchone()[0]

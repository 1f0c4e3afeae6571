import pytest

from tests.events import running_event_server
from tests.factories import make_team, make_user


@pytest.fixture(scope="module")
def server():
    """One event server for tests that only listen. It needs no database, so it has none."""
    with running_event_server(DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing") as server:
        yield server


@pytest.fixture
def team(db):
    return make_team("Home and kitchen")


@pytest.fixture
def mara(team):
    return make_user(team=team, full_name="Mara Lindqvist")

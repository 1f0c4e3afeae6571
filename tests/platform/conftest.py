import pytest

from helpdesk.embedded.reset import reset
from tests.platform.running import running


@pytest.fixture
def data(tmp_path):
    """A folder for an instance's data, and nothing of it left anywhere afterwards."""
    yield tmp_path / "data"
    leave_nothing(tmp_path)


@pytest.fixture(scope="module")
def instance(tmp_path_factory):
    """Servers for tests that only look: their data folder and the environment of a command."""
    place = tmp_path_factory.mktemp("instance")
    with running(place / "data", "--volatile") as (_, environment):
        yield place / "data", environment
    leave_nothing(place)


def leave_nothing(folder):
    for lock in list(folder.rglob("lock")):
        reset(lock.parent)

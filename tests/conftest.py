"""One real PostgreSQL database and one real Redis database per test process."""

import gc
import os
import secrets
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from helpdesk.broker import celery_broker
from helpdesk.celery import app as celery_app
from tests.emptying import empty_by_deleting

_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Each process has its own test database."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Let the tables be emptied; the tests of the TRUNCATE guards turn them on again."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        empty_by_deleting()
        cursor.execute(
            "SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE tgname LIKE '%not_truncated%'"
        )
        for table, name in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DISABLE TRIGGER "{name}"')


@pytest.fixture(autouse=True)
def _files_of_their_own(tmp_path, settings):
    settings.ATTACHMENTS_DIR = str(tmp_path)
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
    }


@pytest.fixture(autouse=True)
def _replies_leave_at_once(settings):
    settings.UNDO_SEND_SECONDS = 0


@pytest.fixture(autouse=True)
def _clean_cache():
    yield
    cache.clear()


#: What takes longest is begun first: at the end no process is left alone with it.
LONGEST_FIRST = (
    "tests/browser/test_accessibility.py",
    "tests/escalations/test_nothing_leaks.py",
    "tests/helpdesk/test_seed_demo.py",
    "tests/browser/",
    "tests/platform/",
    "tests/journeys/",
    "tests/escalations/",
)


def pytest_collection_modifyitems(items):
    def turn(item) -> int:
        begun = [n for n, path in enumerate(LONGEST_FIRST) if item.nodeid.startswith(path)]
        return min(begun, default=len(LONGEST_FIRST))

    items.sort(key=turn)


def pytest_collection_finish():
    """What thousands of tests are made of stays until the end: no garbage is looked for in it."""
    gc.collect()
    gc.freeze()


def pytest_configure():
    """Give this process a Redis database of its own: its nudges reach its own workers only."""
    url = _numbered(os.environ["REDIS_URL"], 1 + int(_WORKER.removeprefix("gw")))
    os.environ["REDIS_URL"] = os.environ["REDIS_CACHE_URL"] = url
    # Encrypts what tests seal; processes they start open it with the same.
    key = os.environ.setdefault("CREDENTIAL_KEYS", secrets.token_urlsafe(32))
    settings.CREDENTIAL_KEYS = key.split(",")
    settings.REDIS_URL = url
    settings.CELERY_BROKER_URL = celery_app.conf.broker_url = celery_broker(url)
    settings.CACHES["default"]["LOCATION"] = url
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )


def _numbered(url: str, number: int) -> str:
    if url.startswith("unix:"):
        return f"{url.partition('?')[0]}?db={number}"
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{number}"))

"""One real PostgreSQL database and one real Redis database per test process."""

import os

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection

_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Each process has its own test database."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Let the test runner empty the tables; the test of the TRUNCATE guard turns it on again."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger"
            " WHERE tgrelid = 'helpdesk_timelineentry'::regclass AND tgname LIKE '%not_truncated%'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE helpdesk_timelineentry DISABLE TRIGGER "{name}"')


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
def _clean_cache():
    yield
    cache.clear()


def pytest_configure():
    settings.CACHES["default"]["KEY_PREFIX"] = f"test-{_WORKER}"
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )

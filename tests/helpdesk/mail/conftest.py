"""Reading and writing mail is pure: these tests need no database, no cache and no files."""

import pytest


@pytest.fixture(autouse=True)
def _files_of_their_own():
    """Nothing is stored."""


@pytest.fixture(autouse=True)
def _clean_cache():
    """Nothing is cached."""

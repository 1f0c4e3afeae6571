"""Rules of the house that no linter knows."""

import re
from pathlib import Path

import django.db.backends.postgresql.psycopg_any as psycopg
import pytest
from celery import current_app
from django.conf import settings
from django.db import connection, models, transaction
from django.db.utils import InternalError

from helpdesk.celery import app
from helpdesk.models import TimelineEntry

ROOT = Path(settings.BASE_DIR)
APPS = ("accounts", "marketplaces", "policies", "helpdesk", "escalations")


def python_files() -> list[Path]:
    places = (*APPS, "sandbox")
    return [
        p for name in places for p in (ROOT / name).rglob("*.py") if "migrations" not in p.parts
    ]


def test_the_database_is_postgresql_through_psycopg2():
    assert connection.vendor == "postgresql"
    assert not psycopg.is_psycopg3


def test_celery_is_never_eager_and_its_broker_is_redis():
    app.loader.import_default_modules()

    assert current_app.conf.task_always_eager is False
    assert current_app.conf.broker_url.startswith(("redis://", "rediss://", "redis+socket://"))


def test_every_scheduled_task_exists():
    app.loader.import_default_modules()

    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert scheduled <= set(app.tasks)


def test_no_module_is_longer_than_300_lines():
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path in [*python_files(), *(ROOT / "tests").rglob("*.py")]
        if (lines := len(path.read_text().splitlines())) > 300
    }
    assert too_long == {}


@pytest.mark.parametrize("name", ["common", "core", "utils", "helpers", "misc", "base"])
def test_nothing_is_called(name):
    """A junk drawer starts with its label."""
    called = [p for p in python_files() if p.stem == name or name in p.relative_to(ROOT).parts]
    assert [p for p in called if "gateways" not in p.parts] == []


def test_templates_have_no_inline_style_or_script():
    inline = re.compile(r"<style|\sstyle=|<script(?![^>]*\bsrc=)|\son\w+=|\shx-on", re.IGNORECASE)
    offenders = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if "emails" not in path.parts and inline.search(path.read_text())
    ]
    assert offenders == []


def test_no_template_is_longer_than_120_lines_and_no_partial_than_60():
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / "templates").rglob("*.html")
        if (lines := len(path.read_text().splitlines()))
        > (60 if path.name.startswith("_") else 120)
    }
    assert too_long == {}


def test_every_constraint_is_a_sentence():
    from_apps = [m for m in _models() for m in m._meta.constraints]
    assert [c.name for c in from_apps if c.name.count("_") < 2] == []


@pytest.mark.django_db(transaction=True)
def test_the_timeline_cannot_be_truncated_where_the_guard_is_on():
    table = TimelineEntry._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
        with pytest.raises(InternalError, match="append-only"), transaction.atomic():
            cursor.execute(f"TRUNCATE {table} CASCADE")
        transaction.set_rollback(True)


def _models() -> list[type[models.Model]]:
    return [
        model
        for model in TimelineEntry._meta.apps.get_models()
        if model.__module__.split(".")[0] in APPS
    ]

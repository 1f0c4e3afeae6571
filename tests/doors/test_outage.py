"""What callers see while the database is away, asked of a real process without one."""

import json
import subprocess
import sys

import pytest
from django.conf import settings

from tests.processes import environment_of_this_test

pytestmark = pytest.mark.django_db

ASK = """
import json, sys
import django; django.setup()
from django.test import Client
client = Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")
answers = {}
for path in ("/livez", "/tickets/", "/api/v1/tickets/", "/readyz"):
    answer = client.get(path, headers={"Authorization": "Bearer rcs_abc"})
    words = answer.content.decode()[:4000]
    client.cookies["recourse"] = "x" * 32  # probes bring none, people do
    answers[path] = [answer.status_code, answer.headers.get("Retry-After"), words]
print(json.dumps(answers))
"""


def test_without_a_database_callers_are_told_to_come_back():
    nowhere = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    static = {"STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    asked = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=settings.BASE_DIR,
        env=environment_of_this_test() | nowhere | static | {"ALLOWED_HOSTS": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    answers = json.loads(asked.stdout.splitlines()[-1])
    assert answers["/livez"][0] == 200
    assert answers["/readyz"][0] == 503
    assert answers["/tickets/"][:2] == [503, "10"]
    assert "Nothing is lost" in answers["/tickets/"][2]
    assert answers["/api/v1/tickets/"][:2] == [503, "10"]
    assert json.loads(answers["/api/v1/tickets/"][2])["code"] == "database_away"

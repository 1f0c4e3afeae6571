"""Running our code in a process of its own, to be killed."""

import os
import subprocess
import sys

from django.conf import settings
from django.db import connection


def start(code: str, **environment: str) -> subprocess.Popen:
    """Start a Python process with Django set up on this test's database."""
    return subprocess.Popen(
        [sys.executable, "-c", f"import django; django.setup()\n{code}"],
        cwd=settings.BASE_DIR,
        env=environment_of_this_test() | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def environment_of_this_test() -> dict[str, str]:
    database = connection.settings_dict
    host = database["HOST"]
    where = f"/{host}" if host.startswith("/") else f"{host}:{database['PORT'] or 5432}"
    user = database["USER"] + (f":{database['PASSWORD']}" if database["PASSWORD"] else "")
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
        "DATABASE_URL": f"postgres://{user}@{where}/{database['NAME']}",
        "ATTACHMENTS_DIR": settings.ATTACHMENTS_DIR,
    }

"""Runs a function of a bench module inside Django, in a process that knows one database only."""

import json
import subprocess
import sys

from bench.databases import CHECKOUT, environment

_CALL = (
    "import importlib, json, sys, django; django.setup();"
    "module, function, arguments = sys.argv[1:];"
    "print(json.dumps(getattr(importlib.import_module(module), function)(*json.loads(arguments))))"
)


def call(url: str, function: str, *arguments) -> object:
    """Call ``bench.module.function`` with the database of the URL; everything travels as JSON."""
    module, _, name = function.rpartition(".")
    printed = subprocess.run(
        [sys.executable, "-c", _CALL, module, name, json.dumps(arguments)],
        env=environment(url) | {"DJANGO_SETTINGS_MODULE": "helpdesk.settings"},
        cwd=CHECKOUT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    return json.loads(printed.splitlines()[-1])

"""What the apps above add to the demo. The settings name their modules; nothing is imported here.

A chapter is a module with ``prepare(company, now=)``, played before the first conversation, and
``tick(at=)``, played before every step of one.
"""

from collections.abc import Iterable
from datetime import datetime
from importlib import import_module
from types import ModuleType

from django.conf import settings

from helpdesk.demo.company import Company


def read_chapters() -> list[ModuleType]:
    return [import_module(name) for name in settings.DEMO_CHAPTERS]


def prepare_all(chapters: Iterable[ModuleType], company: Company, *, now: datetime) -> None:
    for chapter in chapters:
        chapter.prepare(company, now=now)


def tick_all(chapters: Iterable[ModuleType], *, at: datetime) -> None:
    for chapter in chapters:
        chapter.tick(at=at)

"""What the apps above add to the demo. The settings name their modules; nothing is imported here.

A chapter is a module with ``prepare(company, now=)``, played before the first conversation, and
``tick(at=)``, played before every step of one. It may have ``acts(now=)``: pairs of a moment and
what is called with the stage then.
"""

from collections import deque
from collections.abc import Callable, Iterable
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


def acts_of(chapters: Iterable[ModuleType], *, now: datetime) -> deque[tuple[datetime, Callable]]:
    """Return what the chapters play on the conversations' tickets, in the order it happened."""
    told = [each for one in chapters if hasattr(one, "acts") for each in one.acts(now=now)]
    return deque(sorted(told, key=lambda pair: pair[0]))


def tick_all(chapters: Iterable[ModuleType], *, at: datetime) -> None:
    for chapter in chapters:
        chapter.tick(at=at)

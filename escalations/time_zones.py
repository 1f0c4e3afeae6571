"""The time zones this machine knows. Pure."""

from functools import cache
from zoneinfo import available_timezones

#: Read once per process: the library walks through its files each time it is asked.
known_zones = cache(available_timezones)

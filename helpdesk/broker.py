"""How Celery uses Redis. Pure, and imported by the settings."""

#: A task lost to kill -9 comes back within some ten seconds; with the defaults after ninety.
#: ``visibility_timeout`` (seconds) must be longer than any task may run.
BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 10,
    "socket_keepalive": True,
    "health_check_interval": 30,
}


#: What piles up while no worker runs is dropped unread after so many seconds, unless the wait for
#: the next one is longer. Far above what clocks of machines differ by.
STALE_AFTER = 600


def every(tasks: dict[str, float]) -> dict[str, dict]:
    """Write a beat schedule: task name to seconds between two runs."""
    return {
        name: {
            "task": name,
            "schedule": float(wait),
            "options": {"expires": max(STALE_AFTER, wait)},
        }
        for name, wait in tasks.items()
    }


def celery_broker(url: str) -> str:
    """Write a Redis URL the way kombu wants it: ``unix:`` is ``redis+socket:`` there."""
    if not url.startswith("unix://"):
        return url
    path, _, query = url.removeprefix("unix://").partition("?")
    return f"redis+socket://{path}?virtual_host={query.removeprefix('db=') or '0'}"

"""How Celery names a Redis database. Pure, and imported by the settings."""


def celery_broker(url: str) -> str:
    """Write a Redis URL the way kombu wants it: ``unix:`` is ``redis+socket:`` there."""
    if not url.startswith("unix://"):
        return url
    path, _, query = url.removeprefix("unix://").partition("?")
    return f"redis+socket://{path}?virtual_host={query.removeprefix('db=') or '0'}"

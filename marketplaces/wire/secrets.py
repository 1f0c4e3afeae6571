"""A connection's secrets while it is used, and the tokens that are kept for all workers."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from marketplaces.models import Connection, KeptText
from marketplaces.vault import CannotDecrypt, seal, unseal


class LiveCredentials(Mapping[str, str]):
    """The credentials as they are now: each look reads whether they have been replaced.

    Neither repr nor text shows a value.
    """

    def __init__(self, connection: Connection):
        self._pk, self._owner = connection.pk, connection.owner
        self._version = connection.version
        self._values = unseal(connection.sealed, owner=connection.owner)

    @property
    def version(self) -> int:
        """The version of what is there now."""
        self._renew()
        return self._version

    def __getitem__(self, name: str) -> str:
        self._renew()
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        self._renew()
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"<credentials {', '.join(sorted(self._values))}>"

    def _renew(self) -> None:
        rows = Connection.objects.filter(pk=self._pk)
        if rows.values_list("version", flat=True).get() != self._version:
            version, sealed = rows.values_list("version", "sealed").get()
            self._values, self._version = unseal(sealed, owner=self._owner), version


class KeptTexts:
    """Access tokens of a connection, encrypted in the database; worthless for new credentials."""

    def __init__(self, connection: Connection, credentials: LiveCredentials):
        self.connection, self.credentials = connection, credentials

    def __repr__(self) -> str:
        return f"<what is kept for {self.connection.pk}>"

    def get(self, name: str, fetch: Callable[[], tuple[str, float]], *, at: datetime) -> str:
        """Return what is kept, or fetch it; two workers at once may both fetch."""
        version = self.credentials.version
        kept = KeptText.objects.filter(
            connection=self.connection, name=name, version=version, until__gt=at
        ).first()
        text = self._opened(kept) if kept else None
        if text is not None:
            return text
        text, seconds = fetch()
        KeptText.objects.update_or_create(
            connection=self.connection,
            name=name,
            defaults={
                "version": version,
                "sealed": seal({"text": text}, owner=self._owner(name)),
                "until": at + timedelta(seconds=seconds),
            },
        )
        return text

    def drop(self, name: str) -> None:
        KeptText.objects.filter(connection=self.connection, name=name).delete()

    def _opened(self, kept: KeptText) -> str | None:
        try:
            return unseal(kept.sealed, owner=self._owner(kept.name))["text"]
        except CannotDecrypt:
            return None

    def _owner(self, name: str) -> str:
        return f"{self.connection.owner}:{name}"

"""The folder that holds everything a checkout's instance keeps, and who is using it."""

import fcntl
import json
import os
import pwd
import secrets
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Self

from helpdesk.embedded.errors import CannotStart
from helpdesk.embedded.sockets import forget_socket_folder

KEPT = (
    "attachments",
    "beat",
    "credential-key",
    "identity",
    "log",
    "outbox",
    "postgres",
    "postgres.half-made",
    "redis",
    "sandbox",
    "secret-key",
    "sockets",
    "static",
    "static.fingerprint",
)


@dataclass
class DataFolder:
    """One process at a time owns the folder; the lock goes with the process, however it ends."""

    path: Path
    _lock: IO | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        self.path = self.path.resolve()

    @property
    def log(self) -> Path:
        return self.path / "log"

    @property
    def sockets(self) -> Path:
        return self.path / "sockets"

    @property
    def record(self) -> Path:
        """What the running instance tells others: its process, its address, its servers."""
        return self.path / "instance.json"

    def take(self) -> bool:
        """Become the folder's owner until the process ends; False if another process is."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._refuse_someone_elses()
        lock = (self.path / "lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return False
        self._lock = lock
        self.record.unlink(missing_ok=True)
        return True

    def release(self) -> None:
        self.record.unlink(missing_ok=True)
        if self._lock:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.release()

    def publish(self, *, environment: dict[str, str], address: str = "") -> None:
        instance = {"pid": os.getpid(), "address": address, "environment": environment}
        write_private(self.record, json.dumps(instance, indent=2) + "\n")

    def running_instance(self) -> dict | None:
        """What the owner has published; None while it is starting or stopping."""
        try:
            return json.loads(self.record.read_text())
        except (OSError, ValueError):
            return None

    def secret_key(self) -> str:
        """The installation's key, made once."""
        return self._made_once("secret-key", bytes_of_chance=64)

    def credential_key(self) -> str:
        """What encrypts the credentials of stores, made once."""
        return self._made_once("credential-key", bytes_of_chance=32)

    def identity(self) -> str:
        """Tells this folder from an earlier one in the same place and from a copy of it."""
        return f"{self.path} {self._made_once('identity', bytes_of_chance=8)}"

    def _made_once(self, name: str, *, bytes_of_chance: int) -> str:
        path = self.path / name
        if not path.exists() or not path.read_text().strip():
            write_private(path, secrets.token_urlsafe(bytes_of_chance) + "\n")
        return path.read_text().strip()

    def empty(self) -> None:
        """Remove what an instance keeps, and nothing that someone else has put here."""
        for memory in self.sockets.glob("*"):
            forget_socket_folder(memory)
        for name in KEPT:
            path = self.path / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def _refuse_someone_elses(self) -> None:
        owner = self.path.stat().st_uid
        if owner != os.geteuid():
            raise CannotStart(
                f"{self.path} belongs to {account_name(owner)}, but this is "
                f"{account_name(os.geteuid())}. Run it as {account_name(owner)}, "
                "or remove that folder and its data first."
            )


def account_name(uid: int) -> str:
    """The account's name; its number where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step by one that only its owner may read."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    new.replace(path)

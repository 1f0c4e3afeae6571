"""Start a server so that it cannot outlive this process, and stop it with all its children."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from helpdesk.embedded.errors import CannotStart

PR_SET_PDEATHSIG = 1
LONGEST_LOG = 5_000_000
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Account:
    """The system account a server runs as when this process is root."""

    name: str
    uid: int
    gid: int

    def as_popen_arguments(self) -> dict:
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


@dataclass
class Server:
    """A long-running process in a session of its own, out of reach of the terminal's Ctrl-C."""

    name: str
    process: subprocess.Popen
    log: Path
    stop_signal: int
    patience: float
    swept: bool = field(default=False, init=False)

    def has_ended(self) -> bool:
        if self.process.poll() is None:
            return False
        self._sweep()
        return True

    def ask_to_stop(self) -> None:
        if not self.has_ended():
            self.process.send_signal(self.stop_signal)

    def stop(self) -> None:
        """Ask it to stop, wait for ``patience`` seconds, then end its whole process group."""
        self.ask_to_stop()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(self.patience)
        self._sweep()

    def wait_until(self, ready: Callable[[], bool], *, seconds: float) -> None:
        """Wait for a server that has just been started.

        It is stopped again if waiting ends in any other way than well.

        :raises CannotStart: if it ends before it is ready, or is not ready in time.
        """
        try:
            self._wait_until(ready, seconds=seconds)
        except BaseException:
            self.stop()
            raise

    def _wait_until(self, ready: Callable[[], bool], *, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not ready():
            if self.has_ended():
                raise CannotStart(f"{self.name} did not start. {last_words(self.log)}")
            if time.monotonic() > deadline:
                raise CannotStart(
                    f"{self.name} was not ready after {seconds:.0f} s. {last_words(self.log)}"
                )
            time.sleep(0.05)

    def _sweep(self) -> None:
        if not self.swept:
            self.swept = True
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def start_server(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str],
    cwd: Path,
    account: Account | None = None,
    stop_signal: int = signal.SIGTERM,
    patience: float = 10,
) -> Server:
    """Start a server whose output goes to ``log`` and that stops when this process dies."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LONGEST_LOG:
        log.replace(log.with_suffix(".old.log"))
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
            start_new_session=True,
            preexec_fn=partial(die_with, os.getpid(), stop_signal),
            **(account.as_popen_arguments() if account else {}),
        )
    return Server(name, process, log, stop_signal, patience)


def die_with(parent: int, signum: int) -> None:
    """Have the kernel send ``signum`` when ``parent`` dies, even by kill -9. Linux only."""
    if _LIBC is None:
        return
    _LIBC.prctl(PR_SET_PDEATHSIG, signum)
    if os.getppid() != parent:
        os._exit(1)


def end_leftovers(program: str, *, working_in: Path, stop_signal: int) -> None:
    """End the servers that outlived the process that had started them. Linux only.

    A server is known by its program and by the folder it works in, not by a number in a file:
    numbers are used again.
    """
    for signum, patience in ((stop_signal, 15), (signal.SIGKILL, 5)):
        for pid in _running(program, working_in):
            with suppress(ProcessLookupError):
                os.kill(pid, signum)
        deadline = time.monotonic() + patience
        while _running(program, working_in) and time.monotonic() < deadline:
            time.sleep(0.05)


def last_words(log: Path, *, lines: int = 8) -> str:
    """The end of a log, for the sentence that says what went wrong."""
    text = log.read_text(errors="replace").strip() if log.exists() else ""
    end = "\n  ".join(text.splitlines()[-lines:])
    return f"The end of {log}:\n  {end}" if end else f"{log} is empty."


def _running(program: str, folder: Path) -> list[int]:
    return [
        int(process.name)
        for process in Path("/proc").glob("[0-9]*")
        if _link(process / "cwd") == str(folder)
        and Path(_link(process / "exe")).name.startswith(program)
    ]


def _link(path: Path) -> str:
    try:
        return os.readlink(path)
    except OSError:
        # Not ours to see, gone, or no more than a zombie.
        return ""

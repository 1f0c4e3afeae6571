"""Private folders for Unix sockets, with short paths however long the checkout's is."""

import os
import re
import shutil
import tempfile
from pathlib import Path

from helpdesk.embedded.errors import CannotStart

# The address of a Unix socket holds 107 bytes; the longest name here is "/.s.PGSQL.5432.lock".
LONGEST_FOLDER = 85
PREFIX = "recourse-"


def socket_folder(memory: Path, *, owner: int) -> Path:
    """Make an empty folder; ``memory``, a symbolic link, remembers it until it is forgotten.

    :param owner: the user id of the server that will put its socket there.
    """
    forget_socket_folder(memory)
    memory.parent.mkdir(mode=0o700, exist_ok=True)
    for_others = owner != os.geteuid()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_temp_folder(for_others=for_others)))
    if for_others:
        os.chown(folder, owner, -1)
    memory.symlink_to(folder)
    return folder


def forget_socket_folder(memory: Path) -> None:
    """Remove the folder with what is left in it, and the memory of it."""
    if memory.is_symlink():
        if memory.readlink().name.startswith(PREFIX):
            shutil.rmtree(memory.readlink(), ignore_errors=True)
        memory.unlink()


def _temp_folder(*, for_others: bool) -> Path:
    # A user's own TMPDIR may be out of reach for the account the server runs as.
    usual = [Path("/var/tmp"), Path("/tmp")]
    folders = usual if for_others else [Path(tempfile.gettempdir()), *usual]
    for folder in folders:
        short = len(os.fsencode(folder)) + len("/recourse-12345678") <= LONGEST_FOLDER
        # Lists of folders and URLs would need other characters quoted, each in its own way.
        plain = re.fullmatch(r"[\w./-]+", str(folder), re.ASCII)
        if short and plain and os.access(folder, os.W_OK | os.X_OK):
            return folder
    names = " nor ".join(map(str, folders))
    raise CannotStart(f"There is no folder for sockets: neither {names} can be written to.")

"""Start over: remove what the instances of a folder have kept."""

import shutil
from pathlib import Path

from helpdesk.embedded.command import already_used
from helpdesk.embedded.data_folder import DataFolder
from helpdesk.embedded.errors import CannotStart
from helpdesk.embedded.postgres_home import place_for_root
from helpdesk.embedded.terminal import say


def reset(path: Path) -> int:
    """Remove the data of this folder and of the test folders in it, unless they are in use."""
    if not path.is_dir():
        say(f"There is no data in {path}.")
        return 0
    for folder in (path, *(lock.parent for lock in sorted(path.glob("*/lock")))):
        data = DataFolder(folder)
        if not data.take():
            raise CannotStart(f"Nothing was removed from {folder}. {already_used(data)}")
        with data:
            place = place_for_root(data)
            if place.exists():
                shutil.rmtree(place)
            data.empty()
        say(f"Removed the data in {folder}.")
    return 0

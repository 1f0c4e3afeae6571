"""When to stop: a signal, or the death of the process that started this one."""

import os
import signal
from types import FrameType

from helpdesk.embedded.errors import StopRequested

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_STARTED_BY = os.getppid()


def stop_on_signals() -> None:
    """Turn the first stop signal into StopRequested; later ones do not disturb the stopping."""
    for signum in STOP_SIGNALS:
        # nohup asks for the hang-up of the terminal to be ignored.
        if signum != signal.SIGHUP or signal.getsignal(signum) != signal.SIG_IGN:
            signal.signal(signum, _request_stop)


def leave_to_the_terminal(signum: int) -> None:
    """Let this signal pass: the terminal has sent it to the command in front as well."""
    signal.signal(signum, _pass)


def stop_if_orphaned() -> None:
    """Raise StopRequested if the process that started this one is gone."""
    if os.getppid() != _STARTED_BY:
        _request_stop(signal.SIGTERM, None)


def _request_stop(signum: int, frame: FrameType | None) -> None:
    for each in STOP_SIGNALS:
        signal.signal(each, _pass)
    raise StopRequested(signum)


def _pass(signum: int, frame: FrameType | None) -> None:
    # A function and not SIG_IGN, which commands started from here would inherit.
    pass

"""What can go wrong before Recourse runs."""


class CannotStart(Exception):
    """Something the person at the terminal has to change; the message says what, in a sentence."""


class StopRequested(Exception):
    """Ctrl-C, SIGTERM, SIGHUP or the death of the process that started this one."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum

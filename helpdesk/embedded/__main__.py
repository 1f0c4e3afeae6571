"""python -m helpdesk.embedded: see `make help` for the everyday ways to call it."""

import argparse
import sys
from pathlib import Path

from helpdesk.embedded.command import run_command
from helpdesk.embedded.errors import CannotStart, StopRequested
from helpdesk.embedded.reset import reset
from helpdesk.embedded.stopping import stop_on_signals
from helpdesk.embedded.supervisor import run_instance
from helpdesk.embedded.terminal import say


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    stop_on_signals()
    try:
        return _act(options)
    except CannotStart as error:
        say(str(error))
        return 1
    except StopRequested as request:
        return 128 + request.signum


def _act(options: argparse.Namespace) -> int:
    if options.act == "run":
        return run_instance(options.data, port=options.port)
    if options.act == "reset":
        return reset(options.data)
    return run_command(options.data, options.command, volatile=options.volatile, join=options.join)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m helpdesk.embedded", description=__doc__)
    acts = parser.add_subparsers(dest="act", required=True)
    run = acts.add_parser("run", help="start Recourse and wait for Ctrl-C")
    run.add_argument("--port", type=_port, default=8000)
    execute = acts.add_parser("exec", help="run a command with the servers, then stop them")
    execute.add_argument("--volatile", action="store_true", help="throw-away data, for tests")
    execute.add_argument("--join", action="store_true", help="use a running instance's servers")
    execute.add_argument("command", nargs="+", metavar="CMD")
    resetting = acts.add_parser("reset", help="remove all data")
    for act in (run, execute, resetting):
        act.add_argument("--data", type=Path, default=Path("var"), help="folder for the data")
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: a port is a number up to 65535")
    return int(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

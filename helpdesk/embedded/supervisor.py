"""make run: servers, web server, worker and beat, started in order and stopped in order."""

import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

from helpdesk.embedded.command import already_used
from helpdesk.embedded.data_folder import DataFolder
from helpdesk.embedded.environment import checkout_environment
from helpdesk.embedded.errors import CannotStart, StopRequested
from helpdesk.embedded.ports import HOST, answers, free_port_after, get, refuse_taken_port
from helpdesk.embedded.preparation import CHECKOUT, manage, prepare
from helpdesk.embedded.processes import Server, last_words, start_server
from helpdesk.embedded.servers import embedded_servers
from helpdesk.embedded.stopping import stop_if_orphaned
from helpdesk.embedded.terminal import say, step

#: How often something happens at the demo's marketplaces.
SANDBOX_LIFE_MINUTES = "20"
QUEUES = "clocks,default,mail,marketplaces,webhooks"


def run_instance(path: Path, *, port: int) -> int:
    """Start Recourse, say where it is, and wait until it is stopped.

    :raises CannotStart: if something is missing, or if a part ends by itself.
    """
    data = DataFolder(path)
    if not data.take():
        raise CannotStart(already_used(data))
    address = f"http://{HOST}:{port}"
    with data:
        refuse_taken_port(port)
        events_port = free_port_after(port)
        sandbox_port = free_port_after(events_port)
        with embedded_servers(data, os.environ, volatile=False) as (servers, addresses):
            environment = checkout_environment(
                data,
                os.environ,
                site_url=address,
                events_url=f"http://{HOST}:{events_port}/events/",
            )
            environment |= addresses
            # The demo's stores are at a marketplace on this machine.
            environment.setdefault("MARKETPLACES_MAY_BE_PRIVATE", "on")
            data.publish(environment=addresses | {"SITE_URL": environment["SITE_URL"]})
            prepare(data, environment)
            try:
                ports = (port, events_port, sandbox_port)
                with _application(data, environment, ports) as parts:
                    data.publish(environment=addresses, address=address)
                    _connect(data, environment, sandbox_port)
                    _announce(data, environment, address, sandbox_port)
                    _watch([*servers, *parts])
            except StopRequested:
                say("\nStopping …")
        say(f"Stopped. The data stays in {data.path}.")
    return 0


@contextmanager
def _application(
    data: DataFolder, environment: Mapping[str, str], ports: tuple[int, int, int]
) -> Iterator[list[Server]]:
    """Start the parts; the first of them listen on ``ports``, in their order."""
    web_port, events_port, sandbox_port = ports
    commands = {
        "web": ("Web server", _web_command(web_port)),
        "events": ("Event server", _events_command(events_port)),
        "sandbox": ("Sandbox marketplace", _sandbox_command(data, sandbox_port)),
        "worker": ("Worker", _celery("worker", "--queues", QUEUES, "--concurrency", "2")),
        "beat": ("Beat", _celery("beat", "--schedule", str(_beat_folder(data) / "schedule"))),
    }
    parts: list[Server] = []
    with ExitStack() as cleanup, step("Starting web server, events, sandbox, worker and beat"):
        cleanup.callback(_stop, parts)
        for log, (name, command) in commands.items():
            part = start_server(
                name, command, log=data.log / f"{log}.log", env=environment, cwd=CHECKOUT
            )
            parts.append(part)
        for part, its_port in zip(parts, ports, strict=False):
            part.wait_until(partial(answers, its_port), seconds=60)
        started = cleanup.pop_all()
    with started:
        yield parts


def _stop(parts: list[Server]) -> None:
    for part in parts:
        part.ask_to_stop()
    for part in parts:
        part.stop()


def _web_command(port: int) -> list[str]:
    options = {
        "--bind": f"{HOST}:{port}",
        "--worker-class": "gthread",
        "--workers": "2",
        "--threads": "4",
        "--graceful-timeout": "5",
        "--access-logfile": "-",
    }
    listed = [part for option in options.items() for part in option]
    return [sys.executable, "-m", "gunicorn", "helpdesk.wsgi", "--no-control-socket", *listed]


def _events_command(port: int) -> list[str]:
    options = {
        "--host": HOST,
        "--port": str(port),
        "--loop": "uvloop",
        "--http": "httptools",
        "--lifespan": "on",
        "--timeout-graceful-shutdown": "1",
    }
    listed = [part for option in options.items() for part in option]
    server = [sys.executable, "-m", "uvicorn", "helpdesk.live.server:application"]
    return [*server, "--no-access-log", *listed]


def _sandbox_command(data: DataFolder, port: int) -> list[str]:
    """The marketplace the demo's stores are at; it keeps its world beside the other data."""
    folder = data.path / "sandbox"
    folder.mkdir(exist_ok=True)
    options = {
        "--port": str(port),
        "--demo": str(CHECKOUT / "helpdesk" / "demo"),
        "--life": SANDBOX_LIFE_MINUTES,
        "--snapshot": str(folder / "world.json"),
    }
    listed = [part for option in options.items() for part in option]
    return [sys.executable, "-m", "sandbox", *listed]


def _celery(act: str, *options: str) -> list[str]:
    return [sys.executable, "-m", "celery", "-A", "helpdesk", act, "--loglevel", "INFO", *options]


def _beat_folder(data: DataFolder) -> Path:
    folder = data.path / "beat"
    folder.mkdir(exist_ok=True)
    return folder


def _connect(data: DataFolder, environment: Mapping[str, str], sandbox_port: int) -> None:
    """Let the demo's stores know where their marketplaces are today."""
    told = get(sandbox_port, "/control/shops")
    manage(data, environment, "seed_demo", "--connect", given=told)


def _announce(
    data: DataFolder, environment: Mapping[str, str], address: str, sandbox_port: int
) -> None:
    logins = manage(data, environment, "seed_demo", "--logins")
    print(
        f"\nRecourse is at {address}\n\n{logins}\n\n"
        f"Outgoing mail  {_outgoing_mail(environment['EMAIL_URL'])}\n"
        f"Marketplaces   http://{HOST}:{sandbox_port}/control/ (a sandbox: docs/sandbox.md)\n"
        f"Logs           {data.log}/web.log, events.log, sandbox.log, worker.log, beat.log\n"
        "Stop it with Ctrl-C.",
        flush=True,
    )


def _outgoing_mail(url: str) -> str:
    address = urlsplit(url)
    if address.scheme != "filemail":
        return f"leaves through {address.hostname}"
    outbox = Path("/", unquote(address.path.lstrip("/")))
    outbox.mkdir(mode=0o700, parents=True, exist_ok=True)
    return f"is kept in {outbox}"


def _watch(servers: list[Server]) -> None:
    while True:
        for server in servers:
            if server.has_ended():
                raise CannotStart(
                    f"{server.name} has ended by itself (exit code {server.process.returncode}), "
                    f"so everything stops. {last_words(server.log)}"
                )
        stop_if_orphaned()
        time.sleep(0.5)

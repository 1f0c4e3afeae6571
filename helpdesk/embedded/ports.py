"""Ports of this machine: taken, free, answering."""

import http.client
import socket

from helpdesk.embedded.errors import CannotStart

HOST = "127.0.0.1"
#: So many ports behind the wanted one are tried.
TRIED = 20


def refuse_taken_port(port: int) -> None:
    """:raises CannotStart: if nothing can listen there."""
    try:
        _listen(port)
    except PermissionError:
        raise CannotStart(
            f"Port {port} needs root. Choose one above 1023: make run PORT=8000"
        ) from None
    except OSError:
        raise CannotStart(
            f"Port {port} is taken by another program. Choose another: make run PORT={port + 1}"
        ) from None


def free_port_after(port: int) -> int:
    """Return the first port behind this one that is free.

    :raises CannotStart: if many in a row are taken.
    """
    for candidate in range(port + 1, min(port + 1 + TRIED, 65536)):
        try:
            _listen(candidate)
        except OSError:
            continue
        return candidate
    raise CannotStart(f"The {TRIED} ports behind {port} are taken. Choose another: make run PORT=")


def answers(port: int) -> bool:
    """Test whether a process lives behind the port."""
    try:
        get(port, "/livez")
    except (OSError, http.client.HTTPException):
        return False
    return True


def get(port: int, path: str) -> bytes:
    """Return what stands there.

    :raises OSError: if nothing does, or http.client.HTTPException.
    """
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        if answer.status != 200:
            raise OSError(f"{path} answers {answer.status}")
        return answer.read()
    finally:
        connection.close()


def _listen(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((HOST, port))

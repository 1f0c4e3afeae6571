"""The embedded servers of one data folder, as far as the environment names no others."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from helpdesk.embedded.data_folder import DataFolder
from helpdesk.embedded.postgres import start_postgres
from helpdesk.embedded.processes import Server
from helpdesk.embedded.redis import start_redis
from helpdesk.embedded.sockets import forget_socket_folder

SERVERS = {
    "DATABASE_URL": ("postgres", start_postgres),
    "REDIS_URL": ("redis", start_redis),
}


@contextmanager
def embedded_servers(
    data: DataFolder, given: Mapping[str, str], *, volatile: bool
) -> Iterator[tuple[list[Server], dict[str, str]]]:
    """Start what the environment does not name; stop it on the way out.

    Yields the servers started and the addresses of all, by the name of their setting.
    """
    addresses = {name: given[name] for name in SERVERS if given.get(name)}
    servers: list[Server] = []
    with ExitStack() as cleanup:
        for setting, (socket, start) in SERVERS.items():
            if setting in addresses:
                continue
            cleanup.callback(forget_socket_folder, data.sockets / socket)
            server, addresses[setting] = start(data, volatile=volatile)
            cleanup.callback(server.stop)
            servers.append(server)
        yield servers, addresses

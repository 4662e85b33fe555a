"""Who holds a TCP port of this machine, from /proc alone."""

import errno
import os
import socket
from pathlib import Path

from argus_services.errors import ServiceError

# State of a listening socket in /proc/net/tcp (include/net/tcp_states.h).
LISTEN = "0A"


def is_open(port: int) -> bool:
    """Whether something accepts connections on 127.0.0.1:PORT."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True


def listening_inodes(port: int) -> set[str]:
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            rows = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for row in rows:
            fields = row.split()
            if fields[3] == LISTEN and int(fields[1].rsplit(":", 1)[1], 16) == port:
                inodes.add(fields[9])
    return inodes


def holder(port: int) -> str:
    """The listening process as a person names it, for example `redis-server (pid 411)`."""
    wanted = {f"socket:[{inode}]" for inode in listening_inodes(port)}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if any(os.readlink(link) in wanted for link in (entry / "fd").iterdir()):
                return f"{(entry / 'comm').read_text().strip()} (pid {entry.name})"
        except OSError:
            continue  # ended meanwhile, or another user's
    return "a process of another user"


def require_free(service: str, name: str, port: int) -> None:
    if not is_free(port):
        raise ServiceError(
            f"{service} cannot start: port {port} is taken by {holder(port)}. Stop that process, or "
            f"move this service with ARGUS_LOCAL_{name}_PORT=<port>, or all services with --port-offset <n>."
        )

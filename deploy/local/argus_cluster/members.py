"""The processes that belong to a node as the kernel knows them: by its network namespace, which the node's programs share,
and its control group, which the pods are in. A pid file names what is asked for by name, and may be missing or wrong."""

import os
import signal
import time
from pathlib import Path

from argus_services import process
from argus_services.errors import ServiceError
from argus_cluster import cgroups


def found(namespace: Path, cgroup: str) -> dict[int, str]:
    """Process ids with start times. NAMESPACE is the file that ip-netns(8) names a network namespace with."""
    pids = (in_network_namespace(namespace) | cgroups.members(cgroup)) - {os.getpid()}
    started = {pid: process.start_time(pid) for pid in pids}
    return {pid: at for pid, at in started.items() if at is not None}


def end(namespace: Path, cgroup: str, seconds: float) -> None:
    """Ends them and waits until they are gone, those too that are only found while that lasts."""
    deadline = time.monotonic() + seconds
    left: dict[int, str] = {}
    while True:
        here = found(namespace, cgroup)
        for pid in here:
            process.send(pid, signal.SIGKILL)
        # One that is ending has left its namespaces already, but not yet its ports.
        left = {pid: at for pid, at in {**left, **here}.items() if process.start_time(pid) == at}
        if not left:
            return
        if time.monotonic() > deadline:
            raise ServiceError(f"Processes of the node do not end, not even on SIGKILL: {', '.join(map(str, sorted(left)))}.")
        time.sleep(process.POLL_SECONDS)


def in_network_namespace(name: Path) -> set[int]:
    wanted = identity(name)
    # Nobody's node is the namespace that we run in ourselves.
    if wanted is None or wanted == identity(Path("/proc/self/ns/net")):
        return set()
    return {int(folder.name) for folder in Path("/proc").glob("[0-9]*") if identity(folder / "ns/net") == wanted}


def identity(namespace: Path) -> tuple[int, int] | None:
    try:
        stat = os.stat(namespace)
    except OSError:
        return None
    return stat.st_dev, stat.st_ino

"""The node: a network namespace without any link to the host, and a mount and process namespace that one
anchor process holds. When the anchor ends, the kernel ends every process and pod of the cluster with it."""

import signal
import subprocess
import time
from pathlib import Path

from argus_services import console, process
from argus_services.errors import ServiceError
from argus_cluster import cgroups, host_places, members
from argus_cluster.settings import NODE_ADDRESS, ClusterSettings

# Kernel-wide settings that kubelet insists on. It is shown files with these values; the machine keeps its own.
KUBELET_SYSCTLS = {
    "vm/overcommit_memory": "1",
    "vm/panic_on_oom": "0",
    "kernel/panic": "10",
    "kernel/panic_on_oops": "1",
    "kernel/keys/root_maxkeys": "1000000",
    "kernel/keys/root_maxbytes": "25000000",
}
# What of the node's own network namespace is switched on: routing between pods, and bridged packets that pass
# through nftables, or a policy between two pods of one bridge would never be asked.
NETWORK_SYSCTLS = {
    "net.ipv4.ip_forward": "1",
    "net.ipv4.conf.all.route_localnet": "1",
    "net.bridge.bridge-nf-call-iptables": "1",
    "net.bridge.bridge-nf-call-ip6tables": "1",
}
ANCHOR_SECONDS = 30.0
CHILD_SECONDS = 30.0
CHILD_POLL_SECONDS = 0.02
ENDING_SECONDS = 30.0
# Directories of the host that programs insist on; in the node they are the cluster's own.
OWN_DIRECTORIES = {"kubelet": "/var/lib/kubelet", "cni": "/var/lib/cni", "varlog": "/var/log"}


def ip(*arguments: str) -> None:
    result = subprocess.run(["ip", *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if result.returncode:
        raise ServiceError(f"ip {' '.join(arguments)} failed: {result.stderr.strip()}. A cluster needs root.")


class Node:
    def __init__(self, settings: ClusterSettings):
        self.settings = settings
        self.anchor = process.Process(
            "node", settings.services.pids / "node.json", settings.logs / "node.log", elsewhere=True
        )
        self.made = settings.state / "node.ready"

    def up(self) -> None:
        if self.stands():
            return
        with console.step("make the node's namespaces"):
            self.end()
            host_places.make(self.settings.state, list(OWN_DIRECTORIES.values()))
            self.make_network()
            self.start_anchor()

    def stands(self) -> bool:
        """Whether the anchor runs and has made everything; an `up` that was killed may have left it before that."""
        deadline = time.monotonic() + ANCHOR_SECONDS
        while time.monotonic() < deadline:
            pid = process.running_pid(self.anchor)
            if pid is None or process.is_ending(pid):
                return False
            if self.made.exists():
                return True
            time.sleep(process.POLL_SECONDS)
        return False

    def down(self) -> None:
        self.end()
        host_places.remove(self.settings.state)

    def end(self) -> None:
        """Ends the anchor and whatever else is of the node, and takes away its network namespace and control groups."""
        process.stop(self.anchor, signal.SIGKILL)
        namespace = host_places.NAMES_OF_NAMESPACES / self.settings.namespace
        # Its last processes may have ports and volumes still.
        members.end(namespace, self.settings.cgroup, ENDING_SECONDS)
        if namespace.exists():
            ip("netns", "delete", self.settings.namespace)
        for pid_file in self.settings.services.pids.glob("node-*.json"):
            pid_file.unlink()
        cgroups.remove(self.settings.cgroup)

    def make_network(self) -> None:
        name = self.settings.namespace
        ip("netns", "add", name)
        ip("-n", name, "link", "set", "lo", "up")
        # Both ends are inside: the default route ends here, and nothing can leave.
        ip("-n", name, "link", "add", "eth0", "type", "veth", "peer", "name", "void0")
        ip("-n", name, "addr", "add", f"{NODE_ADDRESS}/32", "dev", "eth0")
        for link in ("void0", "eth0"):
            ip("-n", name, "link", "set", link, "up")
        ip("-n", name, "route", "add", "default", "dev", "eth0", "src", NODE_ADDRESS)

    def start_anchor(self) -> None:
        state = self.settings.state
        for folder in OWN_DIRECTORIES:
            (state / folder).mkdir(parents=True, exist_ok=True)
        sysctls = state / "sysctl"
        sysctls.mkdir(exist_ok=True)
        lines = ["set -e", "mount --make-rshared /", "mount -t tmpfs -o mode=755 tmpfs /run"]
        for folder, place in OWN_DIRECTORIES.items():
            lines.append(f"mount --bind '{state / folder}' {place}")
        lines.append("mount --make-rshared /var/lib/kubelet")
        for name, value in KUBELET_SYSCTLS.items():
            file = sysctls / name.replace("/", "-")
            file.write_text(value + "\n")
            lines.append(f"mount --bind '{file}' /proc/sys/{name}")
        for name, value in NETWORK_SYSCTLS.items():
            lines.append(f"echo {value} >/proc/sys/{name.replace('.', '/')} || true")
        self.made.unlink(missing_ok=True)
        # Process 1 of the namespace: it collects what others leave, and its end is everybody's.
        lines += [f"touch '{self.made}'", "exec 9>&-", "trap 'exit 0' TERM", "while :; do sleep 3600 & wait $!; done"]
        script = state / "node.sh"
        script.write_text("\n".join(lines) + "\n")
        command = [
            "nsenter", f"--net=/run/netns/{self.settings.namespace}", "unshare", "--mount", "--pid", "--fork",
            "--mount-proc", "--propagation", "slave", "--kill-child", *process.gated(["bash", str(script)]),
        ]
        start_inside(self.anchor, command)
        if not self.stands():
            raise ServiceError(f"The node's namespaces could not be made.\n{process.tail(self.anchor.log)}")

    def entering(self, command: list[str]) -> list[str]:
        """COMMAND as it is run inside the node."""
        pid = process.running_pid(self.anchor)
        if pid is None:
            raise ServiceError("The cluster is down: `deploy/local/cluster up` starts it.")
        return ["nsenter", "--target", str(pid), "--net", "--mount", "--pid", *command]


def start_inside(wanted: process.Process, command: list[str], environment: dict[str, str] | None = None) -> None:
    """Starts COMMAND, a gated program behind nsenter or unshare, and lets it begin when the pid file names it: not what
    it was started by, which stays outside."""
    starter = process.spawn(wanted, command, environment)
    deadline = time.monotonic() + CHILD_SECONDS
    with starter.stdin:
        while time.monotonic() < deadline:
            child = child_elsewhere(starter.pid)
            if child is not None:
                process.release(wanted, starter, child)
                return
            if starter.poll() is not None:
                raise process.EndedEarly(f"{wanted.name} ended while it started.\n{process.tail(wanted.log)}")
            time.sleep(CHILD_POLL_SECONDS)
    raise ServiceError(f"{wanted.name} did not start within {CHILD_SECONDS:.0f} s.\n{process.tail(wanted.log)}")


def child_elsewhere(pid: int) -> int | None:
    """The child of PID that is in another process namespace than we are."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return None
    return next((int(child) for child in children if not process.in_our_namespace(int(child))), None)

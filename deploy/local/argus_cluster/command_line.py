"""The commands of deploy/local/cluster."""

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from argus_services import build, console, process
from argus_services.command_line import only_one
from argus_services.errors import ServiceError
from argus_cluster import addons, certificates, debian, programs, system_images
from argus_cluster.control_plane import ApiServer, ControllerManager, Etcd, HostPort, Scheduler, WayIn, kubectl
from argus_cluster.node import Node
from argus_cluster.node_agent import NodeAgent
from argus_cluster.settings import ClusterSettings, read_settings
from argus_cluster.worker_node import Containerd, KubeProxy, Kubelet

EXAMPLES = """examples:
  deploy/local/cluster up                       build what is missing, start what does not run
  deploy/local/cluster up --keda                with KEDA, whose build takes as long as everything else
  export KUBECONFIG=$(deploy/local/cluster kubeconfig)
  eval "$(deploy/local/cluster env)"            the same, with kubectl and helm in PATH
  deploy/local/cluster load-image image.tar     an archive of docker save or buildah push
  deploy/local/cluster enter nft list ruleset   a command inside the node
  deploy/local/cluster down --wipe              stop, and remove volumes, images and etcd's data

environment:
  ARGUS_CLUSTER_NAME   several clusters have several names and ports (default argus)
  ARGUS_CLUSTER_PORT   the API server's port on 127.0.0.1 (default 26443)
  ARGUS_CLUSTER_DIR    where their states lie (default ~/.local/state/argus-clusters)
  ARGUS_CACHE_DIR      downloads and builds (default ~/.cache/argus)

exit codes: 0 done, 1 failed (the sentence says why), 2 wrong usage; status: 3 when a part is down
"""


class Cluster:
    def __init__(self, settings: ClusterSettings):
        self.settings = settings
        self.node = Node(settings)
        inside = [Etcd, ApiServer, WayIn]
        after = [ControllerManager, Scheduler, Containerd]
        self.control_plane = [kind(settings, self.node) for kind in inside] + [HostPort(settings)]
        self.control_plane += [kind(settings, self.node) for kind in after]
        self.workers = [kind(settings, self.node) for kind in (Kubelet, KubeProxy, NodeAgent)]

    @property
    def services(self):
        return [*self.control_plane, *self.workers]

    def build(self, keda: bool) -> list[Path]:
        with build.only_builder(self.settings.services):
            debian.fetch(self.settings)
            programs.build_all(self.settings, keda)
            return system_images.build_all(self.settings, keda)

    def up(self, keda: bool) -> None:
        start = time.monotonic()
        images = self.build(keda)
        built = time.monotonic() - start
        certificates.ensure(self.settings)
        self.node.up()
        for service in self.control_plane:
            service.up()
        for image in images:
            system_images.load(self.settings, image)
        for service in self.workers:
            service.up()
        addons.install(self.settings, keda)
        self.require_all()
        total = time.monotonic() - start
        console.say(f"Up after {total:.0f} s, {built:.0f} s of them building. export KUBECONFIG={self.settings.kubeconfig}")

    def require_all(self) -> None:
        """What ended after it had answered is told from what never did by its log."""
        for service in self.services:
            if process.running_pid(service.process) is None:
                raise ServiceError(
                    f"{service.name} started and ended again; `up` starts it once more.\n"
                    + process.tail(service.process.log)
                )

    def down(self) -> None:
        """Etcd first and by name, so that it closes its files; the rest ends with the node."""
        for service in self.services:
            if service.name in ("etcd", "host-port"):
                service.down(15)
        self.node.down()
        for path in (self.settings.state / "api.sock", self.settings.containerd_socket):
            path.unlink(missing_ok=True)
        console.say("  ok   the cluster is down")

    def status(self) -> int:
        down = 0
        for service in self.services:
            pid = process.running_pid(service.process)
            down += pid is None
            state = "down" if pid is None else f"up, pid {pid}" if service.ready() else f"started, pid {pid}, not ready"
            print(f"{service.name:24} {state}")
        if not down:
            print(kubectl(self.settings, "get", "nodes,pods", "--all-namespaces").stdout, end="")
        print(f"State: {self.settings.state}")
        return 3 if down else 0


def wipe(settings: ClusterSettings) -> None:
    """Removes what `up` wrote, by name: a wrong directory must not cost anybody their files."""
    import shutil

    folders = (
        "data", "logs", "pids", "secrets", "containerd", "kubelet", "cni", "cni-config", "varlog", "sysctl", "volumes", "imported",
    )
    for name in folders:
        shutil.rmtree(settings.state / name, ignore_errors=True)
    for name in ("containerd.toml", "kubelet.json", "kube-proxy.json", "resolv.conf", "node.sh", "node.ready"):
        (settings.state / name).unlink(missing_ok=True)
    console.say(f"  ok   everything in {settings.state} removed")


def exports(settings: ClusterSettings) -> str:
    """What a shell needs to use the cluster; a KUBECONFIG that is set already stays."""
    folders = ":".join(str(settings.services.program(name).parent) for name in ("kubectl", "helm"))
    version = settings.services.versions["KUBERNETES_VERSION"]
    codebase = build.module_folder(settings.services, f"k8s.io/kubernetes@v{version}")
    return "\n".join([
        f"export PATH={shlex.quote(folders)}:$PATH",
        f"export KUBECONFIG=${{KUBECONFIG:-{shlex.quote(str(settings.kubeconfig))}}}",
        f"export ARGUS_SAMPLE_CODEBASE={shlex.quote(str(codebase))}",
    ])


def load_images(settings: ClusterSettings, names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            path = Path(name)
            if not path.exists():
                path = system_images.saved_by_engine(name, Path(folder)) or path
            system_images.load(settings, path.absolute())


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(
        prog="cluster", description="A real one-node Kubernetes cluster on this machine, without Docker or a registry.",
        epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    root.add_argument("--name", help="of the cluster (default argus)")
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in (("up", "build and start; harmless when it is up"), ("build", "download and build only")):
        command = commands.add_parser(name, help=text)
        command.add_argument("--keda", action="store_true", help="with KEDA")
    command.add_argument("--only", choices=["helm"], help="what a cluster that somebody else runs needs of it")
    command = commands.add_parser("missing", help="print the programs that `build` would still build")
    command.add_argument("--keda", action="store_true", help="with KEDA's")
    down = commands.add_parser("down", help="stop; volumes, images and etcd's data stay")
    down.add_argument("--wipe", action="store_true", help="then remove them")
    commands.add_parser("status", help="what runs")
    commands.add_parser("env", help="print shell exports: kubectl and helm in PATH, KUBECONFIG unless it is set")
    commands.add_parser("kubeconfig", help="print the path of the administrator's kubeconfig")
    load = commands.add_parser("load-image", help="make images known to the cluster")
    load.add_argument("images", nargs="+", metavar="IMAGE", help="an archive, or the name of an image that docker or podman has")
    enter = commands.add_parser("enter", help="run a command inside the node")
    enter.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND")
    return root


def dispatch(settings: ClusterSettings, options: argparse.Namespace) -> int:
    cluster = Cluster(settings)
    if options.command == "status":
        return cluster.status()
    if options.command == "kubeconfig":
        print(settings.kubeconfig)
        return 0
    if options.command == "enter":
        return subprocess.run(cluster.node.entering(options.words or ["bash"]), check=False).returncode
    if options.command == "env":
        print(exports(settings))
        return 0
    if options.command == "missing":
        print("".join(f"{name}\n" for name in programs.missing(settings, options.keda)), end="")
        return 0
    if options.command == "build":
        if options.only:
            with build.only_builder(settings.services):
                programs.build_other(settings, options.only)
        else:
            cluster.build(options.keda)
        return 0
    if os.geteuid() != 0:
        raise ServiceError("A cluster makes network namespaces and mounts: run this as root.")
    with only_one(settings.services):
        if options.command == "up":
            cluster.up(options.keda)
        elif options.command == "load-image":
            load_images(settings, options.images)
        else:
            cluster.down()
            if options.wipe:
                wipe(settings)
    return 0


def main(arguments: list[str]) -> int:
    options = parser().parse_args(arguments)
    os.umask(0o022)
    try:
        return dispatch(read_settings(options.name, Path(sys.argv[0]).resolve()), options)
    except ServiceError as error:
        console.say(f"cluster: {error}")
        return 1
    except KeyboardInterrupt:
        console.say("cluster: interrupted; what runs keeps running, `up` goes on where this ended, `down` stops it")
        return 130

"""Names, addresses and folders of one cluster. Nothing here touches the disk except to read versions.env."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from argus_services.errors import ServiceError
from argus_services.settings import Settings, port_number, read_versions

DEFAULT_NAME = "argus"
DEFAULT_PORT = 26443
NAME_FORM = re.compile(r"[a-z][a-z0-9-]{0,10}")
# Inside the node's network namespace: nothing outside has a route to any of these.
NODE_ADDRESS = "10.200.0.2"
POD_CIDR = "10.244.0.0/24"
SERVICE_CIDR = "10.96.0.0/16"
KUBERNETES_SERVICE = "10.96.0.1"
DNS_SERVICE = "10.96.0.10"
API_SERVER_PORT = 6443
NODE_NAME = "node1"


@dataclass(frozen=True)
class ClusterSettings:
    name: str
    services: Settings  # sources, cache, versions and folders, as the builds of argus_services want them
    port: int  # of the API server on 127.0.0.1 of the host

    @property
    def state(self) -> Path:
        return self.services.state

    @property
    def secrets(self) -> Path:
        return self.services.secrets

    @property
    def logs(self) -> Path:
        return self.services.logs

    @property
    def manifests(self) -> Path:
        return self.services.sources / "argus_cluster/manifests"

    @property
    def namespace(self) -> str:
        """The network namespace that is the node."""
        return f"{self.name}-node"

    @property
    def cgroup(self) -> str:
        """The control group below which kubelet keeps its pods, so that two clusters share none."""
        return f"/{self.name}-cluster"

    @property
    def containerd_socket(self) -> Path:
        return self.state / "containerd.sock"

    @property
    def kubeconfig(self) -> Path:
        return self.secrets / "admin.kubeconfig"

    def program(self, name: str) -> str:
        return str(self.services.program(name))

    def packaged(self, path: str) -> str:
        """A file of a Debian package that was unpacked into the cache (debian.py)."""
        return str(self.services.cache / "debian" / path)


def read_settings(name: str | None, script: Path) -> ClusterSettings:
    name = name or os.environ.get("ARGUS_CLUSTER_NAME") or DEFAULT_NAME
    if not NAME_FORM.fullmatch(name):
        raise ServiceError(
            f"The cluster's name is '{name}': write a lower-case letter, then up to 10 lower-case letters, digits or '-'."
        )
    home = Path.home()
    base = Path(os.environ.get("ARGUS_CLUSTER_DIR") or home / ".local/state/argus-clusters")
    cache = Path(os.environ.get("ARGUS_CACHE_DIR") or home / ".cache/argus")
    port = port_number("ARGUS_CLUSTER_PORT", os.environ.get("ARGUS_CLUSTER_PORT") or str(DEFAULT_PORT))
    services = Settings(
        script=script,
        state=base.expanduser().absolute() / name,
        cache=cache.expanduser().absolute(),
        ports={},
        versions=read_versions(script.parent / "versions.env"),
    )
    return ClusterSettings(name=name, services=services, port=port)

"""Where everything lives and which ports it uses: read once from the command line, the environment
and versions.env. Nothing here touches the disk except to read versions.env."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from argus_services.errors import ServiceError

# Port of each listener at offset 0. A single one is moved by ARGUS_LOCAL_<NAME>_PORT, all by --port-offset.
DEFAULT_PORTS = {
    "ETCD": 23000,
    "ETCD_PEER": 23001,
    "APISERVER": 23002,
    "CONTROLLER_MANAGER": 23003,
    "KAFKA": 23004,
    "KAFKA_CONTROLLER": 23005,
    "FALKORDB": 23006,
    "OPERATOR": 23007,
    "WORKER": 23008,
}
HIGHEST_PORT = 65535
# The variable of versions.env that a program's version is in; Kubernetes' own programs share one.
PROGRAM_VERSIONS = {
    "etcd": "ETCD_VERSION",
    "helm": "HELM_VERSION",
    "coredns": "COREDNS_VERSION",
    "metrics-server": "METRICS_SERVER_VERSION",
    "keda-operator": "KEDA_VERSION",
    "keda-adapter": "KEDA_VERSION",
    "agnhost": "KUBERNETES_VERSION",
}


@dataclass(frozen=True)
class Settings:
    script: Path  # deploy/local/services itself
    state: Path  # data, keys, logs and pid files of this instance
    cache: Path  # downloads and builds, shared by all instances
    ports: dict[str, int]
    versions: dict[str, str]

    @property
    def sources(self) -> Path:
        return self.script.parent

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def pids(self) -> Path:
        return self.state / "pids"

    @property
    def secrets(self) -> Path:
        return self.state / "secrets"

    def program(self, name: str) -> Path:
        """Where a built program lies; its version is part of the path, so that a new one is built anew."""
        version = self.versions[PROGRAM_VERSIONS.get(name, "KUBERNETES_VERSION")]
        return self.cache / "programs" / f"{name}-{version}" / name


def read_versions(path: Path) -> dict[str, str]:
    versions = {}
    for line in path.read_text().splitlines():
        line = line.strip()
        if line and not line.startswith("#"):
            name, _, value = line.partition("=")
            versions[name] = value
    return versions


def port_number(name: str, text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text) or not 0 < int(text) <= HIGHEST_PORT:
        raise ServiceError(f"{name} is '{text}': write a port number from 1 to {HIGHEST_PORT}.")
    return int(text)


def read_settings(directory: str | None, offset: int, script: Path) -> Settings:
    environment = os.environ
    home = Path.home()
    state = directory or environment.get("ARGUS_LOCAL_DIR") or home / ".local/state/argus"
    cache = environment.get("ARGUS_CACHE_DIR") or home / ".cache/argus"
    ports = {}
    for name, port in DEFAULT_PORTS.items():
        variable = f"ARGUS_LOCAL_{name}_PORT"
        default = str(port + offset)
        ports[name] = port_number(variable, environment.get(variable) or default)
    if len(set(ports.values())) != len(ports):
        listed = ", ".join(f"{name} {port}" for name, port in ports.items())
        raise ServiceError(f"Two services would share a port ({listed}): give each its own.")
    return Settings(
        script=script,
        state=Path(state).expanduser().absolute(),
        cache=Path(cache).expanduser().absolute(),
        ports=ports,
        versions=read_versions(script.parent / "versions.env"),
    )

"""argus-operator and argus-worker from this checkout's build, against the services of this instance."""

import urllib.error
import urllib.request
from pathlib import Path

from argus_services import custom_resources
from argus_services.errors import ServiceError
from argus_services.service import Service
from argus_services.settings import Settings

# Enough for etcd, informers and one round of reconciles.
HTTP_SECONDS = 2.0


def program(settings: Settings, name: str) -> Path:
    path = settings.sources.parent.parent / "build/release/bin" / name
    if not path.exists():
        raise ServiceError(
            f"{name} is not built yet: run `cmake --preset release && cmake --build --preset release --target {name}`."
        )
    return path


def connections(settings: Settings) -> dict[str, str]:
    """What argus-worker and argusctl read to find the broker and the graph database."""
    return {
        "KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{settings.ports['KAFKA']}",
        "KAFKA_SASL_USERNAME": "argus-service",
        "KAFKA_SASL_PASSWORD_FILE": str(settings.secrets / "kafka-argus-service-password"),
        "FALKORDB_HOST": "127.0.0.1",
        "FALKORDB_PORT": str(settings.ports["FALKORDB"]),
        "FALKORDB_PASSWORD_FILE": str(settings.secrets / "falkordb-password"),
    }


class ArgusProgram(Service):
    """A program of this checkout, ready when its readiness endpoint answers 200."""

    ready_path = ""

    def build(self) -> None:
        program(self.settings, self.name)

    def ready(self) -> bool:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"http://127.0.0.1:{self.port(self.port_names[0])}{self.ready_path}", timeout=HTTP_SECONDS) as answer:
                return answer.status == 200
        except (OSError, urllib.error.URLError):
            return False


class ArgusOperator(ArgusProgram):
    name = "argus-operator"
    port_names = ("OPERATOR",)
    ready_path = "/readyz"

    def prepare(self) -> None:
        # Without its definition the operator waits, and so would `up`, until its patience ends.
        if "argus" not in custom_resources.installed(self.settings):
            raise ServiceError(
                "The API server has no definition of ArgusDataLayer: run `services crds argus` (with the same --dir), then this again."
            )

    def command(self) -> list[str]:
        return [
            str(program(self.settings, self.name)), "run",
            f"--kubeconfig={self.settings.secrets / 'kubernetes/admin.kubeconfig'}",
            "--lease-namespace=kube-system",
            "--health-address=127.0.0.1", f"--health-port={self.port('OPERATOR')}",
        ]


class ArgusWorker(ArgusProgram):
    name = "argus-worker"
    port_names = ("WORKER",)
    ready_path = "/ready"

    def command(self) -> list[str]:
        return [str(program(self.settings, self.name))]

    def environment(self) -> dict[str, str]:
        return {**connections(self.settings), "HTTP_ADDRESS": "127.0.0.1", "HTTP_PORT": str(self.port("WORKER"))}

"""etcd: where the API server keeps its objects."""

import json
import urllib.request

from argus_services import build
from argus_services.kubernetes import libraries_except
from argus_services.service import Service
from argus_services.settings import Settings

REPOSITORY = "go.etcd.io/etcd"
MODULE = f"{REPOSITORY}/server/v3"


def build_program(settings: Settings) -> None:
    if not settings.program("etcd").exists():
        version = settings.versions["ETCD_VERSION"]
        build.go_build(settings, "etcd", MODULE, version, MODULE, libraries_except(settings, REPOSITORY))


class Etcd(Service):
    name = "etcd"
    port_names = ("ETCD", "ETCD_PEER")

    def build(self) -> None:
        build_program(self.settings)

    def command(self) -> list[str]:
        client = f"http://127.0.0.1:{self.port('ETCD')}"
        peer = f"http://127.0.0.1:{self.port('ETCD_PEER')}"
        return [
            str(self.settings.program("etcd")),
            "--name=local",
            f"--data-dir={self.settings.state / 'data/etcd'}",
            f"--listen-client-urls={client}",
            f"--advertise-client-urls={client}",
            f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}",
            f"--initial-cluster=local={peer}",
            # A power cut may cost the local cluster its state; nothing else does, and tests run in a tenth of the time.
            "--unsafe-no-fsync",
        ]

    def prepare(self) -> None:
        folder = self.settings.state / "data/etcd"
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port('ETCD')}/health", timeout=2) as answer:
                return json.load(answer).get("health") == "true"
        except (OSError, ValueError):
            return False

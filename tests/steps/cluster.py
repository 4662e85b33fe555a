"""The one-node cluster of the end-to-end tests, of its own and away when they have run."""

import os
import subprocess
import sys
from pathlib import Path
from shutil import which
from typing import IO

from steps import builds
from steps.processes import ROOT, Processes, StepFailed, shell_environment
from steps.schedule import Counts

TESTS = ("ground_test", "scaling_test", "stores_test", "data_layer_test", "policy_conformance_test", "cluster_test")
NAME = "e2e"


class Cluster:
    def __init__(self, processes: Processes, scratch: Path):
        self.processes = processes
        self.scratch = scratch
        self.folder = scratch / "clusters"
        self.own = {
            **os.environ, "ARGUS_CLUSTER_NAME": NAME, "ARGUS_CLUSTER_DIR": str(self.folder),
            "ARGUS_CLUSTER_PORT": os.environ.get("ARGUS_CLUSTER_PORT", "26543"),
        }
        self.up = False

    def _must(self, log: IO[str], *command: str | Path, polite: bool = False) -> None:
        self.processes.must(log, *command, environment=self.own, polite=polite)

    def _text(self, *command: str) -> str:
        return subprocess.run(command, cwd=ROOT, env=self.own, capture_output=True, text=True, check=True).stdout

    def build(self, log: IO[str]) -> None:
        self._must(log, "deploy/local/cluster", "build", "--keda", polite=True)

    def build_images(self, log: IO[str]) -> None:
        self._must(log, "deploy/local/images", "build", polite=True)

    def start(self, log: IO[str]) -> None:
        self._must(log, sys.executable, "-B", "tests/e2e/host_state.py", "save", self.scratch / "host", self.folder)
        self.up = True
        self._must(log, "deploy/local/cluster", "up", "--keda")
        self._must(log, "deploy/local/images", "load")
        (self.scratch / "values.yaml").write_text(self._text("deploy/local/images", "values", "--format", "helm"))

    def environment(self) -> dict[str, str]:
        """What the tests read: the cluster's address, its images, where kubectl and helm are."""
        exports = self._text("deploy/local/cluster", "env") + self._text("deploy/local/images", "values", "--format", "test")
        environment = shell_environment(exports, self.own)
        return {
            **environment, "ARGUS_TEST_KEDA": "yes", "ARGUS_TEST_HELM_VALUES": str(self.scratch / "values.yaml"),
            "ARGUS_TEST_KUBECTL": which("kubectl", path=environment["PATH"]) or "",
            "ARGUS_TEST_HELM": which("helm", path=environment["PATH"]) or "",
            "ARGUS_TEST_CLUSTER_STATE": str(self.folder / NAME),
        }

    def test(self, log: IO[str], name: str) -> Counts:
        """One file of tests/e2e; unittest's last lines say how many passed."""
        begin = log.tell()
        code = self.processes.run(log, sys.executable, "-B", f"tests/e2e/{name}.py", environment=self.environment())
        log.flush()
        with Path(log.name).open(errors="replace") as written:
            written.seek(begin)
            counts = builds.count_unittest(written.read())
        if code and not counts.failed:
            counts.failed = 1
        return counts

    def lint_chart(self, log: IO[str]) -> None:
        """Here, since Helm is one of the programs that the cluster is built from."""
        self._must(log, "deploy/local/cluster", "build", "--only", "helm", polite=True)
        helm = which("helm", path=self.environment()["PATH"]) or "helm"
        for chart in sorted((ROOT / "charts").glob("*/Chart.yaml")):
            self._must(log, helm, "lint", "--strict", chart.parent)

    def remove(self, log: IO[str]) -> None:
        if self.up:
            self._must(log, "deploy/local/cluster", "down", "--wipe")
            self.up = False
        if not (self.scratch / "host").exists():
            raise StepFailed("the cluster was never started, so that there is nothing to compare")
        self._must(log, sys.executable, "-B", "tests/e2e/host_state.py", "compare", self.scratch / "host", self.folder)

    def stop(self) -> None:
        """When tests/run is interrupted."""
        if self.up:
            subprocess.run(["deploy/local/cluster", "down", "--wipe"], cwd=ROOT, env=self.own, stdin=subprocess.DEVNULL, check=False)
            self.up = False

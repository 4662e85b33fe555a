"""The services of the integration tests and of the benchmarks: an instance of its own, so that one that is up stays as
it is."""

import os
import subprocess
from pathlib import Path
from typing import IO

from steps import builds
from steps.processes import ROOT, Processes, shell_environment
from steps.schedule import Counts


class Services:
    def __init__(self, processes: Processes, scratch: Path):
        self.processes = processes
        self.scratch = scratch
        offset = os.environ.get("ARGUS_TEST_PORT_OFFSET", "1000")
        self.script = ["deploy/local/services", "--dir", str(scratch / "services"), "--port-offset", offset]
        self.up = False

    def build(self, log: IO[str]) -> None:
        self.processes.must(log, *self.script, "build", polite=True)

    def start(self, log: IO[str]) -> None:
        self.up = True
        # The API server of a new cluster starts at version 1; started again, its watch caches begin later, and version 1
        # is as old as the tests of expired watches need it.
        for words in (["up"], ["stop", "kube-apiserver"], ["up"], ["crds", "argus"]):
            self.processes.must(log, *self.script, *words)

    def integration_tests(self, log: IO[str]) -> Counts:
        """One at a time: they share the services, and some stop and start them."""
        return builds.run_ctest(
            self.processes, log, self.scratch / "integration", "--test-dir", "build/release", "-L", "^integration$",
            environment=self.environment(),
        )

    def benchmarks(self, log: IO[str]) -> None:
        self.processes.must(
            log, "ctest", "--test-dir", "build/release", "-L", "^bench$", "--no-tests=error", "-V", environment=self.environment(),
        )

    def environment(self) -> dict[str, str]:
        """With the services' addresses. Only for those who ask: the other steps must not see any service."""
        exports = subprocess.run([*self.script, "env"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        return shell_environment(exports, dict(os.environ))

    def stop(self, log: IO[str] | None = None) -> None:
        """Two cores are few: what the tests used would only be in the way of others."""
        if self.up:
            subprocess.run([*self.script, "down"], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False)
            self.up = False

"""Which steps there are, in which lane each runs, and what it waits for.

    build      what compiles, one after the other, politely: release, the services' and the cluster's programs, images,
               then the sanitizers, whose time is free while the end-to-end tests wait for real pods
    services   checks of the text, unit tests, integration tests
    cluster    the end-to-end tests
"""

import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO

from steps import builds
from steps.cluster import TESTS, Cluster
from steps.processes import Processes
from steps.schedule import Counts, Step
from steps.services import Services
from steps.style import Style, has_lock_check

GROUPS = ("style", "unit", "integration", "sanitizers", "e2e", "bench")
DEFAULT = ("style", "unit", "integration", "sanitizers", "e2e")
# In order of preference: what takes longest goes first.
LANES = ("cluster", "services", "build")
RELEASE, SERVICES_BUILD, CLUSTER_BUILD, IMAGES = "release build", "services' programs", "cluster's programs", "images"
SANITIZERS = ("asan-ubsan", "tsan")


class Plan:
    def __init__(self, groups: list[str], processes: Processes, scratch: Path):
        self.groups = groups
        self.processes = processes
        self.scratch = scratch
        self.services = Services(processes, scratch)
        self.cluster = Cluster(processes, scratch)
        self.style = Style(processes)

    def steps(self) -> list[Step]:
        """Of all lanes; those of one lane in their order."""
        first = Step("dependencies", "build", lambda log: self.processes.must(log, "deploy/install-dependencies"))
        others = [*self._build_lane(), *self._services_lane(), *self._cluster_lane()]
        return [first, *(replace(step, needs=[first.name, *step.needs]) for step in others)]

    def stop(self) -> None:
        """Whatever of it is still up, in any state."""
        self.services.stop()
        self.cluster.stop()

    def _has(self, *groups: str) -> bool:
        return any(group in self.groups for group in groups)

    def _build_lane(self) -> list[Step]:
        found = []

        def add(name: str, run: Callable[[IO[str]], Counts | None], **more) -> None:
            found.append(Step(name, "build", run, **more))

        if targets := self._release_targets():
            add(RELEASE, lambda log: builds.build(self.processes, log, "release", targets))
        if self._has("integration", "bench"):
            add(SERVICES_BUILD, self.services.build)
        if self._has("e2e"):
            add(CLUSTER_BUILD, self.cluster.build)
            add(IMAGES, self.cluster.build_images, needs=[RELEASE, CLUSTER_BUILD])
        if self._has("sanitizers"):
            for preset in SANITIZERS:
                add(f"{preset} build", partial(self._build_preset, preset))
                add(f"unit tests, {preset}", partial(self._unit_tests, preset), needs=[f"{preset} build"], shown=True)
        if self._has("style"):
            add("clang-tidy, changed files", self.style.clang_tidy, shown=True)
            if has_lock_check():
                add("locks", self.style.locks)
        return found

    def _release_targets(self) -> list[str]:
        wanted = {
            "unit_tests": ["unit"], "integration_tests": ["integration"], "programs": ["integration", "e2e", "bench"],
            "benchmarks": ["bench"],
        }
        targets = [target for target, groups in wanted.items() if self._has(*groups)]
        # Nothing else would tell when a benchmark no longer compiles.
        if targets and os.environ.get("ARGUS_TEST_LONG") and "benchmarks" not in targets:
            targets.append("benchmarks")
        return targets

    def _services_lane(self) -> list[Step]:
        found = []

        def add(name: str, run: Callable[[IO[str]], Counts | None], **more) -> None:
            found.append(Step(name, "services", run, **more))

        if self._has("style"):
            for name, check in self.style.checks().items():
                add(name, check)
        if self._has("unit"):
            add("unit tests, release", partial(self._unit_tests, "release"), needs=[RELEASE], shown=True)
        if self._has("integration", "bench"):
            add("services", self.services.start, needs=[SERVICES_BUILD])
        if self._has("integration"):
            add("integration tests", self.services.integration_tests, needs=[RELEASE, "services"], shown=True)
        if self._has("bench"):
            add("benchmarks", self.services.benchmarks, needs=[RELEASE, "services"], shown=True)
        if self._has("integration", "bench"):
            add("services down", self.services.stop, needs=["services"], last=True)
        return found

    def _cluster_lane(self) -> list[Step]:
        found = []

        def add(name: str, run: Callable[[IO[str]], Counts | None], **more) -> None:
            found.append(Step(name, "cluster", run, **more))

        if self._has("style"):
            add("helm lint", self.cluster.lint_chart, needs=[CLUSTER_BUILD])
        if self._has("e2e"):
            add("cluster", self.cluster.start, needs=[RELEASE, IMAGES])
            for name in TESTS:
                add(f"end to end: {name}", partial(self.cluster.test, name=name), needs=["cluster"], shown=True)
            # The integration tests make network namespaces, too.
            add("the host is as it was", self.cluster.remove, needs=["cluster", "services down"], shown=True, last=True)
        return found

    def _build_preset(self, preset: str, log: IO[str]) -> None:
        builds.build(self.processes, log, preset, [])

    def _unit_tests(self, preset: str, log: IO[str]) -> Counts:
        """Its test preset has the labels and the sanitizer's environment."""
        return builds.run_ctest(self.processes, log, self.scratch / f"unit-{preset}", "--preset", preset, "-j", builds.jobs())

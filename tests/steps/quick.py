"""tests/run --quick: the unit tests of one room, or of those that were changed, in the preset that is fast to build."""

import json
import subprocess
from pathlib import Path
from typing import IO

from steps import builds, changes
from steps.processes import ROOT, Processes, StepFailed
from steps.schedule import Counts, Step

PRESET = "dev"
# What every room is built with: a change there concerns all of them.
EVERYWHERE = ("CMakeLists.txt", "CMakePresets.json", "cmake/")


class Quick:
    def __init__(self, room: str | None, processes: Processes, scratch: Path):
        self.room = room
        self.processes = processes
        self.scratch = scratch
        self.chosen: dict[str, Path] = {}

    def steps(self) -> list[Step]:
        return [
            Step("dev build", "build", self.build),
            Step("unit tests", "build", self.test, needs=["dev build"], shown=True),
        ]

    def stop(self) -> None:
        """Nothing outlives its processes."""

    def build(self, log: IO[str]) -> None:
        self.processes.must(log, "cmake", "--preset", PRESET)
        tests = unit_tests()
        self.chosen = chosen(tests, self.room, list(changes.changed()))
        log.write(f"Tests: {' '.join(self.chosen)}\n")
        built = programs()
        targets = [name for name in self.chosen if name in built]
        if targets:
            self.processes.must(log, "cmake", "--build", "--preset", PRESET, "--target", *targets)

    def test(self, log: IO[str]) -> Counts:
        names = "|".join(self.chosen)
        arguments = ["--preset", PRESET, "-R", f"^({names})$", "-j", builds.jobs()]
        return builds.run_ctest(self.processes, log, self.scratch / "quick", *arguments)


def unit_tests() -> dict[str, Path]:
    """Each test's name, and the folder of tests/ whose CMakeLists.txt adds it."""
    command = ["ctest", "--preset", PRESET, "--show-only=json-v1"]
    answer = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    graph = answer["backtraceGraph"]

    def folder(node: int) -> Path:
        """Of the outermost frame that is a CMakeLists.txt: the functions between are in cmake/."""
        found = Path()
        while True:
            entry = graph["nodes"][node]
            file = Path(graph["files"][entry["file"]])
            if file.name == "CMakeLists.txt":
                found = file.parent
            if "parent" not in entry or found != Path():
                return found
            node = entry["parent"]

    return {test["name"]: relative(folder(test["backtrace"])) for test in answer["tests"]}


def relative(folder: Path) -> Path:
    """Below tests/."""
    return (folder if folder.is_absolute() else ROOT / folder).relative_to(ROOT / "tests")


def programs() -> set[str]:
    """Names of what the build can make: tests in Python need no building."""
    command = ["ninja", "-C", f"build/{PRESET}", "-t", "targets", "all"]
    text = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return {line.split(":")[0] for line in text.splitlines() if line.endswith(": phony")}


def chosen(tests: dict[str, Path], room: str | None, changed: list[str]) -> dict[str, Path]:
    if room is not None:
        return of_room(tests, room)
    if any(path.startswith(EVERYWHERE) for path in changed):
        return tests
    found = {name: folder for path in changed for name, folder in nearest(tests, path).items()}
    return {name: tests[name] for name in tests if name in found} or tests


def of_room(tests: dict[str, Path], room: str) -> dict[str, Path]:
    """ROOM is a folder of the sources or the end of one, `operator/kube` or `kube`, with all that is below it; or a
    test's name with or without `_test`."""
    wanted = Path(room.strip("/").removeprefix("tests/")).parts

    def is_below(parts: tuple[str, ...]) -> bool:
        return any(parts[i:i + len(wanted)] == wanted for i in range(len(parts)))

    found = {name: folder for name, folder in tests.items() if wanted and is_below(folder.parts)}
    found = found or {name: folder for name, folder in tests.items() if name in (room, f"{room}_test")}
    if not found:
        rooms = " ".join(sorted({str(folder) for folder in tests.values()}))
        raise StepFailed(f"There is no room '{room}' with unit tests: write one of {rooms}, or a test's name.")
    return found


def nearest(tests: dict[str, Path], path: str) -> dict[str, Path]:
    """The tests in the folder of tests/ that mirrors PATH's, or else its parent's, and so on."""
    for folder in Path(path.removeprefix("tests/")).parents:
        found = {name: place for name, place in tests.items() if place == folder and folder != Path()}
        if found:
            return found
    return {}

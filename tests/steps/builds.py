"""Building a preset, running its tests, and counting their cases."""

import os
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import IO

from steps.processes import Processes
from steps.schedule import Counts


def build(processes: Processes, log: IO[str], preset: str, targets: list[str], polite: bool = True) -> None:
    """TARGETS empty: those that the build preset names, else everything."""
    processes.must(log, "cmake", "--preset", preset, polite=polite)
    words = ["--target", *targets] if targets else []
    processes.must(log, "cmake", "--build", "--preset", preset, *words, polite=polite)


def run_ctest(processes: Processes, log: IO[str], results: Path, *arguments: str, environment: dict[str, str] | None = None) -> Counts:
    """GoogleTest lists the cases of each program in RESULTS. A program without a list (not GoogleTest, or crashed) is one
    case."""
    results.mkdir(parents=True)
    environment = {**(environment or os.environ), "GTEST_OUTPUT": f"xml:{results}/", "GTEST_COLOR": "no"}
    junit = results / "ctest.junit"
    code = processes.run(
        log, "ctest", *arguments, "--no-tests=error", "--output-on-failure", "--output-junit", junit, environment=environment,
    )
    counts = count_cases(results, junit)
    log.write(skipped_text(results))
    if code and not counts.failed:
        counts.failed = 1
    return counts


def count_cases(results: Path, junit: Path) -> Counts:
    """A case that was skipped did not pass."""
    if not junit.exists():
        return Counts(failed=1)
    text = junit.read_text()
    programs, bad_programs = text.count("<testcase "), text.count('status="fail"')
    lists = [ElementTree.parse(path).getroot() for path in sorted(results.glob("*.xml"))]
    bad = [int(each.get("failures", 0)) for each in lists]
    skipped = sum(len(skipped_cases(each)) for each in lists)
    # A program that failed without a failed case in its list crashed, or has no list.
    bad_without_list = max(0, bad_programs - sum(number > 0 for number in bad))
    cases = sum(int(each.get("tests", 0)) for each in lists)
    passed = cases - sum(bad) - skipped + max(0, programs - len(lists) - bad_without_list)
    return Counts(passed, sum(bad) + bad_without_list, skipped)


def skipped_cases(root: ElementTree.Element) -> list[ElementTree.Element]:
    return [case for case in root.iter("testcase") if case.get("result") == "skipped"]


def skipped_text(results: Path) -> str:
    lines = []
    for path in sorted(results.glob("*.xml")):
        for case in skipped_cases(ElementTree.parse(path).getroot()):
            why = case.find("skipped")
            reason = "" if why is None else " ".join(why.get("message", "").split())
            lines.append(f"skipped: {case.get('classname')}.{case.get('name')}: {reason}\n")
    return "".join(lines)


def count_unittest(text: str) -> Counts:
    """From the last lines of Python's unittest. Nothing ran: nothing passed."""
    ran = re.findall(r"^Ran (\d+) tests? in ", text, re.MULTILINE)
    verdict = re.findall(r"^(?:FAILED|OK) \((.*)\)$", text, re.MULTILINE)
    numbers = dict(re.findall(r"(\w+)=(\d+)", verdict[-1])) if verdict else {}
    failed = int(numbers.get("failures", 0)) + int(numbers.get("errors", 0))
    skipped = int(numbers.get("skipped", 0))
    return Counts(max(0, (int(ran[-1]) if ran else 0) - failed - skipped), failed, skipped)


def jobs() -> str:
    return str(os.cpu_count() or 2)

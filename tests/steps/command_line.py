"""The command line of tests/run."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from steps.plan import DEFAULT, GROUPS, LANES, Plan
from steps.processes import ROOT, Interrupted, Processes
from steps.quick import Quick
from steps.report import Report
from steps.schedule import Schedule

DESCRIPTION = """Without options: installs what is missing, then every step below but --bench, side by side where
they do not need each other. Each step's output goes to build/test-logs and is shown when the step has ended."""
EPILOG = """environment:
  ARGUS_TEST_PORT_OFFSET   moves the ports of the services for the tests (default 1000)
  ARGUS_CLUSTER_PORT       the API server's of the cluster for them (default 26543)

The last line is "N passed, N failed". Exit codes: 0 nothing failed, 1 something did, 2 wrong usage.

examples:
  tests/run
  tests/run --unit --style
  tests/run --quick                 what was changed since main: seconds when the build is warm
  tests/run --quick operator/kube   one room
"""
HELP = {
    "style": "clang-format, shellcheck, ruff, gofmt, helm lint, and clang-tidy on what was changed",
    "unit": "release build, then the unit tests (no network)",
    "integration": "release build, services of its own (own directory and ports, so that a stack that is up stays "
    "untouched), then the integration tests against them",
    "sanitizers": "unit tests under AddressSanitizer with UBSan, and those that start threads under ThreadSanitizer",
    "e2e": "as root: a one-node cluster of its own with KEDA, all images, then the tests with real pods",
    "bench": "release build, services of its own, then the benchmarks",
}
ALL_CHANGED = ""
INTERRUPTED = 130
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(
        prog="tests/run", description=DESCRIPTION, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    for name in GROUPS:
        root.add_argument(f"--{name}", action="append_const", dest="groups", const=name, help=HELP[name])
    root.add_argument(
        "--quick", nargs="?", const=ALL_CHANGED, metavar="ROOM",
        help="dev build and unit tests of one room and those in it only; without ROOM, of the rooms that were "
        "changed since main. Integration tests are not among them",
    )
    root.add_argument("--long", action="store_true", help="the long forms of the end-to-end tests, and the benchmarks are compiled")
    return root


def parse(arguments: list[str]) -> argparse.Namespace:
    root = parser()
    options = root.parse_args(arguments)
    if options.quick is not None and options.groups:
        root.error("--quick runs alone: leave out the other options.")
    options.groups = [name for name in GROUPS if name in (options.groups or DEFAULT)]
    if os.environ.get("UPDATE_GOLDEN"):
        root.error("UPDATE_GOLDEN is set: golden files are rewritten by hand and reviewed, never here.")
    return options


def prepare_environment(options: argparse.Namespace) -> None:
    """What every test reads. Here nothing may be skipped for want of something in the environment."""
    os.environ["ARGUS_TEST_REQUIRED"] = "1"
    if options.long:
        os.environ.update(ARGUS_TEST_LONG="yes", ARGUS_TEST_ALL_POLICIES="yes", ARGUS_IMAGE_PROGRAMS="released")


def interrupt(number: int, frame: object) -> None:
    # Once is enough: what follows ends everything, and must not be cut short.
    for each in ENDING:
        signal.signal(each, signal.SIG_IGN)
    raise Interrupted


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    prepare_environment(options)
    for number in ENDING:
        signal.signal(number, interrupt)
    logs = ROOT / "build/test-logs"
    shutil.rmtree(logs, ignore_errors=True)
    logs.mkdir(parents=True)
    processes = Processes()
    with tempfile.TemporaryDirectory(prefix="argus-tests-", ignore_cleanup_errors=True) as scratch:
        run = chosen_run(options, processes, Path(scratch))
        try:
            return run_steps(run, logs)
        except Interrupted:
            print("tests/run: interrupted; ending what runs", file=sys.stderr, flush=True)
            return INTERRUPTED
        finally:
            processes.stop()
            run.stop()


def chosen_run(options: argparse.Namespace, processes: Processes, scratch: Path) -> Plan | Quick:
    if options.quick is None:
        return Plan(options.groups, processes, scratch)
    return Quick(options.quick or None, processes, scratch)


def run_steps(run: Plan | Quick, logs: Path) -> int:
    report = Report()
    schedule = Schedule(run.steps(), LANES, logs, report.begins, report.ends, report.still_runs)
    results = schedule.run()
    report.table(results, schedule.elapsed())
    return 1 if any(ended.counts.failed for ended in results) else 0

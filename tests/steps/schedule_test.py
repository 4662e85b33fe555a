#!/usr/bin/env python3
"""Steps run in the order of their lane, wait for what they need, and at most so many at a time."""

import sys
import tempfile
import threading
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from steps.processes import StepFailed  # noqa: E402
from steps.schedule import Counts, Ended, Schedule, Step  # noqa: E402

PATIENCE_SECONDS = 20.0


class ScheduleTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.logs = Path(folder.name)
        self.begun: list[str] = []

    def schedule(self, steps: list[Step], at_once: int = 2) -> dict[str, Ended]:
        lanes = list(dict.fromkeys(step.lane for step in steps))
        results = Schedule(
            steps, lanes, self.logs, lambda step: self.begun.append(step.name), lambda ended: None, at_once=at_once,
        ).run()
        return {ended.step.name: ended for ended in results}

    def test_a_lane_keeps_its_order(self):
        results = self.schedule([Step(name, "lane", lambda log: None) for name in "abc"])
        self.assertEqual(self.begun, ["a", "b", "c"])
        self.assertEqual([ended.counts for ended in results.values()], [Counts(passed=1)] * 3)

    def test_lanes_run_side_by_side(self):
        met = threading.Barrier(2, timeout=PATIENCE_SECONDS)

        def meet(log) -> None:
            met.wait()

        results = self.schedule([Step("a", "one", meet), Step("b", "two", meet)])
        self.assertEqual([ended.failure for ended in results.values()], ["", ""])

    def test_no_more_at_a_time_than_allowed(self):
        running, most, lock = set(), [], threading.Lock()

        def work(name: str):
            def run(log) -> None:
                with lock:
                    running.add(name)
                    most.append(len(running))
                with lock:
                    running.discard(name)
            return run

        self.schedule([Step(name, name, work(name)) for name in "abcdef"], at_once=1)
        self.assertEqual(max(most), 1)
        self.assertEqual(len(most), 6)

    def test_what_is_needed_comes_first(self):
        self.schedule([Step("tests", "one", lambda log: None, needs=["build"]), Step("build", "two", lambda log: None)])
        self.assertEqual(self.begun, ["build", "tests"])

    def test_what_is_not_part_of_the_run_is_not_waited_for(self):
        self.schedule([Step("tests", "one", lambda log: None, needs=["build"])])
        self.assertEqual(self.begun, ["tests"])

    def test_what_needs_a_failed_step_fails_without_running_and_what_cleans_up_runs(self):
        def fail(log) -> None:
            log.write("what went wrong\n")
            raise StepFailed("exit code 1")

        results = self.schedule([
            Step("build", "one", fail), Step("tests", "one", lambda log: None, needs=["build"]),
            Step("more tests", "two", lambda log: None, needs=["tests"]),
            Step("clean up", "two", lambda log: None, needs=["build"], last=True),
        ])
        self.assertEqual(self.begun, ["build", "clean up"])
        self.assertEqual(results["build"].failure, "exit code 1")
        self.assertEqual(results["build"].log.read_text(), "what went wrong\n")
        self.assertEqual(results["tests"].failure, "not run: it needs 'build', which failed")
        self.assertEqual(results["more tests"].counts, Counts(failed=1))
        self.assertEqual(results["clean up"].failure, "")

    def test_a_failed_case_is_a_failure_and_the_lane_goes_on(self):
        results = self.schedule([Step("a", "one", lambda log: Counts(3, 1, 2)), Step("b", "one", lambda log: None)])
        self.assertEqual(results["a"].failure, "1 failed")
        self.assertEqual(results["a"].counts, Counts(3, 1, 2))
        self.assertEqual(results["b"].failure, "")

    def test_a_mistake_in_a_step_is_its_failure(self):
        results = self.schedule([Step("a", "one", lambda log: {}["missing"])])
        self.assertEqual(results["a"].failure, "KeyError: 'missing'")
        self.assertEqual(results["a"].counts, Counts(failed=1))

    def test_long_work_shows_that_it_still_runs(self):
        seen = threading.Event()
        step = Step("a", "one", lambda log: self.assertTrue(seen.wait(PATIENCE_SECONDS)))
        Schedule(
            [step], ["one"], self.logs, lambda step: None, lambda ended: None, lambda step, seconds, log: seen.set(),
            heartbeat_seconds=0.01,
        ).run()
        self.assertTrue(seen.is_set())


if __name__ == "__main__":
    unittest.main()

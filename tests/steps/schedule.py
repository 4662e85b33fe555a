"""Runs steps side by side. Steps of one lane follow each other in their order; a step of another lane is waited for when
a step names it in `needs`. On two cores two steps run at a time: one that compiles beside one that waits for real things
to happen is what keeps both busy.

Threads: a Schedule belongs to one thread; each step's `run` has a thread of its own.
"""

import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from steps.processes import Interrupted, StepFailed

AT_ONCE = max(2, os.cpu_count() or 2)


@dataclass
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0


@dataclass
class Step:
    name: str
    lane: str
    run: Callable[[IO[str]], Counts | None]  # None: no test cases, so that the step counts as one
    needs: Sequence[str] = ()  # names of steps; those that are not part of this run do not count
    shown: bool = False  # its output is of use when it passed, too
    last: bool = False  # cleans up: runs even when what it needs failed


@dataclass
class Ended:
    step: Step
    start: float  # seconds since the schedule began
    seconds: float
    counts: Counts
    failure: str = ""  # a sentence; empty when it passed
    log: Path | None = None  # None: it did not run


@dataclass
class Schedule:
    """LANES is in order of preference: when two may start and there is room for one, the earlier lane's does."""

    steps: list[Step]
    lanes: Sequence[str]
    logs: Path
    begins: Callable[[Step], None]
    ends: Callable[[Ended], None]
    still_runs: Callable[[Step, float, Path], None] = lambda step, seconds, log: None
    at_once: int = AT_ONCE
    heartbeat_seconds: float = 60.0
    ended: dict[str, Ended] = field(default_factory=dict)
    _running: dict[str, tuple[Step, float]] = field(default_factory=dict)
    _results: list[Ended] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _began: float = field(default_factory=time.monotonic)

    def run(self) -> list[Ended]:
        """Runs every step to its end. Failure of a step is a result; Interrupted is not caught."""
        with self._changed:
            while len(self.ended) < len(self.steps):
                if not self._start_ready():
                    self._wait()
                self._take_results()
        return list(self.ended.values())

    def elapsed(self) -> float:
        return time.monotonic() - self._began

    def _next_of(self, lane: str) -> Step | None:
        """The first of the lane that has not ended, unless it runs."""
        waiting = (step for step in self.steps if step.lane == lane and step.name not in self.ended)
        step = next(waiting, None)
        return None if step is None or step.name in self._running else step

    def _start_ready(self) -> bool:
        """Whether something was started, or given up for what it needs."""
        known = {step.name for step in self.steps}
        for lane in self.lanes:
            step = self._next_of(lane)
            if step is None:
                continue
            needs = [name for name in step.needs if name in known]
            if any(name not in self.ended for name in needs):
                continue
            failed = [name for name in needs if self.ended[name].failure]
            if failed and not step.last:
                self._end(Ended(step, self.elapsed(), 0, Counts(failed=1), f"not run: it needs '{failed[0]}', which failed"))
                return True
            if len(self._running) < self.at_once:
                self._start(step)
                return True
        return False

    def _start(self, step: Step) -> None:
        self._running[step.name] = (step, self.elapsed())
        self.begins(step)
        threading.Thread(target=self._work, args=(step, self.elapsed()), daemon=True).start()

    def log_of(self, step: Step) -> Path:
        return self.logs / ("".join(letter if letter.isalnum() else "-" for letter in step.name) + ".log")

    def _work(self, step: Step, start: float) -> None:
        log, failure, counts = self.log_of(step), "", None
        with log.open("w") as output:
            try:
                counts = step.run(output)
            except StepFailed as error:
                failure = str(error) or "failed"
            except Interrupted:
                failure = "interrupted"
            except Exception as error:  # a mistake in a step must not leave the others waiting for it
                failure = f"{type(error).__name__}: {error}"
        counts = counts or (Counts(failed=1) if failure else Counts(passed=1))
        if counts.failed and not failure:
            failure = f"{counts.failed} failed"
        with self._changed:
            self._results.append(Ended(step, start, self.elapsed() - start, counts, failure, log))
            self._changed.notify()

    def _wait(self) -> None:
        if not self._results and not self._changed.wait(self.heartbeat_seconds):
            for step, start in self._running.values():
                self.still_runs(step, self.elapsed() - start, self.log_of(step))

    def _take_results(self) -> None:
        for result in self._results:
            del self._running[result.step.name]
            self._end(result)
        self._results.clear()

    def _end(self, result: Ended) -> None:
        self.ended[result.step.name] = result
        self.ends(result)

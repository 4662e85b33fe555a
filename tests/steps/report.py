"""What is shown while steps run side by side: a line when each begins and ends, its whole output when it ended, never in
between, and at last a table."""

import sys
from pathlib import Path
from typing import IO

from steps.schedule import Ended, Step

# How much of a log is shown of a step that failed; its file has the rest.
FAILED_LINES = 200
GREEN, RED, PLAIN = "\033[32m", "\033[31m", "\033[0m"


class Report:
    def __init__(self, output: IO[str] = sys.stdout):
        self.output = output
        self.colours = output.isatty()

    def begins(self, step: Step) -> None:
        self._say(f"---- {step.name}")

    def still_runs(self, step: Step, seconds: float, log: Path) -> None:
        lines = last_lines(log, 1)
        self._say(f"...  {step.name}, {seconds:.0f} s: {lines[0].strip() if lines else 'no output yet'}")

    def ends(self, ended: Ended) -> None:
        if ended.log and (ended.failure or ended.step.shown):
            self._show(ended)
        numbers = f", {text_of(ended)}" if ended.counts.passed + ended.counts.failed + ended.counts.skipped > 1 else ""
        self._say(f"{self._verdict(ended)} {ended.step.name} ({ended.seconds:.0f} s{numbers})")
        if ended.failure:
            self._say(f"     {ended.failure}")

    def table(self, results: list[Ended], seconds: float) -> None:
        self._say(f"---- all steps, {seconds:.0f} s")
        self._say(f"{'':4} {'start':>6} {'seconds':>8}  step")
        for ended in sorted(results, key=lambda each: each.start):
            self._say(f"{self._verdict(ended)} {ended.start:6.0f} {ended.seconds:8.0f}  {ended.step.name}")
        total = [sum(getattr(ended.counts, name) for ended in results) for name in ("passed", "failed", "skipped")]
        self._say(f"{total[2]} skipped")
        self._say(f"{total[0]} passed, {total[1]} failed")

    def _show(self, ended: Ended) -> None:
        assert ended.log is not None
        lines = ended.log.read_text(errors="replace").splitlines()
        if ended.failure and len(lines) > FAILED_LINES:
            self._say(f"     the last {FAILED_LINES} lines of {len(lines)} in {ended.log}:")
            lines = lines[-FAILED_LINES:]
        for line in lines:
            self._say(f"     | {line}")

    def _verdict(self, ended: Ended) -> str:
        word, colour = ("FAIL", RED) if ended.failure else ("ok  ", GREEN)
        return f"{colour}{word}{PLAIN}" if self.colours else word

    def _say(self, text: str) -> None:
        print(text, file=self.output, flush=True)


def text_of(ended: Ended) -> str:
    counts = ended.counts
    skipped = f", {counts.skipped} skipped" if counts.skipped else ""
    return f"{counts.passed} passed, {counts.failed} failed{skipped}"


def last_lines(log: Path, number: int) -> list[str]:
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 4096))
            text = file.read().decode(errors="replace")
    except OSError:
        return []
    return [line for line in text.replace("\r", "\n").splitlines() if line.strip()][-number:]

"""Programs that a step starts. Each leads a process group of its own, so that what it started in turn ends with it.

Threads: every method may be called from any thread.
"""

import contextlib
import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
# How long a program may take to end after SIGTERM before its group gets SIGKILL.
STOP_SECONDS = 20.0
# Compiling leaves the processor to tests that run beside it: they have deadlines, it has none.
COMPILER_NICENESS = 10


class StepFailed(Exception):
    """The sentence says why; the output before it is in the step's log."""


class Interrupted(Exception):
    """tests/run was told to end: nothing new starts."""


class Processes:
    def __init__(self):
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen] = set()
        self._stopping = False

    def run(self, log: IO[str], *command: str | Path, environment: dict[str, str] | None = None, polite: bool = False) -> int:
        """Runs COMMAND in the repository's root, its output in LOG, and returns its exit code. POLITE: it is compiling."""
        words = [str(word) for word in command]
        if polite:
            words = ["nice", "-n", str(COMPILER_NICENESS), *words]
        log.flush()
        with self._lock:
            if self._stopping:
                raise Interrupted
            try:
                child = subprocess.Popen(
                    words, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
                    env=environment,
                )
            except FileNotFoundError as error:
                raise StepFailed(f"{words[0]} is not installed: run deploy/install-dependencies.") from error
            self._running.add(child)
        code = child.wait()
        with self._lock:
            self._running.discard(child)
            if self._stopping:
                raise Interrupted
        return code

    def must(self, log: IO[str], *command: str | Path, environment: dict[str, str] | None = None, polite: bool = False) -> None:
        code = self.run(log, *command, environment=environment, polite=polite)
        if code:
            raise StepFailed(f"{' '.join(str(word) for word in command)}: exit code {code}")

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Ends what runs, after SECONDS by force, and lets nothing start any more."""
        with self._lock:
            self._stopping = True
            running = list(self._running)
        for child in running:
            send(child, signal.SIGTERM)
        deadline = time.monotonic() + seconds
        for child in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.0, deadline - time.monotonic()))
            send(child, signal.SIGKILL)


def send(child: subprocess.Popen, number: int) -> None:
    """To the whole group: its leader may have ended before the others."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, number)


def shell_environment(exports: str, base: dict[str, str]) -> dict[str, str]:
    """BASE as it is after a shell has read EXPORTS, such as the output of `deploy/local/services env`."""
    found = subprocess.run(
        ["bash", "-euc", 'eval "$1"; exec env -0', "bash", exports], cwd=ROOT, env=base, capture_output=True, check=True,
    ).stdout.decode()
    return dict(line.split("=", 1) for line in found.split("\0") if line)

#!/usr/bin/env python3
"""What a step started ends with it, and what that started in turn."""

import os
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from steps.processes import Interrupted, Processes, StepFailed, shell_environment  # noqa: E402

PATIENCE_SECONDS = 20.0


def eventually(condition) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def runs(pid: int) -> bool:
    """A zombie has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


class ProcessesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.log = (self.folder / "log").open("w")
        self.addCleanup(self.log.close)
        self.processes = Processes()

    def test_output_and_exit_code(self):
        code = self.processes.run(self.log, "bash", "-c", "echo out; echo err >&2; exit 3")
        self.assertEqual(code, 3)
        self.assertEqual((self.folder / "log").read_text(), "out\nerr\n")

    def test_what_must_not_fail_says_how_it_did(self):
        with self.assertRaisesRegex(StepFailed, "^bash -c exit 3: exit code 3$"):
            self.processes.must(self.log, "bash", "-c", "exit 3")

    def test_what_is_not_installed(self):
        with self.assertRaisesRegex(StepFailed, "^no-such-program is not installed: run deploy/install-dependencies.$"):
            self.processes.run(self.log, "no-such-program")

    def test_a_polite_program_leaves_the_processor_to_others(self):
        self.processes.run(self.log, "nice", polite=True)
        self.assertEqual(int((self.folder / "log").read_text()), os.nice(0) + 10)

    def test_stop_ends_the_whole_group_and_nothing_starts_after_it(self):
        pids, outcome = self.folder / "pids", []
        script = f'trap "" TERM; sleep 1000 & echo $! $$ >"{pids}.new"; mv "{pids}.new" "{pids}"; wait; wait'

        def work() -> None:
            try:
                self.processes.run(self.log, "bash", "-c", script)
            except Interrupted:
                outcome.append("interrupted")

        worker = threading.Thread(target=work)
        worker.start()
        self.assertTrue(eventually(pids.exists))
        child, shell = (int(word) for word in pids.read_text().split())
        self.processes.stop(seconds=0.1)
        worker.join(PATIENCE_SECONDS)
        self.assertEqual(outcome, ["interrupted"])
        self.assertTrue(eventually(lambda: not runs(child) and not runs(shell)))
        with self.assertRaises(Interrupted):
            self.processes.run(self.log, "true")

    def test_exports_of_a_shell(self):
        found = shell_environment("export A='two words'\nexport PATH=/here:$PATH\n", {"PATH": "/usr/bin:/bin", "B": "kept"})
        self.assertEqual((found["A"], found["B"], found["PATH"]), ("two words", "kept", "/here:/usr/bin:/bin"))


if __name__ == "__main__":
    unittest.main()

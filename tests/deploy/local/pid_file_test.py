#!/usr/bin/env python3
"""A pid file names the process that is meant, and no program begins that none names."""

import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ROOT / "deploy/local"
sys.dont_write_bytecode = True
sys.path.insert(0, str(SOURCES))

from argus_cluster import node  # noqa: E402
from argus_services import process  # noqa: E402

WAIT_SECONDS = 30.0
OWN_NAMESPACE = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child"]
# SIGKILL comes just before the pid file is written, or just after.
KILLED_STARTER = """
import os, signal, sys
from pathlib import Path
sources, folder, when, how = sys.argv[1:]
sys.path.insert(0, sources)
from argus_cluster import node
from argus_services import process
write = process.write_identity
def killed(*arguments):
    if when == "after":
        write(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)
process.write_identity = killed
one = process.Process("one", Path(folder, "one.json"), Path(folder, "log"), elsewhere=how == "inside")
program = ["touch", f"{folder}/began"]
if how == "inside":
    node.start_inside(one, [*OWN_NAMESPACE, *process.gated(program)])
else:
    process.start(one, program)
""".replace("OWN_NAMESPACE", repr(OWN_NAMESPACE))


def eventually(condition) -> bool:
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(process.POLL_SECONDS)
    return True


def mentioning(word: str) -> list[int]:
    """The processes whose command line holds WORD."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if word in (folder / "cmdline").read_text(errors="replace"):
                found.append(int(folder.name))
        except OSError:
            pass
    return found


class PidFileTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def process(self, elsewhere: bool = False) -> process.Process:
        one = process.Process("one", self.folder / "one.json", self.folder / "log", elsewhere)
        self.addCleanup(process.stop, one, signal.SIGKILL)
        return one

    def require_namespaces(self) -> None:
        if subprocess.run([*OWN_NAMESPACE, "true"], capture_output=True, check=False).returncode:
            self.skipTest("this machine allows no process namespaces")

    def killed(self, when: str, how: str) -> None:
        words = [sys.executable, "-B", "-c", KILLED_STARTER, str(SOURCES), str(self.folder), when, how]
        code = subprocess.run(words, check=False, timeout=WAIT_SECONDS).returncode
        self.assertEqual(-signal.SIGKILL, code)
        self.assertTrue(eventually(lambda: not mentioning(str(self.folder))), "it waits without an end")
        self.assertFalse((self.folder / "began").exists())

    def test_what_starts_it_is_killed_before_the_pid_file(self):
        self.killed("before", "outside")
        self.assertFalse((self.folder / "one.json").exists())

    def test_what_starts_it_is_killed_after_the_pid_file(self):
        self.killed("after", "outside")
        self.assertIsNone(process.running_pid(self.process()))

    def test_the_same_in_a_namespace(self):
        self.require_namespaces()
        self.killed("before", "inside")
        self.assertFalse((self.folder / "one.json").exists())
        self.killed("after", "inside")
        self.assertIsNone(process.running_pid(self.process(elsewhere=True)))

    def test_the_program_is_the_process_that_the_file_names(self):
        one = self.process()
        program = f"echo $$ >{self.folder}/own; readlink /proc/self/fd/0 >{self.folder}/stdin; exec sleep 1000000"
        pid = process.start(one, ["bash", "-c", program])
        self.assertTrue(eventually(lambda: (self.folder / "stdin").exists() and (self.folder / "stdin").read_text()))
        self.assertEqual(f"{pid}\n", (self.folder / "own").read_text())
        self.assertEqual("/dev/null\n", (self.folder / "stdin").read_text())
        self.assertEqual(pid, process.running_pid(one))

    def test_inside_it_is_the_child_and_not_what_started_it(self):
        self.require_namespaces()
        one = self.process(elsewhere=True)
        node.start_inside(one, [*OWN_NAMESPACE, *process.gated(["sleep", "1000000"])])
        pid = process.running_pid(one)
        self.assertIsNotNone(pid)
        self.assertFalse(process.in_our_namespace(pid))
        self.assertTrue(eventually(lambda: Path(f"/proc/{pid}/comm").read_text() == "sleep\n"))

    def test_a_process_of_ours_is_none_of_a_node(self):
        ours = subprocess.Popen(["sleep", "1000000"])
        self.addCleanup(ours.wait)
        self.addCleanup(ours.kill)
        plain, inside = self.process(), self.process(elsewhere=True)
        process.write_identity(plain, ours.pid)
        self.assertEqual(ours.pid, process.running_pid(plain))
        self.assertIsNone(process.running_pid(inside))
        self.assertFalse(process.stop(inside, signal.SIGKILL))
        self.assertIsNone(ours.poll())

    def test_a_start_that_fails_says_so(self):
        with self.assertRaisesRegex(process.EndedEarly, "one ended while it started"):
            node.start_inside(self.process(elsewhere=True), ["false"])
        self.assertFalse((self.folder / "one.json").exists())

    def test_what_ended_takes_no_line_and_costs_none(self):
        one = self.process()
        starter = process.spawn(one, ["true"])
        starter.wait()
        process.release(one, starter, starter.pid)
        self.assertIsNone(process.running_pid(one))
        self.assertTrue(starter.stdin.closed)


if __name__ == "__main__":
    unittest.main()

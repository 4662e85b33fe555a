#!/usr/bin/env python3
"""What belongs to a node is found without a pid file, and ended; what does not is left alone."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[3]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "deploy/local"))

from argus_cluster import cgroups, members  # noqa: E402
from argus_services import process  # noqa: E402

NOWHERE = Path("/nonexistent")
END_SECONDS = 30.0
# Two processes, one the child of the other, in a network namespace of their own.
TWO = ["unshare", "--user", "--map-root-user", "--net", "bash", "-c", "sleep 1000000 & echo $!; wait"]


class MembersTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tree = Path(folder.name)
        (self.tree / "cgroup.controllers").write_text("")
        patch = mock.patch.object(cgroups, "ROOT", self.tree)
        patch.start()
        self.addCleanup(patch.stop)

    def started(self, command: list[str]) -> subprocess.Popen:
        one = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

        def ended():
            one.kill()
            one.communicate()

        self.addCleanup(ended)
        return one

    def two_in_a_namespace(self) -> tuple[int, int]:
        outer = self.started(TWO)
        line = outer.stdout.readline()
        if not line:
            self.skipTest("this machine allows no network namespaces")
        return outer.pid, int(line)

    def in_a_group(self, path: str, *pids: int) -> None:
        """The kernel's files as a plain folder: only root may make a control group."""
        folder = self.tree / path
        folder.mkdir(parents=True)
        (folder / "cgroup.procs").write_text("".join(f"{pid}\n" for pid in pids))

    def test_those_of_a_network_namespace(self):
        outer, inner = self.two_in_a_namespace()
        other = self.started(["sleep", "1000000"])
        namespace = Path(f"/proc/{outer}/ns/net")
        self.assertEqual({outer, inner}, set(members.found(namespace, "/none")))
        members.end(namespace, "/none", END_SECONDS)
        self.assertIsNone(process.start_time(outer))
        self.assertIsNone(process.start_time(inner))
        self.assertIsNone(other.poll())

    def test_those_of_a_control_group_and_the_ones_below(self):
        mine, other = self.started(["sleep", "1000000"]), self.started(["sleep", "1000000"])
        self.in_a_group("mine-cluster")
        self.in_a_group("mine-cluster/pods/one", mine.pid)
        self.in_a_group("other-cluster", other.pid)
        members.end(NOWHERE, "/mine-cluster", END_SECONDS)
        self.assertIsNone(process.start_time(mine.pid))
        self.assertIsNone(other.poll())

    def test_our_own_namespace_is_nobodys_node(self):
        self.assertEqual({}, members.found(Path("/proc/self/ns/net"), "/none"))

    def test_where_nothing_is_nothing_is_found(self):
        self.assertEqual({}, members.found(NOWHERE, "/none"))
        members.end(NOWHERE, "/none", END_SECONDS)


if __name__ == "__main__":
    unittest.main()

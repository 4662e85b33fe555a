#!/usr/bin/env python3
"""What a cluster makes on the host goes again, and nothing else does."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[3]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "deploy/local"))

from argus_cluster import host_places  # noqa: E402


class HostPlacesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.state = self.root / "state"
        self.netns = self.root / "netns"
        patch = mock.patch.object(host_places, "NAMES_OF_NAMESPACES", self.netns)
        patch.start()
        self.addCleanup(patch.stop)

    def make(self, *names: str) -> list[Path]:
        places = [self.root / name for name in names]
        host_places.make(self.state, [str(place) for place in places])
        return places

    def test_what_was_missing_goes_and_what_was_there_stays(self):
        (self.root / "there").mkdir()
        there, missing = self.make("there", "missing")
        self.assertTrue(missing.is_dir())
        host_places.remove(self.state)
        self.assertTrue(there.is_dir())
        self.assertFalse(missing.exists())
        self.assertEqual([], list(self.state.iterdir()))

    def test_a_second_start_forgets_nothing(self):
        (place,) = self.make("place")
        self.make("place")
        host_places.remove(self.state)
        self.assertFalse(place.exists())

    def test_what_holds_something_stays_until_it_is_empty(self):
        (place,) = self.make("place")
        (place / "file").write_text("another's")
        host_places.remove(self.state)
        self.assertTrue((place / "file").exists())
        (place / "file").unlink()
        host_places.remove(self.state)
        self.assertFalse(place.exists())

    def test_names_of_namespaces_of_others_keep_their_place(self):
        self.make()
        self.netns.mkdir()  # as ip does
        (self.netns / "another").write_text("")
        host_places.remove(self.state)
        self.assertTrue(self.netns.is_dir())
        (self.netns / "another").unlink()
        host_places.remove(self.state)
        self.assertFalse(self.netns.exists())

    def test_a_place_that_another_node_mounts_over_stays(self):
        (place,) = self.make("place")
        script = 'mount --bind "$1" "$1" && echo mounted && read -r _'
        # User namespace: without root, too. A private mount is seen in that process's mountinfo alone.
        command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", str(place)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
            if other.stdout.readline() != "mounted\n":
                reason = "this machine allows no mount namespaces"
                if os.environ.get("ARGUS_TEST_REQUIRED"):  # tests/run sets it: nothing may be skipped
                    self.fail(reason)
                self.skipTest(reason)
            host_places.remove(self.state)
            self.assertTrue(place.is_dir())
            other.communicate("\n")
        host_places.remove(self.state)
        self.assertFalse(place.exists())


if __name__ == "__main__":
    unittest.main()

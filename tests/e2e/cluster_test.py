#!/usr/bin/env python3
"""The life of the local cluster: any part is killed and `up` mends it, an `up` is killed and the next goes on, `up` follows
`down`, and pods run each time. Each case begins with a cluster that is up, whatever the one before left.

ARGUS_TEST_LONG=yes kills every part by itself, and follows `down` with `up` again and again."""

import json
import os
import signal
import subprocess
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import host_state  # noqa: E402
from kubernetes import CLUSTER, ROOT, apply, environment, eventually, get, kubectl, make_namespace, pod, pod_ready, remove_namespace, run_in_pod  # noqa: E402

sys.path.insert(0, str(ROOT / "deploy/local"))

from argus_services import process  # noqa: E402

LONG = os.environ.get("ARGUS_TEST_LONG") == "yes"
ROUNDS = 3 if LONG else 1
# The others talk with one of these, and none of these with another.
TALKED_TO = ("containerd", "host-port", "kube-apiserver")
KILLED_UP_SECONDS = 300


def cluster(*arguments: str) -> subprocess.CompletedProcess:
    result = subprocess.run([CLUSTER, *arguments], capture_output=True, text=True, check=False)
    if result.returncode:
        raise AssertionError(f"cluster {' '.join(arguments)} failed:\n{result.stderr}")
    return result


def up() -> None:
    cluster("up", *(["--keda"] if os.environ.get("ARGUS_TEST_KEDA") else []))


def is_up() -> bool:
    status = subprocess.run([CLUSTER, "status"], capture_output=True, text=True, check=False)
    return status.returncode == 0 and "not ready" not in status.stdout


def state() -> Path:
    return Path(environment("ARGUS_TEST_CLUSTER_STATE"))


def pids() -> dict[str, int]:
    return {path.stem.removeprefix("node-"): json.loads(path.read_text())["pid"] for path in (state() / "pids").glob("*.json")}


def groups(parts: list[str]) -> list[list[str]]:
    """What is killed together: no two that talk with each other, so that each has to come back to what kept running."""
    if LONG:
        return [[part] for part in parts]
    others = [part for part in parts if part not in TALKED_TO and part != "node"]
    return [["node"], [part for part in parts if part in TALKED_TO], others]


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


class Life(unittest.TestCase):
    def setUp(self):
        if not is_up():
            up()
        # One of its own: no case waits for what the one before leaves.
        self.namespace = "e2e-life-" + self.id().rsplit(".test_", 1)[1].replace("_", "-")
        remove_namespace(self.namespace)
        make_namespace(self.namespace)
        self.addCleanup(kubectl, "delete", "namespace", self.namespace, "--wait=false")

    def works(self, name: str) -> None:
        """A new pod is scheduled, gets an address, finds a name, and goes."""
        apply(pod(name, self.namespace, environment("ARGUS_TEST_IMAGE_BUSYBOX"), ["sleep", "1000000"]))
        try:
            eventually(f"pod {name} is ready", lambda: pod_ready(name, self.namespace), 90)
        except AssertionError as error:
            described = kubectl("describe", "pod", name, "-n", self.namespace, check=False).stdout[-2000:]
            status = subprocess.run([CLUSTER, "status"], capture_output=True, text=True, check=False).stdout
            log = (state() / "logs/kubelet.log").read_text(errors="replace").splitlines()[-30:]
            raise AssertionError("\n".join([str(error), described, status, *log])) from error
        lookup = ["nslookup", "kubernetes.default.svc.cluster.local"]
        eventually("a name is found", lambda: "10.96.0.1" in run_in_pod(name, self.namespace, *lookup, check=False).stdout, 30)
        kubectl("delete", "pod", name, "-n", self.namespace, "--timeout=60s")

    def nothing_is_left(self) -> None:
        """Of a cluster that is down: every command line of it names a file in its state directory."""
        self.assertEqual(pids(), {})
        left: list[str] = []

        def gone() -> bool:
            left[:] = [line for line in host_state.processes() if f"{state()}/" in line]
            return not left

        try:
            eventually("nothing runs", gone, 30)
        except AssertionError as error:
            raise AssertionError("\n".join([str(error), *left])) from error
        namespace = f"{environment('ARGUS_CLUSTER_NAME')}-node"
        self.assertFalse(any(line.split()[0] == namespace for line in host_state.output("ip", "netns", "list")))

    def killed_up(self, when: str, part: str) -> None:
        command = [sys.executable, "-B", str(Path(__file__).with_name("killed_up.py")), when, part]
        result = subprocess.run(command, capture_output=True, text=True, timeout=KILLED_UP_SECONDS, check=False)
        self.assertEqual(result.returncode, -signal.SIGKILL, result.stderr)

    def test_any_part_may_be_killed(self):
        parts = sorted(pids())
        self.assertGreaterEqual(len(parts), 11)
        for number, group in enumerate(groups(parts)):
            with self.subTest(parts=group):
                before = pids()
                for part in group:
                    os.kill(before[part], signal.SIGKILL)
                up()
                after = pids()
                self.assertEqual(sorted(after), parts)
                self.assertEqual([part for part in group if after[part] == before[part]], [])
                self.works(f"after-{number}")

    def test_an_interrupted_up_is_taken_down_or_goes_on(self):
        """Killed where the node is made, the API server started, and the pods' programs, each time before and after the
        pid file is there."""
        self.forget_pid_files()
        cluster("down")
        self.nothing_is_left()
        self.killed_up("before", "node")
        cluster("down")
        self.nothing_is_left()
        for part in ("node", "kube-apiserver", "kubelet"):
            for when in ("before", "after"):
                with self.subTest(part=part, when=when):
                    self.killed_up(when, part)
                    self.assertEqual(part in pids(), when == "after")
        up()
        self.works("after-all")

    def forget_pid_files(self) -> None:
        """The node's names what started it, on the host, as an interrupted `up` once left it; the others are gone."""
        file = state() / "pids/node.json"
        starter = parent(pids()["node"])
        file.write_text(json.dumps({"pid": starter, "started": process.start_time(starter)}))
        for path in (state() / "pids").glob("node-*.json"):
            path.unlink()

    def test_up_twice_changes_nothing(self):
        before = pids()
        up()
        self.assertEqual(pids(), before)

    def test_up_follows_down_and_data_survives(self):
        claim = {
            "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data", "namespace": self.namespace},
            "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
        }
        keeper = pod(
            "keeper", self.namespace, environment("ARGUS_TEST_IMAGE_BUSYBOX"), ["sleep", "1000000"],
            container={"volumeMounts": [{"name": "data", "mountPath": "/data"}]},
            volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}],
        )
        apply(claim, keeper)
        eventually("the keeper runs", lambda: pod_ready("keeper", self.namespace))
        run_in_pod("keeper", self.namespace, "sh", "-c", "echo kept >/data/file")
        read = ["cat", "/data/file"]
        for turn in range(ROUNDS):
            with self.subTest(turn=turn):
                cluster("down")
                self.nothing_is_left()
                up()
                self.works(f"turn-{turn}")
                eventually(
                    "the keeper has it still",
                    lambda: run_in_pod("keeper", self.namespace, *read, check=False).stdout == "kept\n", 90,
                )
        self.assertIsNotNone(get("pvc", "data", self.namespace))


if __name__ == "__main__":
    unittest.main(verbosity=2)

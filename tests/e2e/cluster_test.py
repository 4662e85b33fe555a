#!/usr/bin/env python3
"""The life of the local cluster: any part is killed and `up` mends it, `up` follows `down` again and again, and
pods run each time."""

import json
import os
import signal
import subprocess
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from kubernetes import CLUSTER, apply, environment, eventually, get, kubectl, make_namespace, pod, pod_ready, remove_namespace, run_in_pod  # noqa: E402

NAMESPACE = "e2e-life"
ROUNDS = 3


def cluster(*arguments: str) -> subprocess.CompletedProcess:
    result = subprocess.run([CLUSTER, *arguments], capture_output=True, text=True, check=False)
    if result.returncode:
        raise AssertionError(f"cluster {' '.join(arguments)} failed:\n{result.stderr}")
    return result


def up() -> None:
    cluster("up", *(["--keda"] if os.environ.get("ARGUS_TEST_KEDA") else []))


def pids() -> dict[str, int]:
    folder = Path(environment("ARGUS_TEST_CLUSTER_STATE")) / "pids"
    return {path.stem.removeprefix("node-"): json.loads(path.read_text())["pid"] for path in folder.glob("*.json")}


class Life(unittest.TestCase):
    def setUp(self):
        make_namespace(NAMESPACE)
        self.addCleanup(remove_namespace, NAMESPACE)

    def works(self, name: str) -> None:
        """A new pod is scheduled, gets an address, finds a name, and goes."""
        apply(pod(name, NAMESPACE, environment("ARGUS_TEST_IMAGE_BUSYBOX"), ["sleep", "1000000"]))
        try:
            eventually(f"pod {name} is ready", lambda: pod_ready(name, NAMESPACE), 90)
        except AssertionError as error:
            described = kubectl("describe", "pod", name, "-n", NAMESPACE, check=False).stdout[-2000:]
            status = subprocess.run([CLUSTER, "status"], capture_output=True, text=True, check=False).stdout
            log = (Path(environment("ARGUS_TEST_CLUSTER_STATE")) / "logs/kubelet.log").read_text(errors="replace").splitlines()[-30:]
            raise AssertionError("\n".join([str(error), described, status, *log])) from error
        lookup = ["nslookup", "kubernetes.default.svc.cluster.local"]
        eventually("a name is found", lambda: "10.96.0.1" in run_in_pod(name, NAMESPACE, *lookup, check=False).stdout, 30)
        kubectl("delete", "pod", name, "-n", NAMESPACE, "--timeout=60s")

    def test_any_part_may_be_killed(self):
        parts = sorted(pids())
        self.assertGreaterEqual(len(parts), 11)
        for part in parts:
            with self.subTest(part=part):
                os.kill(pids()[part], signal.SIGKILL)
                up()
                self.assertEqual(sorted(pids()), parts)
                self.works(f"after-{part}")

    def test_an_interrupted_up_goes_on(self):
        """Killed when the node is there, when the API server is, and when the pods' programs are."""
        cluster("down")
        for part in ("node", "kube-apiserver", "kubelet"):
            with self.subTest(part=part), subprocess.Popen([CLUSTER, "up"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as first:
                eventually(f"{part} was started", lambda part=part: part in pids(), 90)
                first.kill()
        up()
        self.works("after-all")

    def test_up_twice_changes_nothing(self):
        before = pids()
        up()
        self.assertEqual(pids(), before)

    def test_up_follows_down(self):
        for turn in range(ROUNDS):
            with self.subTest(turn=turn):
                cluster("down")
                self.assertEqual(pids(), {})
                up()
                self.works(f"turn-{turn}")

    def test_data_survives_down_and_up(self):
        claim = {
            "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data", "namespace": NAMESPACE},
            "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
        }
        keeper = pod(
            "keeper", NAMESPACE, environment("ARGUS_TEST_IMAGE_BUSYBOX"), ["sleep", "1000000"],
            container={"volumeMounts": [{"name": "data", "mountPath": "/data"}]},
            volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}],
        )
        apply(claim, keeper)
        eventually("the keeper runs", lambda: pod_ready("keeper", NAMESPACE))
        run_in_pod("keeper", NAMESPACE, "sh", "-c", "echo kept >/data/file")
        cluster("down")
        up()
        read = ["cat", "/data/file"]
        eventually("the keeper has it still", lambda: run_in_pod("keeper", NAMESPACE, *read, check=False).stdout == "kept\n", 90)
        self.assertIsNotNone(get("pvc", "data", NAMESPACE))


if __name__ == "__main__":
    unittest.main(verbosity=2)

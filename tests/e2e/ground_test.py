#!/usr/bin/env python3
"""The ground that every other end-to-end test stands on: policies block packets, claims bind and grow, images
load, memory limits kill, and the HPA has figures to scale by. KEDA: scaling_test.py."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from kubernetes import (  # noqa: E402
    CLUSTER, ROOT, apply, condition, environment, eventually, get, kubectl, make_namespace, pod, pod_ready, remove_namespace, run_in_pod,
)

NAMESPACE = "e2e-ground"


def busybox() -> str:
    return environment("ARGUS_TEST_IMAGE_BUSYBOX")


def agnhost() -> str:
    return environment("ARGUS_TEST_IMAGE_AGNHOST")


def setUpModule():
    make_namespace(NAMESPACE)


def tearDownModule():
    remove_namespace(NAMESPACE)


class Policies(unittest.TestCase):
    """A policy of the test's own blocks and allows packets between real pods."""

    @classmethod
    def setUpClass(cls):
        server = pod("server", NAMESPACE, agnhost(), ["/agnhost", "netexec", "--http-port=8080"])
        friend = pod("friend", NAMESPACE, agnhost(), ["/agnhost", "pause"])
        stranger = pod("stranger", NAMESPACE, agnhost(), ["/agnhost", "pause"])
        apply(server, friend, stranger)
        for name in ("server", "friend", "stranger"):
            eventually(f"pod {name} is ready", lambda name=name: pod_ready(name, NAMESPACE))
        cls.address = get("pod", "server", NAMESPACE)["status"]["podIP"]

    @classmethod
    def tearDownClass(cls):
        kubectl("delete", "networkpolicy,pod", "--all", "-n", NAMESPACE, "--timeout=60s")

    def reaches(self, client: str) -> bool:
        probe = ["/agnhost", "connect", f"{self.address}:8080", "--timeout=1s", "--protocol=tcp"]
        return run_in_pod(client, NAMESPACE, *probe, check=False).returncode == 0

    def policy(self, name: str, selector: dict, **rules) -> dict:
        return {
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
            "metadata": {"name": name, "namespace": NAMESPACE}, "spec": {"podSelector": selector, **rules},
        }

    def test_ingress_and_egress_are_denied_and_allowed(self):
        self.assertTrue(self.reaches("friend") and self.reaches("stranger"))
        apply(self.policy("deny", {}, policyTypes=["Ingress", "Egress"]))
        eventually("denied", lambda: not self.reaches("friend") and not self.reaches("stranger"), 20)
        only_friend = {"podSelector": {"matchLabels": {"app": "friend"}}}
        to_server = {"podSelector": {"matchLabels": {"app": "server"}}}
        port = [{"protocol": "TCP", "port": 8080}]
        apply(self.policy("in", {"matchLabels": {"app": "server"}}, policyTypes=["Ingress"], ingress=[{"from": [only_friend], "ports": port}]))
        self.assertFalse(self.reaches("friend"), "the friend's own egress is still denied")
        apply(self.policy("out", {}, policyTypes=["Egress"], egress=[{"to": [to_server], "ports": port}]))
        eventually("the friend is let through", lambda: self.reaches("friend"), 20)
        self.assertFalse(self.reaches("stranger"), "only the friend is named")
        kubectl("delete", "networkpolicy", "--all", "-n", NAMESPACE)
        eventually("open again", lambda: self.reaches("stranger"), 20)


class Volumes(unittest.TestCase):
    """A claim of the default storage class binds, holds data over the pod's end, and grows."""

    def claim(self, size: str) -> dict:
        return {
            "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data", "namespace": NAMESPACE},
            "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}},
        }

    def writer(self) -> dict:
        return pod(
            "writer", NAMESPACE, busybox(), ["sleep", "1000000"],
            container={"volumeMounts": [{"name": "data", "mountPath": "/data"}]},
            volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}],
            securityContext={"runAsUser": 1234, "runAsGroup": 1234, "fsGroup": 1234, "runAsNonRoot": True},
        )

    def test_binds_keeps_grows_and_goes(self):
        apply(self.claim("1Gi"), self.writer())
        eventually("the writer runs", lambda: pod_ready("writer", NAMESPACE))
        run_in_pod("writer", NAMESPACE, "sh", "-c", "echo kept >/data/file")
        kubectl("delete", "pod", "writer", "-n", NAMESPACE, "--timeout=60s")
        apply(self.writer())
        eventually("the writer runs again", lambda: pod_ready("writer", NAMESPACE))
        self.assertEqual(run_in_pod("writer", NAMESPACE, "cat", "/data/file").stdout, "kept\n")
        apply(self.claim("2Gi"))
        eventually("the claim has grown", lambda: get("pvc", "data", NAMESPACE)["status"]["capacity"]["storage"] == "2Gi")
        volume = get("pvc", "data", NAMESPACE)["spec"]["volumeName"]
        self.assertEqual(get("pv", volume)["spec"]["capacity"]["storage"], "2Gi")
        kubectl("delete", "pod/writer", "pvc/data", "-n", NAMESPACE, "--timeout=60s")
        eventually("the volume is gone with its claim", lambda: get("pv", volume) is None)


class Images(unittest.TestCase):
    def test_an_archive_that_is_loaded_runs_as_a_pod(self):
        sys.path.insert(0, str(ROOT / "deploy/local"))
        from argus_cluster.image_archive import Image, write_archive

        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "root"
            root.mkdir()
            (root / "pause").write_bytes((ROOT / "deploy/local/pause/pause.c").read_bytes())
            subprocess.run(["gcc", "-Os", "-static", "-o", root / "pause", ROOT / "deploy/local/pause/pause.c"], check=True)
            name = f"registry.argus.local/e2e-loaded:{os.getpid()}"
            archive = Path(folder) / f"e2e-loaded-{os.getpid()}.tar"
            write_archive(Image(name, entrypoint=("/pause",)), root, archive)
            subprocess.run([CLUSTER, "load-image", str(archive)], check=True, capture_output=True)
        apply(pod("loaded", NAMESPACE, name, ["/pause"]))
        eventually("it runs", lambda: pod_ready("loaded", NAMESPACE))
        kubectl("delete", "pod", "loaded", "-n", NAMESPACE, "--timeout=60s")


class Limits(unittest.TestCase):
    def test_a_pod_above_its_memory_limit_is_killed(self):
        greedy = pod(
            "greedy", NAMESPACE, busybox(), ["sh", "-c", "x=$(head -c 256m /dev/zero | tr '\\0' x); echo ${#x}"],
            container={"resources": {"limits": {"memory": "32Mi"}, "requests": {"cpu": "10m"}}}, restartPolicy="Never",
        )
        apply(greedy)

        def killed():
            for one in get("pod", "greedy", NAMESPACE)["status"].get("containerStatuses", []):
                return one["state"].get("terminated", {}).get("reason")

        self.assertEqual(eventually("it ends", killed), "OOMKilled")
        kubectl("delete", "pod", "greedy", "-n", NAMESPACE, "--timeout=60s")


class Metrics(unittest.TestCase):
    def test_the_hpa_reads_cpu(self):
        labels = {"app": "busy"}
        template = pod("busy", NAMESPACE, busybox(), ["sh", "-c", "while :; do :; done"],
                       container={"resources": {"requests": {"cpu": "20m"}, "limits": {"cpu": "50m"}}})
        deployment = {
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "busy", "namespace": NAMESPACE},
            "spec": {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": template["spec"]}},
        }
        metric = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "AverageValue", "averageValue": "30m"}}}
        autoscaler = {
            "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "busy", "namespace": NAMESPACE},
            "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "busy"},
                     "minReplicas": 1, "maxReplicas": 2, "metrics": [metric]},
        }
        apply(deployment, autoscaler)
        eventually("two replicas", lambda: get("deployment", "busy", NAMESPACE)["spec"]["replicas"] == 2, 180)
        self.assertEqual(condition(get("hpa", "busy", NAMESPACE), "ScalingActive")["status"], "True")
        kubectl("delete", "hpa/busy", "deployment/busy", "-n", NAMESPACE, "--timeout=60s")


if __name__ == "__main__":
    unittest.main(verbosity=2)

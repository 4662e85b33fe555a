#!/usr/bin/env python3
"""KEDA in the local cluster scales on Kafka lag: a broker, a topic, a Deployment and a ScaledObject of the test's own."""

import json
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from kubernetes import (  # noqa: E402
    apply, condition, environment, eventually, get, kubectl, make_namespace, pod, pod_ready, remove_namespace, run_in_pod,
)

NAMESPACE = "e2e-scaling"
BROKER = f"broker.{NAMESPACE}.svc.cluster.local"
USER, PASSWORD, MECHANISM = "scaler", "e2e-scaling-password", "SCRAM-SHA-512"
TOPIC, GROUP, PARTITIONS = "work", "workers", 4
LAG_THRESHOLD = 5
MOST_REPLICAS = 3
# KEDA asks every 2 s here, the HPA every 15.
PATIENCE_SECONDS = 150


def broker_objects() -> list[dict]:
    listener = {"name": "internal", "address": "0.0.0.0"}
    configuration = {
        "redpanda": {
            "data_directory": "/var/lib/redpanda/data", "empty_seed_starts_cluster": False,
            "kafka_api": [{**listener, "port": 9092, "authentication_method": "sasl"}], "admin": [{**listener, "port": 9644}],
            "rpc_server": {"address": "0.0.0.0", "port": 33145}, "seed_servers": [{"host": {"address": BROKER, "port": 33145}}],
        },
    }
    start = [
        "rpk", "redpanda", "start", f"--advertise-kafka-addr=internal://{BROKER}:9092", f"--advertise-rpc-addr={BROKER}:33145",
        "--smp=1", "--memory=512M",
    ]
    script = "cp /config/redpanda.yaml /etc/redpanda/ && cp /config/bootstrap.yaml /etc/redpanda/.bootstrap.yaml && exec " + " ".join(start)
    variables = {
        "RP_BOOTSTRAP_USER": f"{USER}:{PASSWORD}:{MECHANISM}", "RPK_BROKERS": f"{BROKER}:9092", "RPK_USER": USER,
        "RPK_PASS": PASSWORD, "RPK_SASL_MECHANISM": MECHANISM,
    }
    broker = pod(
        "broker", NAMESPACE, environment("ARGUS_TEST_IMAGE_REDPANDA_STAND_IN"), ["sh", "-c", script],
        container={
            "env": [{"name": name, "value": value} for name, value in variables.items()],
            "volumeMounts": [{"name": "config", "mountPath": "/config"}],
            "readinessProbe": {"tcpSocket": {"port": 9092}, "periodSeconds": 1},
        },
        volumes=[{"name": "config", "configMap": {"name": "broker"}}],
    )
    # A YAML file may be written as JSON.
    files = {"redpanda.yaml": json.dumps(configuration), "bootstrap.yaml": json.dumps({"superusers": [USER], "enable_sasl": True})}
    return [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "broker", "namespace": NAMESPACE}, "data": files},
        {
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": "broker", "namespace": NAMESPACE},
            "spec": {"clusterIP": "None", "selector": {"app": "broker"}, "publishNotReadyAddresses": True, "ports": [{"port": 9092}]},
        },
        broker,
    ]


def scaled_objects() -> list[dict]:
    worker = pod("worker", NAMESPACE, environment("ARGUS_TEST_IMAGE_BUSYBOX"), ["sleep", "1000000"])
    labels = worker["metadata"]["labels"]
    metadata = {
        "bootstrapServers": f"{BROKER}:9092", "consumerGroup": GROUP, "topic": TOPIC, "lagThreshold": str(LAG_THRESHOLD),
        "offsetResetPolicy": "earliest",
    }
    behavior = {"scaleDown": {"stabilizationWindowSeconds": 0, "policies": [{"type": "Percent", "value": 100, "periodSeconds": 1}]}}
    parameters = {"sasl": "scram_sha512", "username": USER, "password": PASSWORD, "tls": "disable"}
    return [
        {
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "worker", "namespace": NAMESPACE},
            "spec": {"replicas": 0, "selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": worker["spec"]}},
        },
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "scaler", "namespace": NAMESPACE}, "stringData": parameters},
        {
            "apiVersion": "keda.sh/v1alpha1", "kind": "TriggerAuthentication", "metadata": {"name": "scaler", "namespace": NAMESPACE},
            "spec": {"secretTargetRef": [{"parameter": name, "name": "scaler", "key": name} for name in parameters]},
        },
        {
            "apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "metadata": {"name": "worker", "namespace": NAMESPACE},
            "spec": {
                "scaleTargetRef": {"name": "worker"}, "minReplicaCount": 0, "maxReplicaCount": MOST_REPLICAS, "pollingInterval": 2,
                "cooldownPeriod": 1, "advanced": {"horizontalPodAutoscalerConfig": {"behavior": behavior}},
                "triggers": [{"type": "kafka", "metadata": metadata, "authenticationRef": {"name": "scaler"}}],
            },
        },
    ]


def rpk(*arguments: str, text: str | None = None) -> str:
    return run_in_pod("broker", NAMESPACE, "rpk", *arguments, text=text).stdout


def replicas() -> int:
    return get("deployment", "worker", NAMESPACE)["spec"]["replicas"]


def scales_to(count: int) -> None:
    try:
        eventually(f"{count} replicas", lambda: replicas() == count, PATIENCE_SECONDS)
    except AssertionError as error:
        said = kubectl("describe", "scaledobject,hpa", "-n", NAMESPACE, check=False).stdout[-4000:]
        logs = kubectl("logs", "deployment/keda-operator", "-n", "keda", "--tail=20", check=False).stdout
        raise AssertionError(f"{error}\n{said}\n{logs}") from error


class KafkaLag(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        make_namespace(NAMESPACE)
        cls.addClassCleanup(remove_namespace, NAMESPACE)
        apply(*broker_objects())
        eventually("the broker is ready", lambda: pod_ready("broker", NAMESPACE), 120)
        rpk("topic", "create", TOPIC, "-p", str(PARTITIONS))

    def test_replicas_follow_the_lag_up_and_down(self):
        apply(*scaled_objects())
        # First of all its own removal: a ScaledObject keeps its namespace until KEDA let go of it.
        self.addCleanup(kubectl, "delete", "scaledobject", "--all", "-n", NAMESPACE, "--timeout=60s")
        eventually("KEDA knows the ScaledObject", lambda: condition(get("scaledobject", "worker", NAMESPACE), "Ready")["status"] == "True")
        self.assertEqual(replicas(), 0)
        rpk("topic", "produce", TOPIC, "-p", "0", text="one\n")
        scales_to(1)
        # Spread over the partitions: more consumers than those would get nothing to do, and KEDA knows it.
        for partition in range(PARTITIONS):
            rpk("topic", "produce", TOPIC, "-p", str(partition), text="more\n" * LAG_THRESHOLD)
        scales_to(MOST_REPLICAS)
        eventually("their pods run", lambda: get("deployment", "worker", NAMESPACE)["status"].get("readyReplicas") == MOST_REPLICAS)
        rpk("group", "seek", GROUP, "--to", "end", "--topics", TOPIC, "--allow-new-topics")
        scales_to(0)


if __name__ == "__main__":
    unittest.main(verbosity=2)

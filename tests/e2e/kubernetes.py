"""What the end-to-end tests do to the cluster: kubectl with JSON, waiting with a deadline, commands in pods."""

import json
import os
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CLUSTER = str(ROOT / "deploy/local/cluster")
POLL_SECONDS = 0.2


def environment(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise RuntimeError(f"{name} is not set: run these tests through `tests/run --e2e`, which brings a cluster up.")
    return value


def kubectl(*arguments: str, text: str | None = None, check: bool = True, timeout: float = 120) -> subprocess.CompletedProcess:
    result = subprocess.run(
        [environment("ARGUS_TEST_KUBECTL"), *arguments], input=text, capture_output=True, text=True, timeout=timeout, check=False,
    )
    if check and result.returncode:
        raise AssertionError(f"kubectl {' '.join(arguments)} failed: {result.stderr.strip() or result.stdout.strip()}")
    return result


def get(kind: str, name: str, namespace: str | None = None) -> dict | None:
    """The object, or None when there is none."""
    scope = ["-n", namespace] if namespace else []
    result = kubectl("get", kind, name, *scope, "-o", "json", "--ignore-not-found")
    return json.loads(result.stdout) if result.stdout.strip() else None


def items(kind: str, namespace: str, *selectors: str) -> list[dict]:
    return json.loads(kubectl("get", kind, "-n", namespace, "-o", "json", *selectors).stdout)["items"]


def apply(*objects: dict) -> None:
    kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", text="\n---\n".join(json.dumps(one) for one in objects))


def eventually(what: str, condition, seconds: float = 60):
    """Waits until CONDITION() gives something true, and returns it; fails with WHAT and the last answer."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds:.0f} s; last answer: {answer!r}")
        time.sleep(POLL_SECONDS)


def make_namespace(name: str) -> None:
    apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    # Pods are refused until the namespace has its service account.
    eventually(f"namespace {name} has a service account", lambda: get("serviceaccount", "default", name))


def remove_namespace(name: str) -> None:
    kubectl("delete", "namespace", name, "--ignore-not-found", "--timeout=180s", timeout=200)


def condition(item: dict, kind: str) -> dict:
    for one in item.get("status", {}).get("conditions", []):
        if one["type"] == kind:
            return one
    return {"status": "Unknown"}


def pod_ready(name: str, namespace: str) -> bool:
    pod = get("pod", name, namespace)
    return pod is not None and condition(pod, "Ready")["status"] == "True" and "deletionTimestamp" not in pod["metadata"]


def run_in_pod(pod: str, namespace: str, *command: str, container: str | None = None, check: bool = True, text: str | None = None, timeout: float = 60):
    where = ["-c", container] if container else []
    flags = ["-i"] if text is not None else []
    return kubectl("exec", *flags, "-n", namespace, pod, *where, "--", *command, check=check, text=text, timeout=timeout)


def pod(name: str, namespace: str, image: str, command: list[str], **spec) -> dict:
    container = {"name": "main", "image": image, "imagePullPolicy": "IfNotPresent", "command": command, **spec.pop("container", {})}
    return {
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "labels": {"app": name}},
        "spec": {"containers": [container], "terminationGracePeriodSeconds": 1, "enableServiceLinks": False, **spec},
    }

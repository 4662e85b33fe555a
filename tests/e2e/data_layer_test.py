#!/usr/bin/env python3
"""One data layer with real pods, from `helm install` to its end. The steps build on each other and run in the
order of their names."""

import base64
import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from kubernetes import ROOT, condition, environment, eventually, get, items, kubectl, make_namespace, run_in_pod  # noqa: E402

OPERATOR = "argus-system"
NAMESPACE = "argus-data"
SAMPLE = str(ROOT / "deploy/samples/argus.yaml")
CHART = str(ROOT / "charts/argus-operator")
GRAPH = "org_e2e_project_shop_codebase"
# Pods, with the label that finds them and the container that a command runs in.
STATEFUL = ("redpanda-0", "falkordb-0", "valkey-0")
READY_SECONDS = 300
# What a mistake that is corrected may take to heal.
HEAL_SECONDS = 120
KEPT_SECRETS = {"redpanda-superusers", "falkordb-auth", "valkey-auth"}


def helm(*arguments: str) -> subprocess.CompletedProcess:
    result = subprocess.run([environment("ARGUS_TEST_HELM"), *arguments], capture_output=True, text=True, check=False)
    if result.returncode:
        raise AssertionError(f"helm {' '.join(arguments)} failed: {result.stderr}")
    return result


def argusctl(*arguments: str) -> subprocess.CompletedProcess:
    program = str(ROOT / "build/release/bin/argusctl")
    where = ["--in-cluster", "--namespace", NAMESPACE, "--kubectl", environment("ARGUS_TEST_KUBECTL")]
    result = subprocess.run([program, *arguments, *where], capture_output=True, text=True, check=False, timeout=300)
    if result.returncode:
        raise AssertionError(f"argusctl {' '.join(arguments)} ended with {result.returncode}:\n{result.stdout}{result.stderr}")
    return result


def layer() -> dict | None:
    return get("argusdatalayer", "argus", NAMESPACE)


def ready() -> bool:
    """Ready=True, said of the resource as it is now."""
    item = layer()
    if item is None:
        return False
    one = condition(item, "Ready")
    return one["status"] == "True" and item["status"].get("observedGeneration") == item["metadata"]["generation"]


def all_pods_ready() -> bool:
    pods = [pod for pod in items("pods", NAMESPACE) if pod["status"].get("phase") not in ("Succeeded", "Failed")]
    return len(pods) >= 4 and all(
        condition(pod, "Ready")["status"] == "True" and "deletionTimestamp" not in pod["metadata"] for pod in pods
    )


def becomes_ready(seconds: float = READY_SECONDS) -> None:
    try:
        eventually("Ready=True with every pod ready", lambda: ready() and all_pods_ready(), seconds)
    except AssertionError as error:
        pods = kubectl("get", "pods", "-n", NAMESPACE, "-o", "wide", check=False).stdout
        described = kubectl("describe", "argusdatalayer", "argus", "-n", NAMESPACE, check=False).stdout
        events = kubectl("get", "events", "-n", NAMESPACE, "--sort-by=.lastTimestamp", check=False).stdout[-3000:]
        raise AssertionError(f"{error}\n{pods}\n{described}\n{events}") from error


def worker_pod() -> str:
    return items("pods", NAMESPACE, "-l", "app.kubernetes.io/name=cognee-worker")[0]["metadata"]["name"]


def workers() -> set[str]:
    return {pod["metadata"]["name"] for pod in items("pods", NAMESPACE, "-l", "app.kubernetes.io/name=cognee-worker")}


def setup_pod() -> str | None:
    found = [pod["metadata"]["name"] for pod in items("pods", NAMESPACE, "-l", "app.kubernetes.io/name=redpanda-setup")]
    return found[0] if len(found) == 1 else None


def pod_uid(name: str) -> str:
    return get("pod", name, NAMESPACE)["metadata"]["uid"]


def secret_text(name: str, key: str) -> str:
    return base64.b64decode(get("secret", name, NAMESPACE)["data"][key]).decode()


def client_password() -> str:
    return secret_text("redpanda-credentials", "sasl_password")


def users_of_brokers() -> str:
    return secret_text("redpanda-superusers", "users.txt")


def with_password(users: str, user: str, password: str) -> str:
    return re.sub(f"(?m)^{user}:.*:", f"{user}:{password}:", users)


def write_users(users: str) -> None:
    data = {"users.txt": base64.b64encode(users.encode()).decode()}
    kubectl("patch", "secret", "redpanda-superusers", "-n", NAMESPACE, "--type=merge", "--patch-file=/dev/stdin", text=json.dumps({"data": data}))


def graph_files() -> int:
    """How many files the graph holds, asked in the FalkorDB pod itself."""
    query = "MATCH (f:File) RETURN count(f)"
    printed = run_in_pod("falkordb-0", NAMESPACE, "redis-cli", "--raw", "GRAPH.RO_QUERY", GRAPH, query, container="falkordb").stdout
    return int(next(line for line in printed.splitlines() if line.strip().isdigit()))


def valkey(*words: str) -> str:
    return run_in_pod("valkey-0", NAMESPACE, "valkey-cli", *words, container="valkey").stdout.strip()


def write_codebase(root: Path, files: int) -> None:
    for number in range(files):
        folder = root / f"p{number % 3}"
        folder.mkdir(exist_ok=True)
        (folder / f"f{number}.go").write_text(f"package p{number % 3}\n\nfunc F{number}() int {{ return {number} }}\n")


def as_set(rules: list[dict]) -> set[str]:
    return {json.dumps(rule, sort_keys=True) for rule in rules}


class DataLayer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        make_namespace(NAMESPACE)

    def ingest(self, files: int) -> None:
        with tempfile.TemporaryDirectory() as folder:
            write_codebase(Path(folder), files)
            printed = argusctl("ingest", folder, "--org", "e2e", "--project", "shop", "--repository", "shop")
        self.assertIn("nalyzed", printed.stdout + printed.stderr)
        self.assertEqual(graph_files(), files)

    def rules_as_documented(self) -> list[dict]:
        """Those of deploy/operator-rbac.yaml, which the operator is tested with against a real API server."""
        read = kubectl("create", "--dry-run=client", "-o", "json", "-f", str(ROOT / "deploy/operator-rbac.yaml")).stdout
        decoder, found = json.JSONDecoder(), []
        while read.strip():
            one, end = decoder.raw_decode(read.lstrip())
            read = read.lstrip()[end:]
            found += one.get("items", [one])
        return next(one["rules"] for one in found if one["kind"] == "ClusterRole")

    def test_1_install_and_apply_until_ready(self):
        helm("install", "argus-operator", CHART, "--namespace", OPERATOR, "--create-namespace", "--wait", "--timeout", "3m",
             "--values", environment("ARGUS_TEST_HELM_VALUES"))
        self.assertEqual(len(items("pods", OPERATOR)), 2)
        rules = get("clusterrole", "argus-operator")["rules"]
        self.assertEqual(as_set(rules), as_set(self.rules_as_documented()))
        kubectl("apply", "-f", SAMPLE)
        becomes_ready()
        print(kubectl("get", "argusdatalayer,pods", "-n", NAMESPACE).stdout)
        described = kubectl("describe", "argusdatalayer", "argus", "-n", NAMESPACE).stdout
        self.assertIn("Ready", described)

    def test_2_a_codebase_goes_through_the_worker_pod(self):
        self.ingest(12)
        printed = argusctl("graph", "summary", "--org", "e2e", "--project", "shop").stdout
        self.assertIn("File", printed)
        valkey("SET", "e2e:kept", "yes")

    def test_3_any_pod_is_deleted_and_comes_back_with_its_data(self):
        for name in (*STATEFUL, worker_pod()):
            with self.subTest(pod=name):
                uid = get("pod", name, NAMESPACE)["metadata"]["uid"]
                kubectl("delete", "pod", name, "-n", NAMESPACE, "--timeout=120s", timeout=150)
                eventually("the old pod is gone", lambda uid=uid: uid not in {pod["metadata"]["uid"] for pod in items("pods", NAMESPACE)})
                becomes_ready()
        self.assertEqual(graph_files(), 12)
        self.assertEqual(valkey("GET", "e2e:kept"), "yes")
        self.ingest(14)

    def test_4_the_leading_operator_is_deleted_and_the_other_goes_on(self):
        holder = get("lease", "argus-operator", OPERATOR)["spec"]["holderIdentity"]
        leader = next(pod["metadata"]["name"] for pod in items("pods", OPERATOR) if holder.startswith(pod["metadata"]["name"]))
        kubectl("delete", "pod", leader, "-n", OPERATOR, "--timeout=60s")
        eventually("another leads", lambda: get("lease", "argus-operator", OPERATOR)["spec"].get("holderIdentity") not in (None, "", holder), 40)
        kubectl("delete", "networkpolicy", "valkey-policy", "-n", NAMESPACE)
        eventually("the policy is back", lambda: get("networkpolicy", "valkey-policy", NAMESPACE), 10)

    def test_4a_new_passwords_reach_the_brokers_before_their_clients(self):
        brokers = pod_uid("redpanda-0")
        worker, users = worker_pod(), users_of_brokers()
        changed = with_password(users, "argus-service", "Rotated1Service")
        write_users(changed)
        eventually("clients have it", lambda: client_password() == "Rotated1Service", HEAL_SECONDS)
        eventually("the worker is a new one", lambda: worker not in workers(), HEAL_SECONDS)
        becomes_ready(HEAL_SECONDS)
        self.assertEqual(pod_uid("redpanda-0"), brokers)
        self.ingest(14)

    def test_4b_an_admin_password_that_the_brokers_do_not_have_is_said(self):
        brokers, worker, users = pod_uid("redpanda-0"), worker_pod(), users_of_brokers()
        clients = client_password()
        write_users(with_password(with_password(users, "admin", "Rotated2Admin"), "argus-service", "Rotated2Service"))
        eventually("RedpandaReady says so", lambda: condition(layer(), "RedpandaReady").get("reason") == "AdminPasswordRefused", HEAL_SECONDS)
        said = condition(layer(), "RedpandaReady")
        self.assertEqual(said["status"], "False")
        self.assertIn("put the old one back", said["message"])
        self.assertEqual((pod_uid("redpanda-0"), workers(), client_password()), (brokers, {worker}, clients))
        written = kubectl("get", "argusdatalayer,events,pods,deployments", "-n", NAMESPACE, "-o", "json").stdout
        written += kubectl("logs", "deployment/redpanda-setup", "-n", NAMESPACE, check=False).stdout
        written += kubectl("logs", "-l", "app.kubernetes.io/name=argus-operator", "-n", OPERATOR, "--tail=-1").stdout
        for password in ("Rotated2Admin", "Rotated2Service", clients):
            self.assertNotIn(password, written)
        write_users(users)
        becomes_ready(HEAL_SECONDS)
        self.assertEqual((pod_uid("redpanda-0"), workers(), client_password()), (brokers, {worker}, clients))

    def test_4c_guardrails_restart_no_broker(self):
        brokers, setup = pod_uid("redpanda-0"), setup_pod()
        for least in ("60m", None):
            change = {"spec": {"guardrails": {"limitRange": {"min": {"cpu": least}}}}}
            kubectl("patch", "argusdatalayer", "argus", "-n", NAMESPACE, "--type=merge", "-p", json.dumps(change))
            eventually("a new setup fits the limits", lambda setup=setup: setup_pod() not in (None, setup), HEAL_SECONDS)
            becomes_ready(HEAL_SECONDS)
            setup = setup_pod()
        self.assertEqual(pod_uid("redpanda-0"), brokers)

    def test_5_the_resource_goes_and_comes_back_to_the_same_data(self):
        passwords = {name: get("secret", name, NAMESPACE)["data"] for name in KEPT_SECRETS}
        kubectl("delete", "argusdatalayer", "argus", "-n", NAMESPACE, "--timeout=120s", timeout=150)
        eventually("every pod is gone", lambda: not items("pods", NAMESPACE), 180)
        for kind in ("statefulsets", "deployments", "services", "configmaps", "networkpolicies", "resourcequotas", "limitranges"):
            eventually(f"no {kind}", lambda kind=kind: not {one["metadata"]["name"] for one in items(kind, NAMESPACE)} - {"kube-root-ca.crt"})
        self.assertEqual({one["metadata"]["name"] for one in items("secrets", NAMESPACE)}, KEPT_SECRETS)
        claims = {one["metadata"]["name"] for one in items("persistentvolumeclaims", NAMESPACE)}
        self.assertEqual(claims, {f"data-{name}" for name in STATEFUL})
        kubectl("apply", "-f", SAMPLE)
        becomes_ready()
        self.assertEqual({name: get("secret", name, NAMESPACE)["data"] for name in KEPT_SECRETS}, passwords)
        self.assertEqual(graph_files(), 14)
        self.assertEqual(valkey("GET", "e2e:kept"), "yes")
        self.ingest(15)

    def test_6_uninstall(self):
        kubectl("delete", "argusdatalayer", "argus", "-n", NAMESPACE, "--timeout=120s", timeout=150)
        helm("uninstall", "argus-operator", "--namespace", OPERATOR, "--wait")
        eventually("no operator", lambda: not items("pods", OPERATOR), 60)
        # Helm leaves definitions alone, so that no resource goes with the operator.
        self.assertIsNotNone(get("customresourcedefinition", "argusdatalayers.argus.dev"))
        eventually("every pod is gone", lambda: not items("pods", NAMESPACE), 180)
        self.assertEqual(len(items("persistentvolumeclaims", NAMESPACE)), 3)
        for namespace in (NAMESPACE, OPERATOR):
            kubectl("delete", "namespace", namespace, "--timeout=180s", timeout=200)
        eventually("the volumes are gone with their claims", lambda: not json.loads(kubectl("get", "pv", "-o", "json").stdout)["items"])


if __name__ == "__main__":
    unittest.main(verbosity=2, failfast=True)

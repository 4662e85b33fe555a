#!/usr/bin/env python3
"""The images of the stores that no data layer starts by itself answer in pods without root and with a read-only root."""

import base64
import json
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from kubernetes import apply, environment, eventually, get, kubectl, make_namespace, pod, pod_ready, remove_namespace, run_in_pod  # noqa: E402

NAMESPACE = "e2e-stores"
PASSWORD = "e2e 'stores' \"password\""
CONFINED = {"readOnlyRootFilesystem": True, "allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
START_SECONDS = 150


def store(name: str, port: int, variables: dict[str, str], folders: list[str]) -> dict:
    """A pod of an image's own command with a volume for each of FOLDERS."""
    one = pod(
        name, NAMESPACE, environment(f"ARGUS_TEST_IMAGE_{name.upper()}"), [],
        container={
            "env": [{"name": key, "value": value} for key, value in variables.items()], "securityContext": CONFINED,
            "volumeMounts": [{"name": f"v{number}", "mountPath": folder} for number, folder in enumerate(folders)],
            "readinessProbe": {"tcpSocket": {"port": port}, "periodSeconds": 1},
        },
        volumes=[{"name": f"v{number}", "emptyDir": {}} for number, _ in enumerate(folders)],
        securityContext={"runAsNonRoot": True, "fsGroup": 999},
    )
    del one["spec"]["containers"][0]["command"]
    return one


def starts(name: str) -> None:
    try:
        eventually(f"{name} is ready", lambda: pod_ready(name, NAMESPACE), START_SECONDS)
    except AssertionError as error:
        logs = kubectl("logs", name, "-n", NAMESPACE, "--tail=30", check=False).stdout
        raise AssertionError(f"{error}\n{kubectl('describe', 'pod', name, '-n', NAMESPACE).stdout[-2000:]}\n{logs}") from error


class Stores(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        make_namespace(NAMESPACE)
        cls.addClassCleanup(remove_namespace, NAMESPACE)

    def test_neo4j_answers_a_query(self):
        apply(
            store("neo4j", 7687, {"NEO4J_AUTH": f"neo4j/{PASSWORD}"}, ["/data", "/logs", "/tmp"]),
            pod("asks", NAMESPACE, environment("ARGUS_TEST_IMAGE_BUSYBOX"), ["sleep", "1000000"]),
        )
        starts("neo4j")
        starts("asks")
        login = base64.b64encode(f"neo4j:{PASSWORD}".encode()).decode()
        body = json.dumps({"statements": [{"statement": "CREATE (n:Kept {value: 42}) RETURN n.value"}]})
        address = get("pod", "neo4j", NAMESPACE)["status"]["podIP"]
        words = ["wget", "-q", "-O", "-", "--header", f"Authorization: Basic {login}", "--header", "Content-Type: application/json",
                 "--post-data", body, f"http://{address}:7474/db/neo4j/tx/commit"]
        answer = json.loads(eventually("Neo4j answers", lambda: run_in_pod("asks", NAMESPACE, *words, check=False).stdout))
        self.assertEqual(answer["errors"], [])
        self.assertEqual(answer["results"][0]["data"][0]["row"], [42])

    def test_postgres_answers_a_query(self):
        # A folder of its own: the root of a volume is not the server's, and it wants to set the permissions of its folder.
        variables = {"POSTGRES_PASSWORD": PASSWORD, "POSTGRES_USER": "argus", "POSTGRES_DB": "state"}
        variables["PGDATA"] = "/var/lib/postgresql/data/pgdata"
        apply(store("postgres", 5432, variables, ["/var/lib/postgresql/data", "/tmp"]))
        starts("postgres")
        query = "CREATE TABLE kept (value int); INSERT INTO kept VALUES (42); SELECT value FROM kept"
        script = f"IFS= read -r PGPASSWORD && export PGPASSWORD && psql -h 127.0.0.1 -U argus -d state -qtA -c '{query}'"
        answer = run_in_pod("postgres", NAMESPACE, "sh", "-c", script, text=PASSWORD + "\n")
        self.assertEqual(answer.stdout.strip(), "42")


if __name__ == "__main__":
    unittest.main(verbosity=2)

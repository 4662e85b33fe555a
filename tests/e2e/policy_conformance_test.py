#!/usr/bin/env python3
"""Network policies mean in the local cluster what cyclonus, an independent model of them, says they mean."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from kubernetes import CLUSTER, ROOT, kubectl  # noqa: E402

sys.path.insert(0, str(ROOT / "deploy/local"))

from argus_cluster.image_archive import Image, write_archive  # noqa: E402
from argus_cluster.settings import read_settings  # noqa: E402
from argus_services import build  # noqa: E402

SOURCES = ROOT / "tests/e2e/policy_conformance"
# The name that cyclonus gives the image of its pods.
IMAGE = "docker.io/mfenwick100/cyclonus-worker:latest"
# The program's namespaces, and cyclonus' own ones.
NAMESPACES = "ns in (x, y, z)"
# Cases that say what the others do not. All of cyclonus' take three times as long: ARGUS_TEST_ALL_POLICIES=yes.
INCLUDED = "action,conflict,end-port,named-port,peer-ipblock,target,upstream-e2e"
EXCLUDED = "multi-peer,sctp"
MINUTES = 60


def go_programs(folder: Path) -> None:
    """Tests and builds the two programs of SOURCES into FOLDER; go.sum follows from go.mod and is not kept."""
    go = build.find_go(read_settings(None, Path(CLUSTER)).services)
    source = folder / "source"
    shutil.copytree(SOURCES, source)
    environment = {**os.environ, "GOFLAGS": "-mod=mod -buildvcs=false", "CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOWORK": "off"}
    for arguments in (
        ["mod", "tidy"],
        ["test", "."],
        ["build", "-ldflags", "-s -w", "-o", str(folder / "policy_conformance"), "."],
        ["build", "-ldflags", "-s -w", "-o", str(folder / "worker"), "./worker"],
    ):
        result = subprocess.run([go, *arguments], cwd=source, env=environment, capture_output=True, text=True, check=False)
        if result.returncode:
            raise AssertionError(f"go {' '.join(arguments)} failed:\n{result.stdout}{result.stderr}")


def load_image(folder: Path) -> None:
    """agnhost, which serves, and the worker, which tries, on an empty root."""
    root = folder / "root"
    (root / "tmp").mkdir(parents=True)
    (root / "tmp").chmod(0o1777)
    shutil.copy(read_settings(None, Path(CLUSTER)).services.program("agnhost"), root / "agnhost")
    shutil.copy(folder / "worker", root / "worker")
    archive = folder / "cyclonus-worker-latest.tar"
    write_archive(Image(IMAGE, entrypoint=("/agnhost",), command=("pause",)), root, archive)
    subprocess.run([CLUSTER, "load-image", str(archive)], check=True, capture_output=True)


class Conformance(unittest.TestCase):
    def setUp(self):
        self.addCleanup(kubectl, "delete", "namespace", "--selector", NAMESPACES, "--timeout=180s", timeout=200)

    def test_every_case_is_as_it_should_be(self):
        choice = [] if os.environ.get("ARGUS_TEST_ALL_POLICIES") else ["-include", INCLUDED, "-exclude", EXCLUDED]
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            go_programs(folder)
            load_image(folder)
            command = [str(folder / "policy_conformance"), *choice]
            result = subprocess.run(command, capture_output=True, text=True, timeout=MINUTES * 60, check=False)
        # How many cases passed, and how long they took.
        print("\n".join(result.stdout.strip().splitlines()[-2:]) or "no case was run")
        self.assertEqual(result.returncode, 0, f"{result.stdout[-20000:]}\n{result.stderr[-2000:]}")


if __name__ == "__main__":
    unittest.main(verbosity=2)

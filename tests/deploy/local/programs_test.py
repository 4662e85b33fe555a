#!/usr/bin/env python3
"""How programs come into the cache: whole or not at all, and Kubernetes' own as links to one."""

import dataclasses
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LOCAL = ROOT / "deploy/local"
sys.dont_write_bytecode = True
sys.path.insert(0, str(LOCAL))

from argus_cluster import programs  # noqa: E402
from argus_cluster.settings import ClusterSettings, read_settings  # noqa: E402
from argus_services import build  # noqa: E402
from argus_services.kubernetes import build_program  # noqa: E402


class CacheTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.cache = Path(folder.name)
        known = read_settings(None, LOCAL / "cluster")
        self.cluster = ClusterSettings(known.name, dataclasses.replace(known.services, cache=self.cache), known.port)
        self.settings = self.cluster.services

    def put(self, name: str) -> Path:
        program = self.settings.program(name)
        program.parent.mkdir(parents=True)
        program.write_text("#!/bin/sh\necho ${0##*/}\n")
        program.chmod(0o755)
        return program

    def test_kubernetes_programs_are_one_file_that_is_started_by_its_links_name(self):
        whole = self.put("kubernetes")
        for name in programs.KUBERNETES:
            build_program(self.settings, name)
            program = self.settings.program(name)
            self.assertTrue(program.samefile(whole))
            self.assertEqual(f"{name}\n", subprocess.run([program], capture_output=True, text=True, check=True).stdout)

    def test_a_program_that_is_there_stays(self):
        before = self.put("kubelet").stat().st_ino
        build_program(self.settings, "kubelet")
        self.assertEqual(before, self.settings.program("kubelet").stat().st_ino)
        self.assertFalse(self.settings.program("kubernetes").exists())

    def test_what_fails_leaves_the_place_as_it_was(self):
        def fail(output: Path) -> None:
            (output / "helm").write_text("half")
            raise ValueError("no more room")

        target = self.settings.program("helm")
        with self.assertRaises(ValueError):
            build.place(target, fail)
        self.assertFalse(target.parent.exists())
        build.place(target, lambda output: (output / "helm").write_text("whole"))
        self.assertEqual("whole", target.read_text())
        self.assertEqual([target.parent], list((self.cache / "programs").iterdir()))

    def test_what_is_missing_is_what_is_not_there(self):
        self.assertEqual(programs.names(keda=True), programs.missing(self.cluster, keda=True))
        self.put("helm")
        self.assertNotIn("helm", programs.missing(self.cluster, keda=False))
        self.assertFalse({"keda-operator", "keda-adapter"} & set(programs.missing(self.cluster, keda=False)))


class LibrariesTest(unittest.TestCase):
    GO_MOD = """module k8s.io/kubernetes

go 1.26.0

require example.com/alone v1.0.0

require (
\texample.com/one v1.2.3
\texample.com/one/part v1.2.4 // indirect
\texample.com/oneself v1.2.5
\tk8s.io/api v0.0.0
)

replace (
\tk8s.io/api => ./staging/src/k8s.io/api
)
"""

    def test_kubernetes_own_are_the_released_ones_and_the_others_are_what_it_requires(self):
        self.assertEqual(
            [
                "\tk8s.io/api => k8s.io/api v0.36.3", "\texample.com/alone => example.com/alone v1.0.0",
                "\texample.com/one => example.com/one v1.2.3", "\texample.com/one/part => example.com/one/part v1.2.4",
                "\texample.com/oneself => example.com/oneself v1.2.5",
            ],
            build.library_replacements(self.GO_MOD, "1.36.3", ("example.com/program",)),
        )

    def test_a_program_keeps_its_own(self):
        kept = build.library_replacements(self.GO_MOD, "1.36.3", ("example.com/one",))
        self.assertEqual(["alone", "oneself"], re.findall(r"^\texample.com/(\S+) =>", "\n".join(kept), re.MULTILINE))


class MainTest(unittest.TestCase):
    def test_it_knows_every_program_that_is_linked_to_it(self):
        text = (LOCAL / "kubernetes/main.go").read_text()
        known = set(re.findall(r'^\t"(kube[a-z-]*)":', text, re.MULTILINE)) | set(re.findall(r'name == "(\w+)"', text))
        self.assertEqual(set(programs.KUBERNETES), known)


if __name__ == "__main__":
    unittest.main()

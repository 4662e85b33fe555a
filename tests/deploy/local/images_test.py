#!/usr/bin/env python3
"""deploy/local/images, as far as it goes without building an image: inputs, values, the versions' two places."""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[3]
LOCAL = ROOT / "deploy/local"
sys.dont_write_bytecode = True
sys.path.insert(0, str(LOCAL))

from argus_cluster.settings import read_settings  # noqa: E402
from argus_images import host_programs  # noqa: E402
from argus_images.catalog import BASE, ImageSpec, all_images  # noqa: E402
from argus_images.command_line import values_text  # noqa: E402
from argus_images.inputs import as_it_is, inputs_hash  # noqa: E402
from argus_services.errors import ServiceError  # noqa: E402


def images() -> list[ImageSpec]:
    return all_images(read_settings(None, LOCAL / "images").services)


def by_name(name: str) -> ImageSpec:
    return next(image for image in images() if image.name == name)


class InputsTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = Path(self.folder.name)
        (self.root / "context/src").mkdir(parents=True)
        (self.root / "context/Containerfile").write_text("FROM base\n")
        (self.root / "context/src/a.txt").write_text("a")
        self.image = ImageSpec("one", "1", ("context",), arguments=("VERSION=1",))
        self.assertEqual(self.image.reference, "registry.argus.local/one:1")

    def hash(self, **changes) -> str:
        return inputs_hash(self.root, ImageSpec(**{**self.image.__dict__, **changes}))

    def test_the_same_inputs_make_the_same_number(self):
        self.assertEqual(self.hash(), self.hash())

    def test_everything_that_goes_in_makes_another_number(self):
        before = self.hash()
        self.assertNotEqual(before, self.hash(arguments=("VERSION=2",)))
        self.assertNotEqual(before, self.hash(tag="2"))
        self.assertNotEqual(before, self.hash(base="docker.io/library/debian:12-slim"))
        self.assertNotEqual(before, self.hash(from_host=True))
        changed = self.root / "context/src/a.txt"
        changed.write_text("b")
        content = self.hash()
        self.assertNotEqual(before, content)
        changed.chmod(0o755)
        executable = self.hash()
        self.assertNotEqual(content, executable)
        changed.rename(changed.with_name("c.txt"))
        self.assertNotEqual(executable, self.hash())

    def test_another_content_is_another_image(self):
        before = as_it_is(self.root, self.image)
        self.assertEqual(before, as_it_is(self.root, before))
        self.assertRegex(before.reference, r"^registry.argus.local/one:1-[0-9a-f]{10}$")
        (self.root / "context/src/a.txt").write_text("b")
        self.assertNotEqual(before.reference, as_it_is(self.root, before).reference)

    def test_what_python_leaves_behind_does_not_count(self):
        before = self.hash()
        (self.root / "context/__pycache__").mkdir()
        (self.root / "context/__pycache__/a.pyc").write_bytes(b"x")
        self.assertEqual(before, self.hash())


class CatalogTest(unittest.TestCase):
    def test_every_input_and_containerfile_is_there(self):
        for image in images():
            for name in (*image.inputs, *filter(None, [image.containerfile])):
                self.assertTrue((ROOT / name).exists(), f"{image.name}: {name}")

    def test_what_the_argus_build_may_use_is_what_its_number_is_made_of(self):
        lines = (ROOT / ".dockerignore").read_text().splitlines()
        allowed = {line[1:] for line in lines if line.startswith("!")}
        hashed = set(by_name("argus-worker").inputs) - {".dockerignore", "deploy/images/argus"}
        self.assertEqual(allowed, hashed)

    def test_containerfiles_alone_build_the_pinned_versions(self):
        for image in images():
            if image.containerfile:
                text = (ROOT / image.containerfile).read_text()
                for argument in image.arguments:
                    self.assertEqual({argument}, set(re.findall(rf"^ARG ({argument.split('=')[0]}=\S+)", text, re.MULTILINE)))

    def test_nothing_runs_as_root(self):
        for image in images():
            if image.containerfile:
                users = re.findall(r"^USER (\S+)", (ROOT / image.containerfile).read_text(), re.MULTILINE)
                self.assertRegex(users[-1], r"^[1-9]\d*:[1-9]\d*$", image.name)

    def test_the_stand_in_says_what_it_is(self):
        text = (ROOT / by_name("redpanda-stand-in").containerfile).read_text()
        self.assertIn('title="Redpanda stand-in (Kafka ${REDPANDA_STAND_IN_KAFKA_VERSION}), for tests"', text)


class HostProgramsTest(unittest.TestCase):
    def base(self, text: str, choice: str = "") -> str | None:
        with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, {host_programs.VARIABLE: choice}):
            file = Path(folder, "os-release")
            file.write_text(text)
            return host_programs.base(file)

    def test_the_machines_programs_fit_where_its_release_is_the_images(self):
        self.assertEqual(BASE, self.base('VERSION_CODENAME="trixie"\nID=debian\n'))

    def test_elsewhere_and_for_a_release_the_image_compiles(self):
        self.assertIsNone(self.base("ID=ubuntu\nVERSION_CODENAME=noble\n"))
        self.assertIsNone(self.base("ID=debian\nVERSION_CODENAME=bookworm\n"), "its librdkafka cannot log in at Kafka 4")
        self.assertIsNone(self.base("ID=debian\nVERSION_CODENAME=trixie\n", host_programs.AS_RELEASED))
        with self.assertRaisesRegex(ServiceError, "ARGUS_IMAGE_PROGRAMS is 'yes': write released, or leave it out"):
            self.base("ID=debian\nVERSION_CODENAME=trixie\n", "yes")

    def test_what_all_load_is_installed_once(self):
        loaded = {"argus-operator": {"ssl", "rest"}, "argus-worker": {"ssl", "kafka"}, "argusctl": {"ssl", "kafka", "rest", "git"}}
        wanted = {"COMMON_LIBRARIES": "ssl", "OPERATOR_LIBRARIES": "rest", "GRAPH_LIBRARIES": "kafka", "ARGUSCTL_LIBRARIES": "git rest"}
        self.assertEqual(wanted, host_programs.arguments(loaded))

    def test_the_containerfile_takes_the_same_arguments(self):
        text = (ROOT / by_name("argus-operator").containerfile).read_text()
        names = host_programs.arguments({name: set() for name in host_programs.PROGRAMS})
        self.assertEqual(set(names), set(re.findall(r"^ARG (\w+_LIBRARIES)=", text, re.MULTILINE)))
        for name in names:
            self.assertRegex(text, rf"(?m)^    apt-get install .*\$\{{{name}\}}|^RUN apt-get update .*\$\{{{name}\}}")

    def test_a_programs_packages_are_those_of_its_libraries(self):
        self.assertIn("zlib1g", host_programs.packages(Path("/usr/bin/git")) | host_programs.packages(Path("/usr/bin/dpkg-deb")))

    def test_only_argus_own_images_take_them(self):
        taking = [image.name for image in all_images(read_settings(None, LOCAL / "images").services, BASE) if image.from_host]
        self.assertEqual(list(host_programs.PROGRAMS), taking)


class ValuesTest(unittest.TestCase):
    def test_the_operator_knows_every_variable(self):
        options = (ROOT / "operator/options.cpp").read_text()
        for line in values_text(images(), "env").splitlines():
            name, _, reference = line.partition("=")
            self.assertIn(f'"{name.removeprefix("ARGUS_IMAGE_")}"', options)
            self.assertTrue(reference.startswith("registry.argus.local/"), reference)

    def test_helm_gets_the_same_images_and_the_operators_own(self):
        text = values_text(images(), "helm")
        place, tag = by_name("argus-operator").reference.rsplit(":", 1)
        self.assertIn(f'image:\n  repository: {place}\n  tag: "{tag}"\n', text)
        for line in values_text(images(), "env").splitlines():
            self.assertIn(": " + line.partition("=")[2], text)
        self.assertIn("  redisExporter: ", text)

    def test_images_that_a_cluster_has_not_loaded_are_left_to_the_chart(self):
        text = values_text([by_name("argus-operator"), by_name("argusctl")], "helm")
        self.assertEqual(["image", "images"], re.findall(r"^(\w+):", text, re.MULTILINE))
        self.assertEqual(["tools"], re.findall(r"^  (\w+): registry.argus.local/argusctl:", text, re.MULTILINE))
        self.assertNotIn("falkordb", text)


class CommandTest(unittest.TestCase):
    def test_an_unknown_name_gets_a_sentence(self):
        result = subprocess.run([LOCAL / "images", "build", "no-such"], capture_output=True, text=True, check=False)
        self.assertEqual(1, result.returncode)
        self.assertIn("There is no image 'no-such': write one of argus-operator, argus-worker,", result.stderr)


if __name__ == "__main__":
    unittest.main()

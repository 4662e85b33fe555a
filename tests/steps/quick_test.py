#!/usr/bin/env python3
"""Which tests `tests/run --quick` chooses."""

import sys
import tempfile
import unittest
import unittest.mock
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from steps import changes  # noqa: E402
from steps.changes import numbers  # noqa: E402
from steps.processes import StepFailed  # noqa: E402
from steps.quick import chosen  # noqa: E402

TESTS = {
    "base_test": Path("base"), "http_test": Path("base"), "kube_test": Path("operator/kube"), "options_test": Path("operator"),
    "layer_render_test": Path("controllers/layer"), "images_test": Path("deploy/local"),
}


def of_change(*paths: str) -> list[str]:
    return list(chosen(TESTS, None, list(paths)))


def of_room(room: str) -> list[str]:
    return list(chosen(TESTS, room, ["base/clock.cpp"]))


class QuickTest(unittest.TestCase):
    def test_a_room_by_its_folder_or_the_end_of_it(self):
        for room in ("operator/kube", "kube", "tests/operator/kube/"):
            self.assertEqual(of_room(room), ["kube_test"])
        self.assertEqual(of_room("base"), ["base_test", "http_test"])

    def test_a_test_by_its_name(self):
        self.assertEqual(of_room("layer_render_test"), ["layer_render_test"])
        self.assertEqual(of_room("layer_render"), ["layer_render_test"])

    def test_a_folder_of_rooms(self):
        self.assertEqual(of_room("controllers"), ["layer_render_test"])

    def test_no_such_room(self):
        with self.assertRaisesRegex(StepFailed, "^There is no room 'nowhere' with unit tests: write one of base controllers/layer "):
            of_room("nowhere")

    def test_a_change_concerns_the_nearest_folder_of_tests(self):
        self.assertEqual(of_change("operator/kube/client.cpp"), ["kube_test"])
        self.assertEqual(of_change("tests/operator/kube/client_test.cpp"), ["kube_test"])
        self.assertEqual(of_change("controllers/layer/render/redis/pod.cpp"), ["layer_render_test"])
        self.assertEqual(of_change("operator/main.cpp", "deploy/local/cluster"), ["options_test", "images_test"])

    def test_a_change_of_the_build_concerns_all(self):
        self.assertEqual(of_change("cmake/ArgusRooms.cmake"), list(TESTS))

    def test_a_change_that_is_nobodys_concerns_all(self):
        self.assertEqual(of_change("docs/api.md"), list(TESTS))
        self.assertEqual(of_change(), list(TESTS))

    def test_changes_count_from_main_or_from_what_is_not_committed(self):
        with tempfile.TemporaryDirectory() as folder, unittest.mock.patch.object(changes, "ROOT", Path(folder)):
            def commit(text: str) -> str:
                Path(folder, "file").write_text(text)
                changes.git("add", ".")
                changes.git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", text)
                return changes.git("rev-parse", "HEAD").strip()

            changes.git("init", "-q", "-b", "main")
            first, second = commit("1"), commit("2")
            changes.git("checkout", "-q", "-b", "work")
            self.assertEqual(changes.base(), first, "nothing is changed: the last commit is what there is")
            Path(folder, "file").write_text("3")
            self.assertEqual(changes.base(), second, "the last commit is somebody else's")
            commit("3")
            self.assertEqual(changes.base(), second)

    def test_what_git_says_of_changes(self):
        text = "1\t2\ta b.cpp\0" "0\t3\t\0old.cpp\0new.cpp\0" "-\t-\tpicture.png\0"
        self.assertEqual(numbers(text), {"a b.cpp": 3, "new.cpp": 3, "picture.png": 0})


if __name__ == "__main__":
    unittest.main()

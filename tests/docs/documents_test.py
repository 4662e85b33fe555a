#!/usr/bin/env python3
"""The documents are true: what they, and the comments of the sources, name is in the source tree.

The first classes try the checker on trees and documents made up for it, the last one runs it on this tree. A name that
is somebody else's goes to FOREIGN, beside its reason.
"""

import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent))

from documents import Checker  # noqa: E402
from markdown import Document, slug  # noqa: E402
from source_tree import SourceTree  # noqa: E402

FOREIGN = {
    "settings of other programs": {
        "CMAKE_BUILD_PARALLEL_LEVEL",  # cmake's
        "DOCKER_BUILDKIT",  # docker's; our builds use buildah
    },
    "sources of other projects, named where we follow them": {
        "http_client_asio.cpp",  # cpprestsdk
        "include/net/tcp_states.h",  # Linux
    },
    "options of GoogleTest": {
        "--gtest_filter", "--gtest_repeat", "--gtest_break_on_failure",
    },
    "examples: what the reader will make, or may have": {
        "kSomething",
        "team-a/argus",
    },
    "functions of the operating system that a library calls for us": {
        "execve",
    },
}
FOREIGN_NAMES = set().union(*FOREIGN.values())

TREE = {
    "CMakeLists.txt": 'argus_program(NAME argus-worker SOURCES main.cpp)\n',
    "worker/main.cpp": '// argus-worker.\nint main() { option("--brokers", "WORKER_LANES"); }\n',
    "worker/graph/store.h": "// gone_since() once.\n"
                            "constexpr int kRowsMax = 3;\nclass Store { void write_rows(int rows); };\n",
    "worker/graph/store.cpp": '#include "graph/store.h"\nvoid Store::write_rows(int) { query("hash_mismatch"); }\n',
    "worker/kafka/options.h": "struct Options { int lanes; };\n",
    "cli/options.h": "class Reader { void read_all(); };\n",
    "cli/text.cpp.in": "@TEXT@\n",
    "cli/room/plan.h": "",
    "worker/room/plan.h": "",
    "worker/graph/CMakeLists.txt": "",
    "tests/worker/graph/CMakeLists.txt": "",
    "deploy/options.py": '"""Not process_one()."""\nHELP = """\n--in-help\n"""\n'
                         'for name in ("style", "unit"):\n    add(f"--{name}")\n\ndef f():\n    """Not process_two()."""\n',
    "deploy/start": "#!/bin/sh\ncase $1 in --wipe) ;; esac\n",
    "docs/events.md": "# Events\n\n## The `limits`, all\n\n## Same\n\n## Same\n",
}


class MadeUpTree(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        root = Path(folder.name)
        for name, text in TREE.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        self.checker = Checker(SourceTree(root), {"--foreign", "theirs.h", "their_call"})

    def assert_true(self, text: str):
        self.assertEqual(self.checker.check_document("docs/page.md", text), [])

    def assert_found(self, text: str, *problems: str):
        self.assertEqual(self.checker.check_document("docs/page.md", text),
                         [f"docs/page.md:1: {problem}" for problem in problems])


class PathsTest(MadeUpTree):
    def test_files_and_folders_that_exist(self):
        self.assert_true("`worker/graph/store.h`, `worker/graph/`, `graph/store.h`, `store.h`, `events.md`, `cli`")

    def test_a_file_that_does_not(self):
        self.assert_found("see `worker/graph/gone.h`", "`worker/graph/gone.h` does not exist")
        self.assert_found("see `gone.h`", "`gone.h` does not exist")

    def test_a_folder_that_does_not(self):
        self.assert_found("see `worker/gone/`", "`worker/gone/` does not exist")

    def test_a_name_that_many_files_have(self):
        self.assert_true("`options.h` may be said of all, `kafka/options.h` is one, as `graph/CMakeLists.txt` is")
        self.assert_found("see `room/plan.h`",
                          "`room/plan.h` may be cli/room/plan.h or worker/room/plan.h: write more of the path")

    def test_what_is_built(self):
        self.assert_true("`build/release/bin/argus-worker`")
        self.assert_found("`build/release/bin/argus-gone`", "`build/release/bin/argus-gone` is built by nothing")

    def test_placeholders_and_others_files(self):
        self.assert_true("`worker/<room>/<file>.h`, `~/.cache/argus`, `docs/*.md`, `theirs.h`")


class NamesTest(MadeUpTree):
    def test_names_that_exist(self):
        self.assert_true("`kRowsMax`, `Store::write_rows`, `write_rows()`, `write_rows(rows)`, `Options`, `lanes`,"
                         " `--brokers`, `hash_mismatch`, `WORKER_LANES`, `WORKER_LANES=2`, `argus-worker`")

    def test_a_stale_function(self):
        self.assert_found("`process_next()`", "`process_next()` is not a function of the tree")
        self.assert_found("`lanes()`", "`lanes()` is not a function of the tree")

    def test_a_stale_name(self):
        self.assert_found("`process_next`", "`process_next` is nowhere in the code")
        self.assert_found("`kRowsMost`", "`kRowsMost` is nowhere in the code")
        self.assert_found("`kRows`", "`kRows` is nowhere in the code")
        self.assert_found("`WORKER_GONE=1`", "`WORKER_GONE` is nowhere in the code")

    def test_a_method_of_another_class(self):
        self.assert_found("`Store::read_all`", "`Store::read_all` is nowhere in the code")
        self.assert_found("`Store::read_all()`", "`Store::read_all` is nowhere in the code")

    def test_a_name_in_a_comment_is_not_code(self):
        self.assert_found("`gone_since()`", "`gone_since()` is not a function of the tree")
        self.assert_found("`process_one()`", "`process_one()` is not a function of the tree")
        self.assert_found("`process_two()`", "`process_two()` is not a function of the tree")

    def test_options(self):
        self.assert_found("`--gone`", "the option `--gone` is nowhere in the code")
        self.assert_found("`--brokers x --gone 3`", "the option `--gone` is nowhere in the code")
        self.assert_found("`--broker`", "the option `--broker` is nowhere in the code")
        self.assert_true("`--foreign`, `--in-help`, `--style` and `--unit`, which are made in a loop")

    def test_a_span_over_two_lines_and_what_only_looks_like_one(self):
        self.assertEqual(self.checker.check_document("docs/page.md", "One\n`gone_\nsince` and `gone`\n"),
                         ["docs/page.md:3: `gone` is nowhere in the code"])

    def test_a_row_names_the_file_that_has_the_function(self):
        self.assert_true("| `worker/graph/store.h` | `write_rows()` |")
        self.assert_found("| `cli/options.h` | `Store::write_rows` |",
                          "`Store::write_rows` is in none of the files that its row names")


class LinksTest(MadeUpTree):
    def test_links_that_lead_somewhere(self):
        self.assert_true("[a](events.md) [b](../worker/graph/) [c](events.md#the-limits-all) [d](events.md#same-1)"
                         " [e](https://example.com/gone.md#x)\n\n# Here\n\n[f](#here)")

    def test_a_link_to_no_file(self):
        self.assert_found("[a](gone.md)", "the link gone.md leads to no file")
        self.assert_found("[a](../../events.md)", "the link ../../events.md leads to no file")

    def test_a_broken_anchor(self):
        self.assert_found("[a](events.md#limit)", "docs/events.md has no heading #limit")
        self.assert_found("[a](events.md#same-2)", "docs/events.md has no heading #same-2")
        self.assert_found("[a](#nowhere)", "docs/page.md has no heading #nowhere")

    def test_a_link_with_a_name_in_it(self):
        self.assert_found("[`kGone`](gone.md)", "the link gone.md leads to no file", "`kGone` is nowhere in the code")

    def test_slugs_are_those_of_github(self):
        self.assertEqual(slug("argusctl broker ensure"), "argusctl-broker-ensure")
        self.assertEqual(slug("From outside: `--in-cluster`"), "from-outside---in-cluster")

    def test_headings_in_blocks_are_none(self):
        self.assertEqual(Document("# One\n\n```sh\n# Two\n```\n").anchors, {"one"})


class CommandsTest(MadeUpTree):
    def test_commands_that_exist(self):
        self.assert_true("```sh\nsudo deploy/start --wipe && build/dev/bin/argus-worker --brokers x  # --gone\n```\n"
                         "\n    eval \"$(deploy/start)\" | grep --color x\n")

    def test_programs_that_do_not(self):
        for command in ("deploy/gone --wipe", "A=1 deploy/gone", 'eval "$(deploy/gone)"', "true && ./deploy/gone"):
            for block in (f"\n```\n{command}\n```\n", f"\n\n    {command}\n"):
                self.assertEqual(self.checker.check_document("docs/page.md", block),
                                 ["docs/page.md:3: the program `deploy/gone` does not exist"], command)

    def test_a_program_that_is_not_built(self):
        self.assert_found("`argus-gone --wipe`", "the program `argus-gone` does not exist")

    def test_an_option_that_nothing_knows(self):
        self.assert_found("`deploy/start --gone`", "the option `--gone` is nowhere in the code")

    def test_a_file_given_to_another_program(self):
        self.assert_found("`kubectl apply --server-side -f deploy/gone.yaml`", "`deploy/gone.yaml` does not exist")

    def test_a_diagram(self):
        block = "```mermaid\nsequenceDiagram\n  a->>b: Store::{}()\n```\n"
        self.assert_true(block.format("write_rows"))
        self.assertEqual(self.checker.check_document("docs/page.md", block.format("gone")),
                         ["docs/page.md:3: `Store::gone()` is not a function of the tree"])


class CommentsTest(MadeUpTree):
    def problems(self, comment: str, name: str = "worker/graph/code.cpp") -> list[str]:
        return self.checker.check_comments_of(name, f"int x = 1;  // {comment}\n")

    def test_what_exists(self):
        for comment in ("see store.h", "(docs/events.md)", "worker/graph/store.cpp", "graph/store.h has it", "text.cpp",
                        "write_rows() and kRowsMax, in worker/graph", "https://example.com/gone.h", 'as "gone.h" does',
                        "gone*.h", "theirs.h", "their_call()", "  void sample();"):
            self.assertEqual(self.problems(comment), [], comment)

    def test_what_does_not(self):
        for comment, problem in {"see gone.h": "gone.h does not exist", "(docs/gone.md)": "docs/gone.md does not exist",
                                 "as (worker/gone) reads": "worker/gone does not exist",
                                 "gone() does": "`gone()` is not a function of the tree",
                                 "kGone": "`kGone` is nowhere in the code"}.items():
            self.assertEqual(self.problems(comment), [f"worker/graph/code.cpp:1: {problem}"])

    def test_a_name_that_two_files_have_is_the_one_of_the_room(self):
        self.assertEqual(self.problems("see options.h", "cli/code.cpp"), [])
        self.assertEqual(self.problems("see options.h"), [
            "worker/graph/code.cpp:1: options.h may be cli/options.h or worker/kafka/options.h: write more of the path"])

    def test_code_is_no_comment(self):
        self.assertEqual(self.checker.check_comments_of("worker/a.cpp", 'f("gone.h"); gone();\n'), [])

    def test_python(self):
        self.assertEqual(self.checker.check_comments_of("deploy/a.py", "x = 1  # see gone.py\n"),
                         ["deploy/a.py:1: gone.py does not exist"])


class ThisTreeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tree = SourceTree(ROOT)
        cls.checker = Checker(cls.tree, FOREIGN_NAMES)

    def assert_nothing(self, findings: list[str]):
        self.assertEqual(findings, [], f"{len(findings)} untruths; others' names go to FOREIGN\n" + "\n".join(findings))

    def test_there_is_something_to_check(self):
        self.assertIn("README.md", self.tree.documents)
        self.assertIn("docs/events.md", self.tree.documents)
        self.assertIn("deploy/images/README.md", self.tree.documents)
        self.assertIn("argus-worker", self.tree.programs)

    def test_documents(self):
        self.assert_nothing(self.checker.check_documents())

    def test_comments(self):
        self.assert_nothing(self.checker.check_comments())

    def test_every_foreign_name_is_needed(self):
        alone = Checker(self.tree)
        findings = "\n".join(alone.check_documents() + alone.check_comments())
        self.assertEqual([name for name in sorted(FOREIGN_NAMES) if name not in findings], [])


if __name__ == "__main__":
    unittest.main()

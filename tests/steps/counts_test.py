#!/usr/bin/env python3
"""How cases are counted: one that was skipped or crashed did not pass."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from steps.builds import count_cases, count_unittest, skipped_text  # noqa: E402
from steps.schedule import Counts  # noqa: E402

# As GoogleTest 1.12 writes it.
LIST = """<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="{tests}" failures="{failures}" disabled="0" errors="0" time="0." timestamp="" name="AllTests">
  <testsuite name="ATest" tests="{tests}" failures="{failures}" disabled="0" skipped="1" errors="0" time="0." timestamp="">
    <testcase name="Runs" status="run" result="completed" time="0." timestamp="" classname="ATest" />
    {more}
  </testsuite>
</testsuites>
"""
SKIPPED = """<testcase name="Left" status="run" result="skipped" time="0." timestamp="" classname="ATest">
      <skipped message="a_test.cpp:7&#x0A;set A"><![CDATA[a_test.cpp:7 set A]]></skipped></testcase>"""


class CountsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.results = Path(folder.name)

    def junit(self, *states: str) -> Path:
        path = self.results / "ctest.junit"
        path.write_text("<testsuite>" + "".join(f'<testcase name="a" status="{state}">' for state in states) + "</testsuite>")
        return path

    def write(self, name: str, tests: int, failures: int, more: str = "") -> None:
        (self.results / name).write_text(LIST.format(tests=tests, failures=failures, more=more))

    def test_cases_of_all_lists_and_a_program_without_one(self):
        self.write("a.xml", 10, 0)
        self.write("b.xml", 5, 2)
        self.assertEqual(count_cases(self.results, self.junit("run", "fail", "run")), Counts(14, 2, 0))

    def test_a_program_that_crashed(self):
        self.write("a.xml", 10, 0)
        self.assertEqual(count_cases(self.results, self.junit("run", "fail")), Counts(10, 1, 0))

    def test_a_skipped_case_is_named(self):
        self.write("a.xml", 10, 0, SKIPPED)
        self.assertEqual(count_cases(self.results, self.junit("run")), Counts(9, 0, 1))
        self.assertEqual(skipped_text(self.results), "skipped: ATest.Left: a_test.cpp:7 set A\n")

    def test_no_result_at_all(self):
        self.assertEqual(count_cases(self.results, self.results / "missing"), Counts(failed=1))

    def test_unittest(self):
        self.assertEqual(count_unittest("Ran 7 tests in 1.2s\n\nOK\n"), Counts(7, 0, 0))
        self.assertEqual(count_unittest("Ran 7 tests in 1.2s\n\nOK (skipped=2)\n"), Counts(5, 0, 2))
        self.assertEqual(count_unittest("Ran 7 tests in 1.2s\n\nFAILED (failures=2, errors=1)\n"), Counts(4, 3, 0))
        self.assertEqual(count_unittest("Ran 0 tests in 0s\n\nFAILED (errors=1)\n"), Counts(0, 1, 0))
        self.assertEqual(count_unittest("Traceback ...\n"), Counts(0, 0, 0))


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""The rooms are what docs/architecture.md draws, and the pure ones are closed: what they must not see does not build.

Usage: rooms_test.py BUILD_FOLDER (of a configured preset)
"""

import json
import re
import shlex
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(sys.argv.pop(1)) if len(sys.argv) > 1 else ROOT / "build/dev"
PURE = ("model", "secrets", "render", "plan", "report")
# What would let a pure room act: the client, its credentials, the runtime.
ACTING = ("kube/client.h", "kube/rest_client.h", "runtime/cache.h", "runtime/event_recorder.h", "argusdatalayer/applier.h")


def rooms() -> dict[str, set[str]]:
    lines = (BUILD / "rooms.txt").read_text().splitlines()
    return {name: set(seen.split()) for name, _, seen in (line.partition(":") for line in lines)}


def reachable(graph: dict[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    open_ends = list(graph.get(start, ()))
    while open_ends:
        name = open_ends.pop()
        if name not in found:
            found.add(name)
            open_ends += graph.get(name, ())
    return found


def reduced(graph: dict[str, set[str]]) -> set[tuple[str, str]]:
    """The arrows that no other arrows imply."""
    arrows = set()
    for name, seen in graph.items():
        implied = set().union(*(reachable(graph, one) for one in seen))
        arrows |= {(name, one) for one in seen - implied}
    return arrows


def drawn() -> set[tuple[str, str]]:
    text = (ROOT / "docs/architecture.md").read_text()
    block = re.search(r"<!-- rooms -->\n```mermaid\n(.*?)```", text, re.DOTALL)
    if block is None:
        raise AssertionError("docs/architecture.md has no mermaid block after <!-- rooms -->")
    arrows = set()
    for line in block.group(1).splitlines():
        left, arrow, right = line.strip().partition(" --> ")
        if arrow:
            arrows |= {(one.strip(), other.strip()) for one in left.split(" & ") for other in right.split(" & ")}
    return arrows


def compile_command(room: str) -> list[str]:
    """How the build compiles a file of that room."""
    for entry in json.loads((BUILD / "compile_commands.json").read_text()):
        command = shlex.split(entry["command"])
        if f"/argus_adl_{room}.dir/" in entry["command"]:
            return command[next(i for i, part in enumerate(command) if part.endswith(("c++", "g++", "clang++"))):]
    raise AssertionError(f"compile_commands.json has no file of the room adl_{room}")


def include_error(room: str, header: str) -> str:
    """What the compiler says to an include of HEADER in a file of ROOM; empty when it builds."""
    compiler, *flags = compile_command(room)
    kept = [compiler, *(flag for flag in flags if flag.startswith(("-I", "-D", "-std")))]
    result = subprocess.run(
        [*kept, "-fsyntax-only", "-x", "c++", "-"], input=f'#include "{header}"\n', capture_output=True, text=True,
        check=False, cwd=BUILD,
    )
    return result.stderr if result.returncode else ""


class RoomsTest(unittest.TestCase):
    def test_the_document_draws_what_cmake_links(self):
        self.assertEqual(sorted(drawn()), sorted(reduced(rooms())), "docs/architecture.md and rooms.txt differ")

    def test_no_arrow_leads_back(self):
        graph = rooms()
        self.assertEqual([name for name in graph if name in reachable(graph, name)], [])

    def test_a_pure_room_reaches_neither_client_nor_runtime(self):
        graph = rooms()
        for name in PURE:
            self.assertEqual(reachable(graph, f"adl_{name}") & {"kube", "runtime", "argusdatalayer"}, set(), name)


class ClosedRoomsTest(unittest.TestCase):
    """By the compiler, as a wrong include would meet it."""

    def test_what_acts_cannot_be_included(self):
        for name in PURE:
            for header in ACTING:
                with self.subTest(room=name, header=header):
                    self.assertIn(f"{header}: No such file", include_error(name, header))

    def test_what_is_pure_can_be_included(self):
        for name in PURE:
            with self.subTest(room=name):
                self.assertEqual(include_error(name, "kube_object/object.h"), "")


if __name__ == "__main__":
    unittest.main()

"""Checks of the text alone: nothing is built for them but what clang-tidy needs to know.

Each returns nothing and raises StepFailed; what is wrong is in the log.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO

from steps import changes
from steps.processes import ROOT, Processes, StepFailed

CACHE = Path(os.environ.get("ARGUS_CACHE_DIR") or Path.home() / ".cache/argus")
# clang-tidy takes 10 to 20 s for a file: this many are looked at, those with the most changed lines first.
TIDY_FILES = 12


class Style:
    def __init__(self, processes: Processes):
        self.processes = processes

    def checks(self) -> dict[str, Callable[[IO[str]], None]]:
        return {"clang-format": self.clang_format, "shellcheck": self.shellcheck, "ruff": self.ruff, "gofmt": self.gofmt}

    def clang_format(self, log: IO[str]) -> None:
        files = [path for path in changes.tracked() if path.endswith((".cpp", ".h"))]
        self.processes.must(log, "clang-format", "--dry-run", "-Werror", *files)

    def shellcheck(self, log: IO[str]) -> None:
        self.processes.must(log, "shellcheck", *(path for path in changes.tracked() if is_bash(ROOT / path)))

    def ruff(self, log: IO[str]) -> None:
        """Debian 12 has no package of it: deploy/install-dependencies puts it into the cache."""
        self.processes.must(log, CACHE / "tools/ruff", "check", "--no-cache", "--quiet", ".")

    def gofmt(self, log: IO[str]) -> None:
        begin = log.tell()
        self.processes.must(log, gofmt_program(), "-d", *(path for path in changes.tracked() if path.endswith(".go")))
        if os.fstat(log.fileno()).st_size > begin:
            raise StepFailed("gofmt writes these files in another way (above).")

    def clang_tidy(self, log: IO[str]) -> None:
        """The files that were changed: all of them take half an hour. One that was only moved is as it was."""
        files = tidy_files()
        looked_at, left_out = files[:TIDY_FILES], files[TIDY_FILES:]
        if not files:
            log.write("No C++ file was changed.\n")
            return
        self.processes.must(log, "cmake", "--preset", "tidy", polite=True)
        if left_out:
            log.write(f"Not looked at, since {TIDY_FILES} are the most for one run: {' '.join(left_out)}\n")
        log.write(f"Looked at: {' '.join(looked_at)}\n")
        log.flush()
        # xargs runs one on each core and fails when one of them does.
        one_a_core = ["xargs", "-P", str(os.cpu_count() or 2), "-n", "1", "-a", tidy_list(looked_at)]
        if self.processes.run(log, *one_a_core, "clang-tidy", "-p", "build/tidy", "--quiet", polite=True):
            raise StepFailed("clang-tidy found something (above).")

    def locks(self, log: IO[str]) -> None:
        self.processes.must(log, "tests/check_locks", polite=True)


def has_lock_check() -> bool:
    return os.access(ROOT / "tests/check_locks", os.X_OK)


def is_bash(path: Path) -> bool:
    """Its first line says so; a link to a folder is no script."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        first = file.readline(40)
    return first.startswith(b"#!") and b"bash" in first


def gofmt_program() -> str:
    """Beside the go command, which need not be in PATH."""
    installed = [Path(folder) / "gofmt" for folder in (*os.get_exec_path(), "/usr/local/go/bin")]
    return next((str(path) for path in installed if path.exists()), "gofmt")


def tidy_files() -> list[str]:
    """Sources that were changed, and those beside a header that was; the most changed lines first."""
    found: dict[str, int] = {}
    for path, lines in changes.changed().items():
        source = path.removesuffix(".h") + ".cpp" if path.endswith(".h") else path
        if lines and source.endswith(".cpp") and (ROOT / source).exists():
            found[source] = found.get(source, 0) + lines
    return sorted(found, key=lambda path: (-found[path], path))


def tidy_list(files: list[str]) -> Path:
    path = ROOT / "build/tidy/changed-files"
    path.write_text("".join(f"{name}\n" for name in files))
    return path

"""What git says was changed: since the branch left main, or in the last commit of main itself."""

import subprocess

from steps.processes import ROOT

MAIN_BRANCHES = ("origin/main", "main")


def git(*arguments: str) -> str:
    """Its output; empty when git refuses, as outside a repository."""
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False).stdout


def tracked() -> list[str]:
    return [path for path in git("ls-files", "-z").split("\0") if path and (ROOT / path).exists()]


def base() -> str:
    """The commit that changes are counted from. Empty: there is none before HEAD."""
    head = git("rev-parse", "HEAD").strip()
    for branch in MAIN_BRANCHES:
        found = git("merge-base", branch, "HEAD").strip()
        if found and found != head:
            return found
    return git("rev-parse", "--verify", "--quiet", "HEAD~").strip()


def changed() -> dict[str, int]:
    """Files that differ from the base, those not yet added among them, and how many lines of each do."""
    since = base()
    found = {}
    for line in git("diff", "--numstat", "--no-renames", "-z", since or "HEAD").split("\0"):
        added, removed, path = (line.split("\t") + ["", ""])[:3]
        if path and (ROOT / path).exists():
            found[path] = sum(int(number) for number in (added, removed) if number.isdigit())
    for path in git("ls-files", "--others", "--exclude-standard", "-z").split("\0"):
        if path:
            found[path] = len((ROOT / path).read_bytes().splitlines())
    return found

"""What git says was changed: since the branch left main, or, where nothing was, in the last commit."""

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
    if git("status", "--porcelain"):
        return head  # what is not committed is the change; the last commit is somebody else's
    return git("rev-parse", "--verify", "--quiet", "HEAD~").strip()


def changed() -> dict[str, int]:
    """Files that differ from the base, those not yet added among them, and how many lines of each do."""
    found = numbers(git("diff", "--numstat", "--find-renames", "-z", base() or "HEAD"))
    for path in git("ls-files", "--others", "--exclude-standard", "-z").split("\0"):
        if path:
            found[path] = len((ROOT / path).read_bytes().splitlines())
    return {path: lines for path, lines in found.items() if (ROOT / path).exists()}


def numbers(text: str) -> dict[str, int]:
    """Of git diff --numstat -z: added, removed and path; of a file that was moved an empty path, then both its names."""
    found = {}
    words = iter(text.split("\0"))
    for line in words:
        added, removed, path = (line.split("\t") + ["", ""])[:3]
        if added and not path:
            next(words, "")
            path = next(words, "")
        if path:
            found[path] = sum(int(number) for number in (added, removed) if number.isdigit())
    return found

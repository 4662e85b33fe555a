"""The control group below which the pods of a cluster live, in version 1 (one tree a controller) and version 2."""

import os
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")


def trees() -> list[Path]:
    if (ROOT / "cgroup.controllers").exists():
        return [ROOT]
    return [path for path in ROOT.iterdir() if (path / "cgroup.procs").exists()]


def make(name: str) -> None:
    """Makes NAME (`/argus-cluster`) in every tree: kubelet wants it to be there."""
    for tree in trees():
        folder = Path(f"{tree}{name}")
        folder.mkdir(exist_ok=True)
        # A new cpuset of version 1 is empty, and nothing can run in it.
        for file in ("cpuset.cpus", "cpuset.mems"):
            if (folder / file).exists() and not (folder / file).read_text().strip() and (tree / file).exists():
                (folder / file).write_text((tree / file).read_text())


def members(name: str) -> set[int]:
    """The processes in NAME and below, as this process namespace numbers them."""
    found: set[int] = set()
    for tree in trees():
        for folder, _, _ in os.walk(f"{tree}{name}"):
            try:
                found |= {int(pid) for pid in Path(folder, "cgroup.procs").read_text().split()}
            except OSError:
                pass  # the group ended meanwhile, or takes no process itself
    return found


def remove(name: str) -> None:
    for tree in trees():
        for folder, _, _ in os.walk(f"{tree}{name}", topdown=False):
            try:
                os.rmdir(folder)
            except OSError:
                pass  # a process of it is still ending; the next `up` or `down` finds it empty

"""Places of the host that a node needs and that a machine may lack: empty directories to mount over, and the one that
ip-netns(8) keeps its names in. What was made for a cluster is noted in its state, and goes with the last user."""

import os
import subprocess
from pathlib import Path

NAMES_OF_NAMESPACES = Path("/run/netns")
NOTE = "made-on-host"


def make(state: Path, folders: list[str]) -> None:
    """Makes what is missing of FOLDERS; /run/netns is made by ip(8), and only noted."""
    note = state / NOTE
    made = noted(note)
    missing = [Path(folder) for folder in folders if not Path(folder).exists()]
    if not is_mounted_over(NAMES_OF_NAMESPACES, "self"):
        missing.append(NAMES_OF_NAMESPACES)
    # Noted before they are made: whoever is killed in between leaves no place that nobody knows of.
    write(note, made + [place for place in missing if place not in made])
    for place in missing:
        if place != NAMES_OF_NAMESPACES:
            place.mkdir(parents=True, exist_ok=True)


def remove(state: Path) -> None:
    """Removes what was made for this cluster, but for places that another uses or that hold something."""
    note = state / NOTE
    write(note, [place for place in noted(note) if not removed(place)])


def removed(place: Path) -> bool:
    if not place.exists():
        return True
    # To remove a directory takes away what others mounted over it, too.
    if place != NAMES_OF_NAMESPACES and is_mounted_over(place, "*"):
        return False
    try:
        if any(place.iterdir()):
            return False
        if is_mounted_over(place, "self"):
            subprocess.run(["umount", str(place)], check=True, capture_output=True, stdin=subprocess.DEVNULL)
        place.rmdir()
        return True
    except (OSError, subprocess.CalledProcessError):
        return False


def is_mounted_over(place: Path, process: str) -> bool:
    """In that process's mount namespace, or in any's (*). Source: proc(5), mountinfo, field 5. A directory that is
    mounted over itself, as ip does it, has nothing else to tell it by."""
    for file in Path("/proc").glob(f"{process}/mountinfo"):
        try:
            lines = file.read_text().splitlines()
        except OSError:
            continue  # ended meanwhile
        if any(line.split()[4] == str(place) for line in lines):
            return True
    return False


def noted(note: Path) -> list[Path]:
    return [Path(line) for line in note.read_text().splitlines()] if note.exists() else []


def write(note: Path, places: list[Path]) -> None:
    if not places:
        note.unlink(missing_ok=True)
        return
    note.parent.mkdir(parents=True, exist_ok=True)
    fresh = note.with_suffix(".new")
    fresh.write_text("".join(f"{place}\n" for place in places))
    os.replace(fresh, note)

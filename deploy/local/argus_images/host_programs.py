"""Argus' own programs as this machine builds them, for images whose base is the machine's own release of Debian: they
are compiled once, with the compiler and the libraries that the tests use.

Not on an older Debian: the brokers of the data layer refuse the logins of its librdkafka (KAFKA_VERSION in
versions.env says why)."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from argus_services import build, console
from argus_services.argus import program
from argus_services.errors import ServiceError
from argus_services.settings import Settings
from argus_images.catalog import SUITES, repository

PROGRAMS = ("argus-operator", "argus-worker", "argusctl")
# Set to this, the programs are compiled in the image, on Debian 13, as for a release.
VARIABLE, AS_RELEASED = "ARGUS_IMAGE_PROGRAMS", "released"
# The base image has these already.
IN_EVERY_IMAGE = {"libc6", "libgcc-s1", "libstdc++6"}


def base(os_release: Path = Path("/etc/os-release")) -> str | None:
    """The base image of this machine's release; None where the images have another, or it is not wanted."""
    choice = os.environ.get(VARIABLE, "")
    if choice not in ("", AS_RELEASED):
        raise ServiceError(f"{VARIABLE} is '{choice}': write {AS_RELEASED}, or leave it out for this machine's own build.")
    if choice or not os_release.exists():
        return None
    values = dict(line.split("=", 1) for line in os_release.read_text().splitlines() if "=" in line)
    codename = values.get("VERSION_CODENAME", "").strip('"')
    if values.get("ID") != "debian":
        return None
    return next((name for name, suite in SUITES.items() if suite == codename), None)


def make(settings: Settings, folder: Path) -> dict[str, str]:
    """Compiles what changed, puts the programs below FOLDER as the Containerfile's build stage has them, and returns the
    Containerfile's arguments: the packages that they load."""
    root = repository(settings)
    with console.step(f"compile {', '.join(PROGRAMS)}"):
        build.run(settings, "image-configure", ["cmake", "--preset", "release"], root)
        build.run(settings, "image-compile", ["cmake", "--build", "--preset", "release", "--target", *PROGRAMS], root)
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "programs").mkdir(parents=True)
    loaded = {}
    for name in PROGRAMS:
        stripped = folder / "programs" / name
        answer("strip", "--strip-all", "-o", str(stripped), str(program(settings, name)))
        loaded[name] = packages(stripped)
    return arguments(loaded)


def answer(*command: str) -> str:
    result = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if result.returncode:
        raise ServiceError(f"{' '.join(command)} failed: {result.stderr.strip()}")
    return result.stdout


def packages(path: Path) -> set[str]:
    """The Debian packages of the libraries that the program at PATH names; what they need comes with them."""
    libraries = re.findall(r"\(NEEDED\).*\[(.+)\]", answer("readelf", "--dynamic", "--wide", str(path)))
    places = dict(re.findall(r"^\s*(\S+) => (/\S+)", answer("ldd", str(path)), re.MULTILINE))
    found = set()
    for library in libraries:
        if library in places:
            # Of the installed file: dpkg may know /lib/... under /usr/lib/..., or the other way round.
            owner = answer("dpkg-query", "--search", f"*{Path(places[library]).resolve().as_posix().removeprefix('/usr')}")
            found.add(owner.split(":", 1)[0])
    return found - IN_EVERY_IMAGE


def arguments(loaded: dict[str, set[str]]) -> dict[str, str]:
    """Which stage of the Containerfile installs what. The worker's and argusctl's images begin with GRAPH."""
    operator, worker, argusctl = (loaded[name] for name in PROGRAMS)
    common = operator & worker & argusctl
    graph = worker - common
    stages = {"COMMON": common, "OPERATOR": operator - common, "GRAPH": graph, "ARGUSCTL": argusctl - common - graph}
    return {f"{stage}_LIBRARIES": " ".join(sorted(names)) for stage, names in stages.items()}

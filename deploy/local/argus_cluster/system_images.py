"""The images of what runs in the cluster before anybody uses it, each one static program on an empty root."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from argus_services import build, console
from argus_services.errors import ServiceError
from argus_cluster.containerd_config import PAUSE_IMAGE
from argus_cluster.image_archive import Image, write_archive
from argus_cluster.settings import ClusterSettings
from argus_cluster.worker_node import ctr

REGISTRY = "registry.argus.local"


def coredns_image(settings: ClusterSettings) -> str:
    return f"{REGISTRY}/coredns:{settings.services.versions['COREDNS_VERSION']}"


def metrics_server_image(settings: ClusterSettings) -> str:
    return f"{REGISTRY}/metrics-server:{settings.services.versions['METRICS_SERVER_VERSION']}"


def keda_image(settings: ClusterSettings) -> str:
    return f"{REGISTRY}/keda:{settings.services.versions['KEDA_VERSION']}"


def archive(settings: ClusterSettings, image: str) -> Path:
    return settings.services.cache / "images" / (image.removeprefix(f"{REGISTRY}/").replace(":", "-") + ".tar")


def build_all(settings: ClusterSettings, keda: bool) -> list[Path]:
    """Makes what is missing and returns the archives."""
    # Image, and the programs in it by the paths that they have there.
    programs = [
        (Image(coredns_image(settings), entrypoint=("/coredns",)), {"coredns": "coredns"}),
        (Image(metrics_server_image(settings), entrypoint=("/metrics-server",)), {"metrics-server": "metrics-server"}),
    ]
    if keda:
        programs.append((Image(keda_image(settings)), {"keda": "keda-operator", "keda-adapter": "keda-adapter"}))
    archives = [make_pause(settings)]
    for image, paths in programs:
        target = archive(settings, image.name)
        archives.append(target)
        if target.exists():
            continue
        with console.step(f"make the image {image.name}"), tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "tmp").mkdir()
            (root / "tmp").chmod(0o1777)
            for path, name in paths.items():
                shutil.copy(settings.services.program(name), root / path)
            write_archive(image, root, target)
    return archives


def make_pause(settings: ClusterSettings) -> Path:
    """The process that holds a pod's namespaces; it only waits for its end."""
    target = archive(settings, PAUSE_IMAGE)
    if target.exists():
        return target
    with console.step(f"make the image {PAUSE_IMAGE}"), tempfile.TemporaryDirectory() as folder:
        source = settings.services.sources / "pause/pause.c"
        command = ["gcc", "-Os", "-static", "-s", "-o", str(Path(folder) / "pause"), str(source)]
        build.run(settings.services, "pause", command, Path(folder))
        write_archive(Image(PAUSE_IMAGE, entrypoint=("/pause",)), Path(folder), target)
    return target


def load(settings: ClusterSettings, path: Path) -> None:
    """Imports an archive into the cluster unless exactly this file was imported before."""
    if not path.is_file():
        raise ServiceError(f"{path} is not a file: `load-image` takes an archive as `docker save` or `buildah push` writes it.")
    stat = path.stat()
    mark = settings.state / "imported" / path.name
    identity = f"{path} {stat.st_size} {stat.st_mtime_ns}"
    if mark.exists() and mark.read_text() == identity:
        return
    with console.step(f"load {path.name}"):
        result = ctr(settings, "images", "import", "--snapshotter", "overlayfs", str(path))
        if result.returncode:
            raise ServiceError(f"containerd does not take {path}: {(result.stderr or result.stdout).strip()}")
    mark.parent.mkdir(exist_ok=True)
    mark.write_text(identity)


def saved_by_engine(name: str, folder: Path) -> Path | None:
    """The image NAME from docker or podman, where one of them runs and has it."""
    target = folder / (name.replace("/", "_").replace(":", "-") + ".tar")
    for engine in ("docker", "podman"):
        if shutil.which(engine) is None:
            continue
        result = subprocess.run([engine, "save", "-o", str(target), name], capture_output=True, check=False, env=os.environ)
        if result.returncode == 0:
            return target
    return None

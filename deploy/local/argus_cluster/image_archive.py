"""Container images of one layer, made from a directory without a registry or a container engine: the archive
format that `docker save` writes and `ctr images import` reads (https://github.com/moby/docker-image-spec)."""

import hashlib
import io
import json
import os
import platform
import tarfile
from dataclasses import dataclass, field
from pathlib import Path

PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}
# Same contents, same image: no time of the build goes into it.
EPOCH = "1970-01-01T00:00:00Z"
BLOCK = 1 << 20


@dataclass(frozen=True)
class Image:
    name: str  # with its tag
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    user: str = "65532:65532"
    environment: tuple[str, ...] = ()
    working_directory: str = "/"
    labels: dict[str, str] = field(default_factory=dict)


def same_for_all(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.mtime = 0
    entry.uname = entry.gname = ""
    entry.uid = entry.gid = 0
    return entry


def digest(path: Path) -> str:
    value = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(BLOCK), b""):
            value.update(block)
    return value.hexdigest()


def write_archive(image: Image, root: Path, archive: Path) -> None:
    """Writes ARCHIVE, whole or not at all, from the files below ROOT."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    layer = archive.with_suffix(".layer")
    with tarfile.open(layer, "w") as tar:
        for name in sorted(os.listdir(root)):
            tar.add(root / name, arcname=name, filter=same_for_all)
    layer_digest = digest(layer)
    settings = {
        "Env": [PATH, *image.environment], "WorkingDir": image.working_directory, "User": image.user, "Labels": image.labels,
    }
    if image.entrypoint:
        settings["Entrypoint"] = list(image.entrypoint)
    if image.command:
        settings["Cmd"] = list(image.command)
    configuration = json.dumps({
        "architecture": MACHINES.get(platform.machine(), platform.machine()), "os": "linux", "created": EPOCH,
        "config": settings, "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer_digest}"]},
        "history": [{"created": EPOCH, "created_by": "deploy/local"}],
    }).encode()
    name = hashlib.sha256(configuration).hexdigest()
    manifest = [{"Config": f"{name}.json", "RepoTags": [image.name], "Layers": [f"{layer_digest}/layer.tar"]}]
    temporary = archive.with_suffix(".new")
    with tarfile.open(temporary, "w") as tar:
        for file, content in ((f"{name}.json", configuration), ("manifest.json", json.dumps(manifest).encode())):
            entry = tarfile.TarInfo(file)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
        tar.add(layer, arcname=f"{layer_digest}/layer.tar", filter=same_for_all)
    layer.unlink()
    temporary.replace(archive)

"""What an image is made of, as one number: the same inputs make no new image."""

import dataclasses
import hashlib
import os
from pathlib import Path

from argus_images.catalog import ImageSpec

SKIPPED = ("__pycache__",)
CONTENT_LETTERS = 10


def files_below(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    found = []
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if name not in SKIPPED]
        found += [Path(folder) / name for name in names]
    return sorted(found)


def inputs_hash(root: Path, image: ImageSpec) -> str:
    """Names, contents and the right to execute of every input file, the arguments, the base image's name and where the
    program is compiled."""
    value = hashlib.sha256()

    def add(*parts: bytes) -> None:
        for part in parts:
            value.update(len(part).to_bytes(8, "big") + part)

    where = "host" if image.from_host else "image"
    add(*(text.encode() for text in (image.base, where, image.name, image.tag, image.target, *image.arguments)))
    for name in image.inputs:
        for path in files_below(root / name):
            executable = b"x" if os.access(path, os.X_OK) else b"-"
            add(str(path.relative_to(root)).encode(), executable, path.read_bytes())
    return value.hexdigest()


def as_it_is(root: Path, image: ImageSpec) -> ImageSpec:
    """The image with the content of its inputs as they are now in its reference."""
    return dataclasses.replace(image, content=inputs_hash(root, image)[:CONTENT_LETTERS])

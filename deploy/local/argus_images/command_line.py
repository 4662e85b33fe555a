"""The commands of deploy/local/images."""

import argparse
import contextlib
import os
import sys
import time
from pathlib import Path

from argus_services import build, console
from argus_services.command_line import only_one
from argus_services.errors import ServiceError
from argus_cluster import system_images
from argus_cluster.settings import ClusterSettings, read_settings
from argus_images import host_programs, static_images
from argus_images.buildah import Buildah
from argus_images.catalog import ImageSpec, all_images, repository
from argus_images.inputs import as_it_is

MEBIBYTE = 1 << 20
# Archives of one image that stay in the cache besides the newest: another checkout may use them.
OLDER_KEPT = 2
EXAMPLES = """examples:
  deploy/local/images build                   what is missing or was changed
  deploy/local/images build argus-worker      one image
  deploy/local/images build --needed          those that a data layer needs, without the ones of the tests
  deploy/local/images load                    into the cluster that ARGUS_CLUSTER_NAME names
  export $(deploy/local/images values)        the operator's defaults: ARGUS_IMAGE_REDPANDA=... and so on
  deploy/local/images values --format helm    the same for `helm install -f -`

environment:
  ARGUS_CLUSTER_NAME, ARGUS_CLUSTER_DIR   which cluster `load` means (deploy/local/cluster --help)
  ARGUS_CACHE_DIR                         downloads and builds (default ~/.cache/argus)
  ARGUS_IMAGE_PROGRAMS=released           compile Argus' own three in their image, as for a release; without, on
                                          Debian 13, they are this machine's build

exit codes: 0 done, 1 failed (the sentence says why), 2 wrong usage
"""


def archive_of(settings: ClusterSettings, image: ImageSpec) -> Path:
    return system_images.archive(settings, image.reference)


def archives_of(settings: ClusterSettings, image: ImageSpec) -> list[Path]:
    """Of every content that was built, the newest first."""
    newest_first = sorted(archive_of(settings, image).parent.glob(f"{image.name}-{image.tag}-*.tar"), key=lambda path: -path.stat().st_mtime)
    return [path for path in newest_first if len(path.stem) == len(archive_of(settings, image).stem)]


def state_of(settings: ClusterSettings, image: ImageSpec) -> str:
    if archive_of(settings, image).exists():
        return "built"
    return "changed" if archives_of(settings, image) else "missing"


def present(settings: ClusterSettings) -> list[ImageSpec]:
    root = repository(settings.services)
    return [as_it_is(root, image) for image in all_images(settings.services, host_programs.base())]


def chosen(settings: ClusterSettings, names: list[str], needed: bool = False) -> list[ImageSpec]:
    images = present(settings)
    if needed and not names:
        return [image for image in images if image.variable or image.name == "argus-operator"]
    known = {image.name: image for image in images}
    for name in names:
        if name not in known:
            raise ServiceError(f"There is no image '{name}': write one of {', '.join(known)}.")
    return [known[name] for name in names] if names else images


def build_images(settings: ClusterSettings, images: list[ImageSpec], fresh: bool) -> None:
    services = settings.services
    buildah = Buildah(services)
    start = time.monotonic()
    built = 0
    # Not the lock of the programs' builds, which may take long: none of them is an input, agnhost apart.
    with build.only_builder(services, "images"), contextlib.ExitStack() as at_end:
        for image in images:
            # Asked at its turn, not before: a long build leaves time to change a file.
            image = as_it_is(repository(services), image)
            if not fresh and state_of(settings, image) == "built":
                continue
            if image.containerfile:
                buildah.prepare()
                at_end.callback(buildah.release)
                buildah.ensure_base(image.base, fresh)
            make(settings, buildah, image, fresh)
            forget_older(settings, buildah, image)
            built += 1
    console.say(f"{built} images built, {len(images) - built} as they were, {time.monotonic() - start:.0f} s.")


def make(settings: ClusterSettings, buildah: Buildah, image: ImageSpec, fresh: bool) -> None:
    archive = archive_of(settings, image)
    archive.parent.mkdir(parents=True, exist_ok=True)
    with console.step(f"build {image.reference}"):
        if image.containerfile:
            buildah.build(image, fresh)
            buildah.save(image, archive)
        else:
            with build.only_builder(settings.services):
                static_images.make(settings, image, archive)


def forget_older(settings: ClusterSettings, buildah: Buildah, image: ImageSpec) -> None:
    for archive in archives_of(settings, image)[1 + OLDER_KEPT :]:
        archive.unlink(missing_ok=True)
        if image.containerfile:
            buildah.forget(archive.stem.replace(f"{image.name}-", f"{system_images.REGISTRY}/{image.name}:", 1))


def list_images(settings: ClusterSettings, needed: bool) -> None:
    for image in chosen(settings, [], needed):
        archive = archive_of(settings, image)
        size = f"{archive.stat().st_size / MEBIBYTE:.0f} MiB" if archive.exists() else "-"
        purpose = "packed for tests" if image.for_tests else "Argus"
        print(f"{image.reference:66} {state_of(settings, image):8} {size:>8}  {purpose}")


def values_text(images: list[ImageSpec], form: str) -> str:
    """What tells the operator, the chart or the end-to-end tests which images to use."""
    if form == "test":
        names = {image.name.upper().replace("-", "_"): image.reference for image in images}
        return "".join(f"export ARGUS_TEST_IMAGE_{name}={reference}\n" for name, reference in names.items())
    named = {image.variable: image.reference for image in images if image.variable}
    if form == "env":
        return "".join(f"ARGUS_IMAGE_{name}={reference}\n" for name, reference in named.items())
    return chart_values(images, named)


def chart_values(images: list[ImageSpec], named: dict[str, str]) -> str:
    lines = []
    for place, tag in [image.reference.rsplit(":", 1) for image in images if image.name == "argus-operator"]:
        lines += ["image:", f"  repository: {place}", f'  tag: "{tag}"']
    if named:
        lines.append("images:")
    for name, reference in named.items():
        first, *rest = name.lower().split("_")
        lines.append(f"  {first}{''.join(word.capitalize() for word in rest)}: {reference}")
    return "\n".join(lines) + "\n"


def load(settings: ClusterSettings, images: list[ImageSpec]) -> None:
    if os.geteuid() != 0:
        raise ServiceError("The cluster belongs to root: run this as root.")
    for image in images:
        if not archive_of(settings, image).exists():
            raise ServiceError(f"{image.reference} is not built: run `deploy/local/images build {image.name}`.")
    with only_one(settings.services):
        for image in images:
            system_images.load(settings, archive_of(settings, image))


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(
        prog="images", description="The images of deploy/images, built from package registries alone.", epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")
    making = commands.add_parser("build", help="build what is missing or was changed")
    making.add_argument("--fresh", action="store_true", help="build anew, with today's Debian packages")
    loading = commands.add_parser("load", help="make built images known to the cluster")
    for command in (making, loading):
        command.add_argument("names", nargs="*", metavar="NAME", help="an image's name as `list` shows it; all without one")
        command.add_argument("--needed", action="store_true", help="without a NAME: only what a data layer needs")
    listing = commands.add_parser("list", help="what there is, and what of it is built")
    listing.add_argument("--needed", action="store_true", help="only what a data layer needs")
    archives = commands.add_parser("archives", help="print the paths of built images, for other ways to load them")
    values = commands.add_parser("values", help="print the operator's settings")
    values.add_argument("--format", choices=("env", "helm", "test"), default="env")
    for command in (archives, values):
        command.add_argument("names", nargs="*", metavar="NAME", help="an image's name as `list` shows it; all without one")
    return root


def dispatch(settings: ClusterSettings, options: argparse.Namespace) -> None:
    if options.command == "list":
        list_images(settings, options.needed)
    elif options.command == "values":
        print(values_text(chosen(settings, options.names), options.format), end="")
    elif options.command == "archives":
        for image in chosen(settings, options.names):
            print(archive_of(settings, image))
    elif options.command == "load":
        load(settings, chosen(settings, options.names, options.needed))
    else:
        build_images(settings, chosen(settings, options.names, options.needed), options.fresh)


def main(arguments: list[str]) -> int:
    options = parser().parse_args(arguments)
    os.umask(0o022)
    try:
        dispatch(read_settings(None, Path(sys.argv[0]).resolve()), options)
        return 0
    except ServiceError as error:
        console.say(f"images: {error}")
        return 1
    except KeyboardInterrupt:
        console.say("images: interrupted; what was built stays built")
        return 130

"""buildah with a storage of its own below the cache directory, and the base image that no registry is asked for."""

import os
import shutil
import subprocess
from pathlib import Path

from argus_services import build, console
from argus_services.errors import ServiceError
from argus_services.settings import Settings
from argus_images import host_programs
from argus_images.catalog import SUITES, ImageSpec, repository

# What Debian's own slim images leave out.
LEFT_OUT = ("/usr/share/man/*", "/usr/share/doc/*", "/usr/share/info/*", "/usr/share/locale/*", "/usr/share/lintian/*")
KEPT = "/usr/share/doc/*/copyright"
# A company's own certificate authorities, where the machine has some: pip and Maven ask over TLS.
OWN_AUTHORITIES = Path("/usr/local/share/ca-certificates")


class Buildah:
    def __init__(self, settings: Settings):
        self.settings = settings
        self.folder = settings.cache / "buildah"
        self.fresh_bases: set[str] = set()
        self.host_arguments: dict[str, str] | None = None

    def command(self, *words: str) -> list[str]:
        return [
            "buildah", "--root", str(self.folder / "storage"), "--runroot", str(self.folder / "run"),
            "--storage-driver", self.driver(), *words,
        ]

    def driver(self) -> str:
        """overlay, except inside a container, whose own root is an overlay."""
        result = subprocess.run(["stat", "-f", "-c", "%T", str(self.folder)], capture_output=True, text=True, check=False)
        return "vfs" if result.stdout.strip() == "overlayfs" else "overlay"

    def environment(self) -> dict[str, str]:
        # Cache mounts and half-done pulls lie in TMPDIR.
        return {"TMPDIR": str(self.folder / "tmp")}

    def prepare(self) -> None:
        if shutil.which("buildah") is None or shutil.which("mmdebstrap") is None:
            raise ServiceError("Images are made with buildah and mmdebstrap: run deploy/install-dependencies.")
        if os.geteuid() != 0:
            raise ServiceError("buildah and mmdebstrap make root file systems: run this as root.")
        for name in ("storage", "run", "tmp"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)

    def answer(self, *words: str) -> str:
        result = subprocess.run(
            self.command(*words), capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
            env={**os.environ, **self.environment()},
        )
        if result.returncode:
            raise ServiceError(f"buildah {words[0]} failed: {result.stderr.strip()}")
        return result.stdout.strip()

    def ensure_base(self, base: str, fresh: bool) -> None:
        """BASE out of Debian's packages, made anew once if FRESH. Its name is that of the image which a machine with a
        registry pulls."""
        known = subprocess.run(
            self.command("inspect", "--type", "image", base), capture_output=True, check=False,
            env={**os.environ, **self.environment()},
        )
        if known.returncode == 0 and (not fresh or base in self.fresh_bases):
            return
        self.fresh_bases.add(base)
        suite = SUITES[base]
        archive = self.folder / "base.tar"
        # They stay in the image, so that what is installed later obeys them, too. An image needs no fsync.
        options = [f"--dpkgopt=path-exclude={path}" for path in LEFT_OUT]
        options += [f"--dpkgopt=path-include={KEPT}", "--dpkgopt=force-unsafe-io"]
        with console.step(f"make {base} out of {suite}'s packages"):
            build.run(
                self.settings, "image-base", ["mmdebstrap", "--variant=minbase", *options, suite, str(archive)], self.folder,
            )
            container = self.answer("from", "scratch")
            try:
                self.answer("add", "-q", container, str(archive), "/")
                self.answer("config", "--cmd", "bash", container)
                self.answer("commit", "-q", container, base)
            finally:
                self.answer("rm", container)
                archive.unlink()

    def build(self, image: ImageSpec, fresh: bool) -> None:
        root = repository(self.settings)
        words = ["bud", "--layers", "--pull-never", "--isolation", "chroot", "--network", "host"]
        if fresh:
            words.append("--no-cache")
        if image.for_tests and OWN_AUTHORITIES.is_dir():
            words += ["--volume", f"{OWN_AUTHORITIES}:{OWN_AUTHORITIES}:ro"]
        for argument in (f"BASE={image.base}", *image.arguments, *(self.host_build() if image.from_host else ())):
            words += ["--build-arg", argument]
        if image.from_host:
            # In the place of the stage that would compile.
            words += ["--build-context", f"build={self.host_folder()}"]
        if image.target:
            words += ["--target", image.target]
        words += ["--file", str(root / image.containerfile), "--tag", image.reference, str(root / image.context)]
        build.run(self.settings, f"image-{image.name}", self.command(*words), root, self.environment())

    def host_folder(self) -> Path:
        return self.folder / "host"

    def host_build(self) -> list[str]:
        """The machine's own build, once for all images of it."""
        if self.host_arguments is None:
            self.host_arguments = host_programs.make(self.settings, self.host_folder())
        return [f"{name}={value}" for name, value in self.host_arguments.items()]

    def release(self) -> None:
        """Unmounts what buildah leaves mounted: its storage, and the roots of builds that were interrupted."""
        inside = f"{self.folder}/"
        places = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
        for place in reversed([place for place in places if place.startswith(inside)]):
            subprocess.run(["umount", place], capture_output=True, check=False, stdin=subprocess.DEVNULL)

    def forget(self, reference: str) -> None:
        """Its layers stay while another image uses them."""
        subprocess.run(
            self.command("rmi", reference), capture_output=True, check=False, stdin=subprocess.DEVNULL,
            env={**os.environ, **self.environment()},
        )

    def save(self, image: ImageSpec, archive: Path) -> None:
        """Writes the archive that `ctr images import` and `docker load` read, whole or not at all."""
        temporary = archive.with_suffix(".new")
        temporary.unlink(missing_ok=True)
        self.answer("push", "-q", image.reference, f"docker-archive:{temporary}:{image.reference}")
        temporary.replace(archive)

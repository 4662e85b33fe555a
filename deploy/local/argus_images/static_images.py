"""Images of one static program on an empty root, for tests: agnhost (who reaches whom) and busybox (a shell)."""

import subprocess
import tempfile
from pathlib import Path

from argus_services import build
from argus_services.errors import ServiceError
from argus_services.kubernetes import MODULE, replacements
from argus_cluster import debian
from argus_cluster.image_archive import Image, write_archive
from argus_cluster.settings import ClusterSettings
from argus_images.catalog import ImageSpec

AGNHOST = f"{MODULE}/test/images/agnhost"


def make(settings: ClusterSettings, image: ImageSpec, archive: Path) -> None:
    {"agnhost": make_agnhost, "busybox": make_busybox}[image.name](settings, image, archive)


def make_agnhost(settings: ClusterSettings, image: ImageSpec, archive: Path) -> None:
    services = settings.services
    version = services.versions["KUBERNETES_VERSION"]
    program = build.go_build(services, "agnhost", MODULE, version, AGNHOST, replacements(services))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "tmp").mkdir()
        (root / "tmp").chmod(0o1777)
        (root / "agnhost").write_bytes(program.read_bytes())
        (root / "agnhost").chmod(0o755)
        write_archive(Image(image.reference, entrypoint=("/agnhost",), command=("pause",)), root, archive)


def make_busybox(settings: ClusterSettings, image: ImageSpec, archive: Path) -> None:
    debian.fetch(settings)
    program = Path(settings.packaged("bin/busybox"))
    listed = subprocess.run([str(program), "--list"], capture_output=True, text=True, check=False)
    if listed.returncode:
        raise ServiceError(f"{program} does not run: {listed.stderr.strip()}")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("bin", "etc", "tmp"):
            (root / name).mkdir()
        (root / "tmp").chmod(0o1777)
        (root / "bin/busybox").write_bytes(program.read_bytes())
        (root / "bin/busybox").chmod(0o755)
        for name in listed.stdout.split():
            if name != "busybox":
                (root / "bin" / name).symlink_to("busybox")
        (root / "etc/passwd").write_text("nobody:x:65532:65532:nobody:/tmp:/bin/sh\n")
        write_archive(Image(image.reference, command=("sh",)), root, archive)

"""Debian packages whose files are used without installing them: installing containerd would start it on the
host, and everything of the cluster stays in directories of its own."""

import shutil
import subprocess
from pathlib import Path

from argus_services import console
from argus_services.build import run
from argus_services.errors import ServiceError
from argus_cluster.settings import ClusterSettings

PACKAGES = ("containerd", "runc", "containernetworking-plugins", "busybox-static")


def fetch(settings: ClusterSettings) -> None:
    """Downloads PACKAGES with apt-get, at the version of this machine's release, and unpacks them."""
    target = settings.services.cache / "debian"
    if all((target / f".{name}").exists() for name in PACKAGES):
        return
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise ServiceError("The cluster takes containerd and runc from Debian's packages, and this machine has no apt-get.")
    target.mkdir(parents=True, exist_ok=True)
    with console.step(f"download {', '.join(PACKAGES)}"):
        for name in PACKAGES:
            if not (target / f".{name}").exists():
                unpack(settings, name, target)


def unpack(settings: ClusterSettings, name: str, target: Path) -> None:
    folder = settings.services.cache / "sources" / f"debian-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # Root's apt-get would download as the user _apt, who may not write there; and where others may, they could put
    # another file in the place of the one that was verified.
    folder.chmod(0o700)
    run(settings.services, f"debian-{name}", ["apt-get", "-o", "APT::Sandbox::User=root", "download", "-qq", name], folder)
    archives = list(folder.glob("*.deb"))
    if len(archives) != 1:
        raise ServiceError(f"apt-get download {name} left {len(archives)} packages in {folder}: run `apt-get update`, then this again.")
    result = subprocess.run(["dpkg-deb", "-x", str(archives[0]), str(target)], capture_output=True, text=True, check=False)
    if result.returncode:
        raise ServiceError(f"dpkg-deb could not unpack {archives[0].name}: {result.stderr.strip()}")
    (target / f".{name}").touch()

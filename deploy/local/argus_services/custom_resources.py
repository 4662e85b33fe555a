"""The CustomResourceDefinitions of KEDA and of the Flink operator, and how they get into the API server."""

import json
import shutil
import subprocess
import time
import zipfile
from pathlib import Path

from argus_services import build, console, process
from argus_services.errors import ServiceError
from argus_services.settings import Settings

NAMES = ("argus", "keda", "flink")
ESTABLISHED_SECONDS = 60.0


def keda_folder(settings: Settings) -> Path:
    return settings.cache / "crds" / f"keda-{settings.versions['KEDA_VERSION']}"


def flink_folder(settings: Settings) -> Path:
    return settings.cache / "crds" / f"flink-{settings.versions['FLINK_OPERATOR_API_VERSION']}"


def argus_folder(settings: Settings) -> Path:
    return settings.sources.parent.parent / "crds"


def folder(settings: Settings, name: str) -> Path:
    return {"argus": argus_folder, "keda": keda_folder, "flink": flink_folder}[name](settings)


def copy_yaml(files: list[tuple[str, bytes]], target: Path, what: str) -> None:
    if not files:
        raise ServiceError(f"The package of {what} holds no CustomResourceDefinition: its version in versions.env is not known here.")
    output = target.parent / f"{target.name}.new"
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    for name, content in files:
        (output / name).write_bytes(content)
    output.rename(target)


def fetch(settings: Settings, name: str) -> None:
    target = folder(settings, name)
    if name == "argus" or target.exists():
        return
    if name == "keda":
        module = f"github.com/kedacore/keda/v2@v{settings.versions['KEDA_VERSION']}"
        with console.step("download KEDA's definitions"):
            source = build.go_download(settings, build.find_go(settings), module) / "config/crd/bases"
        files = [(path.name, path.read_bytes()) for path in sorted(source.glob("*.yaml"))]
        copy_yaml(files, target, "KEDA")
        return
    version = settings.versions["FLINK_OPERATOR_API_VERSION"]
    artifact = f"org.apache.flink:flink-kubernetes-operator-api:{version}"
    jars = build.maven_libraries(settings, f"flink-operator-api-{version}", [artifact], transitive=False)
    with zipfile.ZipFile(next(jars.glob("flink-kubernetes-operator-api-*.jar"))) as jar:
        # META-INF/fabric8 names each definition twice, by API version; -v1.yml is apiextensions.k8s.io/v1.
        names = [entry for entry in jar.namelist() if entry.startswith("META-INF/fabric8/") and entry.endswith("-v1.yml")]
        files = [(Path(entry).stem + ".yaml", jar.read(entry)) for entry in names]
    copy_yaml(files, target, "the Flink operator")


def kubectl(settings: Settings, *arguments: str) -> str:
    command = [str(settings.program("kubectl")), f"--kubeconfig={settings.secrets / 'kubernetes/admin.kubeconfig'}", *arguments]
    try:
        result = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    except FileNotFoundError as error:
        raise ServiceError("The API server is not installed yet: run `services up kube` first.") from error
    if result.returncode:
        raise ServiceError(f"kubectl {arguments[0]} failed: {result.stderr.strip()}\nIs the API server up? `services status` says so.")
    return result.stdout


def established(settings: Settings, names: list[str]) -> bool:
    """Whether the API server serves all of NAMES; right after they were created they have no conditions yet,
    which `kubectl wait` takes for an error."""
    answer = json.loads(kubectl(settings, "get", *names, "-o", "json"))
    for item in answer.get("items", [answer]):
        conditions = item.get("status", {}).get("conditions") or []
        if not any(one["type"] == "Established" and one["status"] == "True" for one in conditions):
            return False
    return True


def install(settings: Settings, name: str) -> None:
    """Applies the definitions NAME and waits until the API server serves them."""
    with build.only_builder(settings):
        fetch(settings, name)
    with console.step(f"install the definitions of {name}"):
        # Server-side: KEDA's ScaledJob is larger than the annotation that a client-side apply writes.
        printed = kubectl(settings, "apply", "--server-side", "--force-conflicts", "-o", "name", "-f", str(folder(settings, name)))
        deadline = time.monotonic() + ESTABLISHED_SECONDS
        while not established(settings, printed.split()):
            if time.monotonic() > deadline:
                raise ServiceError(
                    f"The API server does not serve the definitions of {name} after {ESTABLISHED_SECONDS:.0f} s: "
                    "`services logs kube-apiserver` says why."
                )
            time.sleep(process.POLL_SECONDS)


def remove(settings: Settings, name: str) -> None:
    """Deletes the definitions NAME, and with them every object of their kinds."""
    with console.step(f"remove the definitions of {name}"):
        kubectl(settings, "delete", "--ignore-not-found", "--timeout=60s", "-f", str(folder(settings, name)))


def installed(settings: Settings) -> list[str]:
    """Which of NAMES the API server has, for `status`."""
    found = json.loads(kubectl(settings, "get", "customresourcedefinitions", "-o", "json"))
    groups = {item["spec"]["group"] for item in found["items"]}
    return [name for name, group in zip(NAMES, ("argus.dev", "keda.sh", "flink.apache.org"), strict=True) if group in groups]

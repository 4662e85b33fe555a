"""What is applied to the cluster once its API server answers: name service, storage class, metrics, KEDA."""

import json
import time

from argus_services import console, process
from argus_services.build import find_go, module_folder
from argus_services.errors import ServiceError
from argus_cluster import system_images
from argus_cluster.control_plane import kubectl
from argus_cluster.node import Node
from argus_cluster.settings import DNS_SERVICE, ClusterSettings

ROLLOUT_SECONDS = 120


def checked(settings: ClusterSettings, what: str, *arguments: str, text: str | None = None) -> str:
    result = kubectl(settings, *arguments, text=text)
    if result.returncode:
        raise ServiceError(f"Could not {what}: {(result.stderr or result.stdout).strip()}")
    return result.stdout


def apply(settings: ClusterSettings, what: str, text: str) -> None:
    checked(settings, what, "apply", "--server-side", "--force-conflicts", "-f", "-", text=text)


def manifest(settings: ClusterSettings, name: str, **values: str) -> str:
    """A file of manifests/ with its @NAME@s replaced."""
    text = (settings.manifests / f"{name}.yaml").read_text()
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    return text


def rolled_out(settings: ClusterSettings, namespace: str, deployment: str) -> None:
    result = kubectl(settings, "rollout", "status", f"deployment/{deployment}", "-n", namespace, f"--timeout={ROLLOUT_SECONDS}s")
    deadline = time.monotonic() + ROLLOUT_SECONDS
    while not result.returncode and not all_of_this_life(settings, namespace, deployment) and time.monotonic() < deadline:
        time.sleep(process.POLL_SECONDS)
    if result.returncode or time.monotonic() >= deadline:
        pods = kubectl(settings, "describe", "pods", "-n", namespace).stdout.splitlines()[-15:]
        raise ServiceError(
            f"Deployment {deployment} in {namespace} is not ready after {ROLLOUT_SECONDS} s.\n"
            + "\n".join(f"    {line}" for line in pods)
        )


def all_of_this_life(settings: ClusterSettings, namespace: str, deployment: str) -> bool:
    """Whether its pods run since the node was made: of pods that ended with the one before, the API server says for a
    while that they are ready."""
    since = process.started_at(Node(settings).anchor) or ""
    labels = listed(settings, "deployment", deployment, "-n", namespace)["spec"]["selector"]["matchLabels"]
    selector = ",".join(f"{key}={value}" for key, value in labels.items())
    for pod in listed(settings, "pods", "-n", namespace, "-l", selector)["items"]:
        containers = pod["status"].get("containerStatuses", [])
        if not containers or any(not one["ready"] or one["state"]["running"]["startedAt"] < since for one in containers):
            return False
    return True


def listed(settings: ClusterSettings, *what: str) -> dict:
    return json.loads(checked(settings, f"look at {' '.join(what[:2])}", "get", *what, "-o", "json"))


def install(settings: ClusterSettings, keda: bool) -> None:
    with console.step("install name service, storage class and metrics"):
        apply(settings, "install CoreDNS", manifest(
            settings, "coredns", IMAGE=system_images.coredns_image(settings), ADDRESS=DNS_SERVICE))
        apply(settings, "install the storage class", manifest(settings, "storage-class"))
        apply(settings, "install metrics-server", manifest(
            settings, "metrics-server", IMAGE=system_images.metrics_server_image(settings)))
    with console.step("wait for name service and metrics"):
        rolled_out(settings, "kube-system", "coredns")
        rolled_out(settings, "kube-system", "metrics-server")
    if keda:
        install_keda(settings)


def install_keda(settings: ClusterSettings) -> None:
    """KEDA's own manifests, out of its module, with the image that was built here; without its webhooks."""
    version = settings.services.versions["KEDA_VERSION"]
    find_go(settings.services)
    folder = module_folder(settings.services, f"github.com/kedacore/keda/v2@v{version}") / "config"
    parts = [
        checked(settings, f"read KEDA's {part}", "kustomize", str(folder / part))
        for part in ("crd", "rbac", "manager", "metrics-server") if (folder / part / "kustomization.yaml").exists()
    ]
    parts.append((folder / "service_account/service_account.yaml").read_text())
    image = system_images.keda_image(settings)
    lines = []
    for line in "\n---\n".join(parts).splitlines():
        indent = line[: len(line) - len(line.lstrip())]
        if line.strip().startswith("image: ghcr.io/"):
            line = f"{indent}image: {image}"
        elif line.strip() == "imagePullPolicy: Always":
            line = f"{indent}imagePullPolicy: IfNotPresent"
        elif line.strip() == "cpu: 100m":
            # Two cores have to do for a whole data layer beside it.
            line = f"{indent}cpu: 5m"
        lines.append(line)
    with console.step("install KEDA"):
        apply(settings, "make KEDA's namespace", "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: keda\n")
        apply(settings, "install KEDA", "\n".join(lines))
        rolled_out(settings, "keda", "keda-operator")
        rolled_out(settings, "keda", "keda-metrics-apiserver")

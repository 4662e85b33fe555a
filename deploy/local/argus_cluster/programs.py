"""The programs of the cluster that are built from Go modules, each at the version that versions.env names."""

import shutil
from pathlib import Path

from argus_services import build, console
from argus_services.kubernetes import build_program
from argus_cluster.settings import ClusterSettings

# Kubernetes' own, which kubernetes.build_program() stamps with their version.
KUBERNETES = ("kube-apiserver", "kubectl", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy")
# name: (module, package, variable of versions.env)
OTHERS = {
    "etcd": ("go.etcd.io/etcd/server/v3", "go.etcd.io/etcd/server/v3", "ETCD_VERSION"),
    "helm": ("helm.sh/helm/v3", "helm.sh/helm/v3/cmd/helm", "HELM_VERSION"),
    "metrics-server": ("sigs.k8s.io/metrics-server", "sigs.k8s.io/metrics-server/cmd/metrics-server", "METRICS_SERVER_VERSION"),
}
KEDA = {
    "keda-operator": ("github.com/kedacore/keda/v2", "github.com/kedacore/keda/v2/cmd/operator", "KEDA_VERSION"),
    "keda-adapter": ("github.com/kedacore/keda/v2", "github.com/kedacore/keda/v2/cmd/adapter", "KEDA_VERSION"),
}
COREDNS_MODULE = "github.com/coredns/coredns"


def build_all(settings: ClusterSettings, keda: bool) -> None:
    for name in KUBERNETES:
        build_program(settings.services, name)
    for name in (*OTHERS, *(KEDA if keda else ())):
        build_other(settings, name)
    build_coredns(settings)


def build_other(settings: ClusterSettings, name: str) -> None:
    module, package, variable = {**OTHERS, **KEDA}[name]
    build.go_build(settings.services, name, module, settings.services.versions[variable], package)


def build_coredns(settings: ClusterSettings) -> None:
    """CoreDNS with the plugins that a cluster needs: its own main links every cloud's DNS, and takes four times
    as long to build."""
    services = settings.services
    version = services.versions["COREDNS_VERSION"]
    target = services.program("coredns")
    if target.exists():
        return
    source = services.cache / "sources" / f"coredns-{version}"
    source.mkdir(parents=True, exist_ok=True)
    shutil.copy(services.sources / "coredns/main.go", source / "main.go")
    go_version = services.versions["GO_VERSION"]
    (source / "go.mod").write_text(f"module argus-local-coredns\n\ngo {go_version}\n\nrequire {COREDNS_MODULE} v{version}\n")
    go = build.find_go(services)
    environment = {"GOFLAGS": "-mod=mod -buildvcs=false", "CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOWORK": "off"}
    with console.step(f"build coredns {version}"):
        build.run(services, "coredns-download", [go, "mod", "tidy"], source, environment)
        finish(services, target, lambda output: build.run(
            services, "coredns-build", [go, "build", "-ldflags", "-s -w", "-o", str(output / "coredns"), "."], source, environment,
        ))


def finish(services, target: Path, make) -> None:
    """MAKE fills a folder beside the target's, which then takes its place."""
    output = target.parent.with_suffix(".new")
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    make(output)
    shutil.rmtree(target.parent, ignore_errors=True)
    output.rename(target.parent)

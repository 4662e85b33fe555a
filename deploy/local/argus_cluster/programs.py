"""The programs of the cluster that are built from Go modules, each at the version that versions.env names."""

from argus_services import build, etcd
from argus_services.kubernetes import build_program, libraries_except
from argus_cluster.settings import ClusterSettings

# Kubernetes' own, each of them a link to one program (kubernetes.build_program()).
KUBERNETES = ("kube-apiserver", "kubectl", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy")
# name: (module, package, variable of versions.env)
OTHERS = {
    "helm": ("helm.sh/helm/v3", "helm.sh/helm/v3/cmd/helm", "HELM_VERSION"),
    "metrics-server": ("sigs.k8s.io/metrics-server", "sigs.k8s.io/metrics-server/cmd/metrics-server", "METRICS_SERVER_VERSION"),
}
KEDA = {
    "keda-operator": ("github.com/kedacore/keda/v2", "github.com/kedacore/keda/v2/cmd/operator", "KEDA_VERSION"),
    "keda-adapter": ("github.com/kedacore/keda/v2", "github.com/kedacore/keda/v2/cmd/adapter", "KEDA_VERSION"),
}
# What KEDA needs newer than Kubernetes has it.
KEDA_KEEPS = ("go.opentelemetry.io", "google.golang.org/grpc", "github.com/grpc-ecosystem", "golang.org/x/oauth2")
COREDNS_MODULE = "github.com/coredns/coredns"


def names(keda: bool) -> list[str]:
    return [*KUBERNETES, "etcd", *OTHERS, *(KEDA if keda else ()), "coredns"]


def missing(settings: ClusterSettings, keda: bool) -> list[str]:
    return [name for name in names(keda) if not settings.services.program(name).exists()]


def build_all(settings: ClusterSettings, keda: bool) -> None:
    for name in KUBERNETES:
        build_program(settings.services, name)
    etcd.build_program(settings.services)
    for name in (*OTHERS, *(KEDA if keda else ())):
        build_other(settings, name)
    build_coredns(settings)


def build_other(settings: ClusterSettings, name: str) -> None:
    module, package, variable = {**OTHERS, **KEDA}[name]
    services = settings.services
    if not services.program(name).exists():
        libraries = libraries_except(services, module, *(KEDA_KEEPS if name in KEDA else ()))
        build.go_build(services, name, module, services.versions[variable], package, libraries)


def build_coredns(settings: ClusterSettings) -> None:
    """CoreDNS with the plugins that a cluster needs: its own main links every cloud's DNS, and takes four times
    as long to build."""
    services = settings.services
    if not services.program("coredns").exists():
        libraries = libraries_except(services, COREDNS_MODULE)
        build.go_build_ours(services, "coredns", COREDNS_MODULE, services.versions["COREDNS_VERSION"], libraries)

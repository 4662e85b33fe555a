"""The programs of the cluster that are built from Go modules, each at the version that versions.env names."""

from argus_services import build
from argus_services.kubernetes import build_program
from argus_cluster.settings import ClusterSettings

# Kubernetes' own, each of them a link to one program (kubernetes.build_program()).
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


def names(keda: bool) -> list[str]:
    return [*KUBERNETES, *OTHERS, *(KEDA if keda else ()), "coredns"]


def missing(settings: ClusterSettings, keda: bool) -> list[str]:
    return [name for name in names(keda) if not settings.services.program(name).exists()]


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
    build.go_build_ours(services, "coredns", COREDNS_MODULE, services.versions["COREDNS_VERSION"])

"""etcd, API server, controller manager and scheduler inside the node, and the one way in from the host."""

import ssl
import subprocess
import urllib.request

from argus_services import ports
from argus_services.service import Service
from argus_cluster.node_service import NodeService
from argus_cluster.settings import (
    API_SERVER_PORT, NODE_ADDRESS, NODE_NAME, POD_CIDR, SERVICE_CIDR, ClusterSettings,
)

# On a test cluster nobody wants to wait for what production smooths out.
HPA_SYNC = "5s"
HPA_DOWNSCALE = "30s"
HTTP_SECONDS = 5


def keys(settings: ClusterSettings):
    return settings.secrets / "kubernetes"


def kubectl(settings: ClusterSettings, *arguments: str, text: str | None = None) -> subprocess.CompletedProcess:
    command = [settings.program("kubectl"), f"--kubeconfig={settings.kubeconfig}", *arguments]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False)


class Etcd(NodeService):
    name = "etcd"

    def command(self) -> list[str]:
        return [
            self.cluster.program("etcd"), "--name", NODE_NAME, "--data-dir", str(self.cluster.state / "data/etcd"),
            "--listen-client-urls", "http://127.0.0.1:2379", "--advertise-client-urls", "http://127.0.0.1:2379",
            "--listen-peer-urls", "http://127.0.0.1:2380", "--initial-advertise-peer-urls", "http://127.0.0.1:2380",
            "--initial-cluster", f"{NODE_NAME}=http://127.0.0.1:2380",
            # A machine that fails loses a test cluster's last second; every write is some milliseconds faster.
            "--unsafe-no-fsync",
        ]

    def prepare(self) -> None:
        folder = self.cluster.state / "data/etcd"
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)

    def ready(self) -> bool:
        check = self.node.entering(["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/2379"])
        return subprocess.run(check, capture_output=True, check=False).returncode == 0


class ApiServer(NodeService):
    name = "kube-apiserver"

    def command(self) -> list[str]:
        folder = keys(self.cluster)
        return [
            self.cluster.program("kube-apiserver"), "--etcd-servers=http://127.0.0.1:2379",
            f"--advertise-address={NODE_ADDRESS}", f"--secure-port={API_SERVER_PORT}", "--allow-privileged=true",
            "--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction",
            f"--service-cluster-ip-range={SERVICE_CIDR}",
            f"--client-ca-file={folder / 'ca.crt'}",
            f"--tls-cert-file={folder / 'apiserver.crt'}", f"--tls-private-key-file={folder / 'apiserver.key'}",
            f"--kubelet-client-certificate={folder / 'apiserver-kubelet.crt'}",
            f"--kubelet-client-key={folder / 'apiserver-kubelet.key'}",
            f"--kubelet-certificate-authority={folder / 'ca.crt'}",
            "--kubelet-preferred-address-types=InternalIP",
            # Extension API servers (metrics-server, KEDA) are reached at their pods.
            "--enable-aggregator-routing=true",
            f"--requestheader-client-ca-file={folder / 'front-proxy-ca.crt'}",
            "--requestheader-allowed-names=front-proxy-client",
            "--requestheader-extra-headers-prefix=X-Remote-Extra-",
            "--requestheader-group-headers=X-Remote-Group", "--requestheader-username-headers=X-Remote-User",
            f"--proxy-client-cert-file={folder / 'front-proxy.crt'}", f"--proxy-client-key-file={folder / 'front-proxy.key'}",
            "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
            f"--service-account-key-file={folder / 'service-accounts.pub'}",
            f"--service-account-signing-key-file={folder / 'service-accounts.key'}",
        ]

    def ready(self) -> bool:
        # Asked through the node: the way in from the host is started after it.
        check = self.node.entering(["bash", "-c", f"exec 3<>/dev/tcp/{NODE_ADDRESS}/{API_SERVER_PORT}"])
        return subprocess.run(check, capture_output=True, check=False).returncode == 0


class WayIn(NodeService):
    """Inside the node: a unix socket, which both sides see, to the API server."""

    name = "way-in"

    def socket(self):
        return self.cluster.state / "api.sock"

    def prepare(self) -> None:
        self.socket().unlink(missing_ok=True)

    def command(self) -> list[str]:
        return ["socat", f"UNIX-LISTEN:{self.socket()},fork,mode=600", f"TCP:{NODE_ADDRESS}:{API_SERVER_PORT}"]

    def ready(self) -> bool:
        return self.socket().exists()


class HostPort(Service):
    """On the host: a loopback port to that socket. There is no route from the host to any address of the cluster,
    so a client that outlives the cluster sends nothing out of the machine."""

    name = "host-port"

    def __init__(self, cluster: ClusterSettings):
        super().__init__(cluster.services)
        self.cluster = cluster

    def build(self) -> None:
        pass

    def prepare(self) -> None:
        ports.require_free(self.name, "", self.cluster.port)

    def command(self) -> list[str]:
        return [
            "socat", f"TCP-LISTEN:{self.cluster.port},bind=127.0.0.1,fork,reuseaddr",
            f"UNIX-CONNECT:{self.cluster.state / 'api.sock'}",
        ]

    def ready(self) -> bool:
        """Whether the API server says through it that it is ready."""
        folder = keys(self.cluster)
        try:
            context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
            context.load_cert_chain(folder / "admin.crt", folder / "admin.key")
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
            with opener.open(f"https://127.0.0.1:{self.cluster.port}/readyz", timeout=HTTP_SECONDS) as answer:
                return answer.status == 200
        except OSError:
            return False


class ControllerManager(NodeService):
    name = "kube-controller-manager"

    def command(self) -> list[str]:
        folder = keys(self.cluster)
        kubeconfig = folder / "controller-manager.kubeconfig"
        return [
            self.cluster.program("kube-controller-manager"), f"--kubeconfig={kubeconfig}",
            f"--authentication-kubeconfig={kubeconfig}", f"--authorization-kubeconfig={kubeconfig}",
            f"--cluster-cidr={POD_CIDR}", "--allocate-node-cidrs=false", f"--service-cluster-ip-range={SERVICE_CIDR}",
            f"--root-ca-file={folder / 'ca.crt'}",
            f"--cluster-signing-cert-file={folder / 'ca.crt'}", f"--cluster-signing-key-file={folder / 'ca.key'}",
            f"--service-account-private-key-file={folder / 'service-accounts.key'}",
            "--use-service-account-credentials=true", "--leader-elect=false",
            f"--horizontal-pod-autoscaler-sync-period={HPA_SYNC}",
            f"--horizontal-pod-autoscaler-downscale-stabilization={HPA_DOWNSCALE}",
        ]

    def ready(self) -> bool:
        return True


class Scheduler(NodeService):
    name = "kube-scheduler"

    def command(self) -> list[str]:
        kubeconfig = keys(self.cluster) / "scheduler.kubeconfig"
        return [
            self.cluster.program("kube-scheduler"), f"--kubeconfig={kubeconfig}",
            f"--authentication-kubeconfig={kubeconfig}", f"--authorization-kubeconfig={kubeconfig}", "--leader-elect=false",
        ]

    def ready(self) -> bool:
        return True

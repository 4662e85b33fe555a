"""Keys, certificates and kubeconfigs of the cluster."""

from pathlib import Path

from argus_services.certificates import kubeconfig, make_authority, make_certificate, openssl
from argus_services.secret_files import write_private
from argus_cluster.settings import API_SERVER_PORT, KUBERNETES_SERVICE, NODE_ADDRESS, NODE_NAME, ClusterSettings

API_SERVER_NAMES = (
    "DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local,"
    f"DNS:localhost,IP:127.0.0.1,IP:{KUBERNETES_SERVICE},IP:{NODE_ADDRESS}"
)
# name: subject; the groups (O=) are the ones that Kubernetes' built-in roles are bound to.
CLIENTS = {
    "admin": "/O=system:masters/CN=argus-cluster-admin",
    "controller-manager": "/CN=system:kube-controller-manager",
    "scheduler": "/CN=system:kube-scheduler",
    "kube-proxy": "/CN=system:kube-proxy",
    "kubelet": f"/O=system:nodes/CN=system:node:{NODE_NAME}",
    "node-agent": "/O=system:masters/CN=argus-node-agent",
}


def ensure(settings: ClusterSettings) -> Path:
    """Makes what is missing and returns the folder; kubeconfigs are always written anew (the port may have moved)."""
    folder = settings.secrets / "kubernetes"
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if not (folder / "complete").exists():
        make_authority(folder)
        make_authority(folder, "front-proxy-ca")
        openssl(folder, "genrsa", "-out", "service-accounts.key", "2048")
        openssl(folder, "rsa", "-in", "service-accounts.key", "-pubout", "-out", "service-accounts.pub")
        make_certificate(folder, "apiserver", "/CN=kube-apiserver", API_SERVER_NAMES)
        make_certificate(folder, "apiserver-kubelet", "/O=system:masters/CN=kube-apiserver-kubelet-client")
        make_certificate(folder, "front-proxy", "/CN=front-proxy-client", authority="front-proxy-ca")
        for name, subject in CLIENTS.items():
            names = f"DNS:{NODE_NAME},DNS:localhost,IP:{NODE_ADDRESS},IP:127.0.0.1" if name == "kubelet" else ""
            make_certificate(folder, name, subject, names)
        for key in folder.glob("*.key"):
            key.chmod(0o600)
        (folder / "complete").touch()
    for name in CLIENTS:
        server = f"https://{NODE_ADDRESS}:{API_SERVER_PORT}"
        write_private(folder / f"{name}.kubeconfig", kubeconfig(folder, name, server, settings.name))
    write_private(settings.kubeconfig, kubeconfig(folder, "admin", f"https://127.0.0.1:{settings.port}", settings.name))
    return folder

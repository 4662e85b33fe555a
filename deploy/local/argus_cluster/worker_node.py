"""containerd, kubelet and kube-proxy inside the node."""

import json
import os
import subprocess

from argus_services import process
from argus_cluster import cgroups, containerd_config
from argus_cluster.control_plane import keys, kubectl
from argus_cluster.node_service import NodeService
from argus_cluster.settings import DNS_SERVICE, NODE_ADDRESS, NODE_NAME, POD_CIDR

PODS_MAX = 100


class Containerd(NodeService):
    name = "containerd"

    def prepare(self) -> None:
        containerd_config.write(self.cluster)

    def environment(self) -> dict[str, str]:
        # It looks for its shim and for runc beside itself, not for what the host may have.
        return {"PATH": f"{self.cluster.packaged('usr/bin')}:{self.cluster.packaged('usr/sbin')}:{os.environ['PATH']}"}

    def command(self) -> list[str]:
        return [self.cluster.packaged("usr/bin/containerd"), "-c", str(self.cluster.state / "containerd.toml")]

    def ready(self) -> bool:
        return ctr(self.cluster, "version").returncode == 0


def ctr(cluster, *arguments: str) -> subprocess.CompletedProcess:
    """containerd's client; its socket lies in the state directory, so it works from the host."""
    command = [cluster.packaged("usr/bin/ctr"), "-a", str(cluster.containerd_socket), "-n", "k8s.io", *arguments]
    return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)


class Kubelet(NodeService):
    name = "kubelet"
    # containerd answers before it has found its containers again, and until then the kubelet gives up at once: "server
    # is not initialized yet" (github.com/containerd/containerd/issues/8468).
    starts_max = 60

    def configuration(self) -> dict:
        folder = keys(self.cluster)
        return {
            "apiVersion": "kubelet.config.k8s.io/v1beta1",
            "kind": "KubeletConfiguration",
            "address": NODE_ADDRESS,
            "authentication": {
                "anonymous": {"enabled": False},
                "webhook": {"enabled": True},
                "x509": {"clientCAFile": str(folder / "ca.crt")},
            },
            "authorization": {"mode": "Webhook"},
            "tlsCertFile": str(folder / "kubelet.crt"),
            "tlsPrivateKeyFile": str(folder / "kubelet.key"),
            "containerRuntimeEndpoint": f"unix://{self.cluster.containerd_socket}",
            "cgroupDriver": "cgroupfs",
            "cgroupRoot": self.cluster.cgroup,
            # The machine may still have version 1; kubelet 1.36 works with it when it is told to.
            "failCgroupV1": False,
            "failSwapOn": False,
            "clusterDNS": [DNS_SERVICE],
            "clusterDomain": "cluster.local",
            # No name server of the host: names outside the cluster are not to be found.
            "resolvConf": str(self.cluster.state / "resolv.conf"),
            # The images were loaded by hand and cannot be pulled again.
            "imageGCHighThresholdPercent": 100,
            "imageGCLowThresholdPercent": 99,
            "evictionHard": {"memory.available": "300Mi", "nodefs.available": "1Gi", "imagefs.available": "1Gi"},
            "maxPods": PODS_MAX,
            "oomScoreAdj": 0,
            "nodeStatusUpdateFrequency": "5s",
            "shutdownGracePeriod": "0s",
        }

    def prepare(self) -> None:
        cgroups.make(self.cluster.cgroup)
        (self.cluster.state / "kubelet.json").write_text(json.dumps(self.configuration(), indent=2) + "\n")
        (self.cluster.state / "resolv.conf").write_text("")

    def command(self) -> list[str]:
        return [
            self.cluster.program("kubelet"), f"--config={self.cluster.state / 'kubelet.json'}",
            f"--kubeconfig={keys(self.cluster) / 'kubelet.kubeconfig'}", f"--hostname-override={NODE_NAME}",
            f"--node-ip={NODE_ADDRESS}", "--v=2",
        ]

    def ready(self) -> bool:
        """It answers, and says itself that the node is ready: what the API server holds may be of an earlier life."""
        if kubectl(self.cluster, "get", "--raw", f"/api/v1/nodes/{NODE_NAME}/proxy/healthz").stdout != "ok":
            return False
        ready = "{.status.conditions[?(@.type=='Ready')]"
        template = f"jsonpath={ready}.status}} {ready}.lastHeartbeatTime}}"
        status, _, heartbeat = kubectl(self.cluster, "get", "node", NODE_NAME, "-o", template).stdout.partition(" ")
        started = process.started_at(self.process)
        return status == "True" and started is not None and heartbeat >= started


class KubeProxy(NodeService):
    name = "kube-proxy"

    def configuration(self) -> dict:
        return {
            "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
            "kind": "KubeProxyConfiguration",
            "clientConnection": {"kubeconfig": str(keys(self.cluster) / "kube-proxy.kubeconfig")},
            "mode": "nftables",
            "clusterCIDR": POD_CIDR,
            "hostnameOverride": NODE_NAME,
            "metricsBindAddress": "127.0.0.1:10249",
            "oomScoreAdj": 0,
            # These settings are the kernel's, not the namespace's: 0 leaves them alone.
            "conntrack": {
                "maxPerCore": 0, "min": 0, "tcpEstablishedTimeout": "0s", "tcpCloseWaitTimeout": "0s",
                "udpTimeout": "0s", "udpStreamTimeout": "0s",
            },
        }

    def prepare(self) -> None:
        (self.cluster.state / "kube-proxy.json").write_text(json.dumps(self.configuration(), indent=2) + "\n")

    def command(self) -> list[str]:
        return [self.cluster.program("kube-proxy"), f"--config={self.cluster.state / 'kube-proxy.json'}", "--v=2"]

    def ready(self) -> bool:
        return True

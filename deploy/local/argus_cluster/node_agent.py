"""argus-node-agent: makes volumes and turns network policies into nftables rules of the node's namespace."""

from argus_services.argus import program
from argus_cluster.control_plane import keys
from argus_cluster.node_service import NodeService
from argus_cluster.settings import POD_CIDR


class NodeAgent(NodeService):
    name = "node-agent"

    def command(self) -> list[str]:
        return [
            str(program(self.settings, "argus-node-agent")), "run",
            f"--kubeconfig={keys(self.cluster) / 'node-agent.kubeconfig'}",
            f"--volumes={self.cluster.state / 'volumes'}",
            f"--pod-network={POD_CIDR}",
            # Of the node's own /var/lib/cni, which is another than the host's.
            "--cni-results=/var/lib/cni/results",
        ]

    def prepare(self) -> None:
        (self.cluster.state / "volumes").mkdir(exist_ok=True)

    def ready(self) -> bool:
        return (self.cluster.state / "volumes").is_dir()

"""A process inside the node: like every other service, but started through the node's namespaces."""

from argus_services import process
from argus_services.service import Service
from argus_cluster.node import Node, start_inside
from argus_cluster.settings import ClusterSettings


class NodeService(Service):
    """Subclasses define name, command() and ready(); build() is done once for all of them (programs.py)."""

    def __init__(self, cluster: ClusterSettings, node: Node):
        super().__init__(cluster.services)
        self.cluster = cluster
        self.node = node
        # Pid files of the node are told apart from those of the host, which outlive it.
        self.process = process.Process(
            self.name, cluster.services.pids / f"node-{self.name}.json", cluster.logs / f"{self.name}.log", elsewhere=True
        )

    def build(self) -> None:
        pass

    def launch(self) -> None:
        start_inside(self.process, self.node.entering(process.gated(self.command())), self.environment())

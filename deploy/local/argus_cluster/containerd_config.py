"""The configuration of containerd and of the network plugin that gives pods their addresses."""

import json

from argus_cluster.settings import POD_CIDR, ClusterSettings

PAUSE_IMAGE = "registry.argus.local/pause:1"


def toml(settings: ClusterSettings) -> str:
    cri = 'plugins."io.containerd.grpc.v1.cri"'
    return f"""version = 2
root = "{settings.state / 'containerd'}"
state = "/run/containerd"
oom_score = 0

[grpc]
  address = "{settings.containerd_socket}"

# Otherwise containerd makes /opt/containerd, which stays on the machine.
[plugins."io.containerd.internal.v1.opt"]
  path = "{settings.state / 'containerd' / 'opt'}"

[{cri}]
  sandbox_image = "{PAUSE_IMAGE}"
  netns_mounts_under_state_dir = true
  disable_apparmor = true
  # Without it runc fails where the machine lacks CAP_SYS_RESOURCE.
  restrict_oom_score_adj = true
  disable_hugetlb_controller = true
  enable_unprivileged_ports = true

[{cri}.cni]
  bin_dir = "{settings.packaged('usr/lib/cni')}"
  conf_dir = "{settings.state / 'cni-config'}"

[{cri}.containerd]
  snapshotter = "overlayfs"
  default_runtime_name = "runc"

[{cri}.containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[{cri}.containerd.runtimes.runc.options]
  BinaryName = "{settings.packaged('usr/sbin/runc')}"
  SystemdCgroup = false
"""


def network() -> dict:
    """One bridge for all pods. No masquerading: there is nowhere to go, and policies see the pods' own addresses."""
    addresses = {
        "type": "host-local",
        "dataDir": "/var/lib/cni/networks",
        "ranges": [[{"subnet": POD_CIDR}]],
        "routes": [{"dst": "0.0.0.0/0"}],
    }
    bridge = {
        "type": "bridge", "bridge": "cni0", "isGateway": True, "ipMasq": False, "hairpinMode": True, "ipam": addresses,
    }
    return {"cniVersion": "1.0.0", "name": "pods", "plugins": [bridge]}


def write(settings: ClusterSettings) -> None:
    settings.containerd_socket.unlink(missing_ok=True)
    (settings.state / "containerd.toml").write_text(toml(settings))
    folder = settings.state / "cni-config"
    folder.mkdir(exist_ok=True)
    (folder / "10-pods.conflist").write_text(json.dumps(network(), indent=2) + "\n")

"""The Kubernetes API server and controller manager. No kubelet and no scheduler: objects are real, pods
are not started."""

import json
import ssl
import urllib.request
from pathlib import Path

from argus_services import build, certificates
from argus_services.service import Service
from argus_services.settings import Settings

MODULE = "k8s.io/kubernetes"
SERVICE_CIDR = "10.96.0.0/16"
# Tests count requests in the audit log; one file of this size holds about half a million of them.
AUDIT_LOG_MEGABYTES = 512


def build_program(settings: Settings, name: str) -> None:
    """NAME as a link to the one program that is all of Kubernetes' (deploy/local/kubernetes/main.go)."""
    target = settings.program(name)
    if not target.exists():
        program = build_kubernetes(settings)
        # A hard link: /proc/PID/exe and ps tell of it by its own name.
        build.place(target, lambda output: (output / name).hardlink_to(program))


def build_kubernetes(settings: Settings) -> Path:
    version = settings.versions["KUBERNETES_VERSION"]
    major, minor, _ = version.split(".")
    # Without these the server calls itself v0.0.0-master, which kubectl and helm cannot parse.
    stamp = "k8s.io/component-base/version"
    ldflags = f"-X {stamp}.gitVersion=v{version} -X {stamp}.gitMajor={major} -X {stamp}.gitMinor={minor}"
    return build.go_build_ours(settings, "kubernetes", MODULE, version, replacements(settings), ldflags)


def replacements(settings: Settings) -> list[str]:
    version = settings.versions["KUBERNETES_VERSION"]
    return build.staging_replacements(build.go_mod_of(settings, f"{MODULE}@v{version}"), version)


def libraries_except(settings: Settings, *kept: str) -> list[str]:
    """Kubernetes' libraries for another program, which keeps its own versions of those at or below the paths KEPT."""
    version = settings.versions["KUBERNETES_VERSION"]
    return build.library_replacements(build.go_mod_of(settings, f"{MODULE}@v{version}"), version, kept)


def keys(settings: Settings) -> Path:
    return settings.secrets / "kubernetes"


def answers_ok(settings: Settings, url: str) -> bool:
    """Whether GET of URL with the admin's certificate answers 200."""
    folder = keys(settings)
    try:
        context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
        context.load_cert_chain(folder / "admin.crt", folder / "admin.key")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
        with opener.open(url, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


class ApiServer(Service):
    name = "kube-apiserver"
    port_names = ("APISERVER",)

    def build(self) -> None:
        build_program(self.settings, "kube-apiserver")
        build_program(self.settings, "kubectl")

    def prepare(self) -> None:
        certificates.ensure(self.settings)
        rule = {"level": "Metadata", "omitStages": ["RequestReceived"]}
        policy = {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": [rule]}
        self.policy().write_text(json.dumps(policy, indent=2) + "\n")

    def policy(self) -> Path:
        return self.settings.state / "audit-policy.json"

    def command(self) -> list[str]:
        folder = keys(self.settings)
        return [
            str(self.settings.program("kube-apiserver")),
            f"--etcd-servers=http://127.0.0.1:{self.port('ETCD')}",
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            # A loopback address cannot be an Endpoint; nothing in this cluster follows the kubernetes Service.
            "--endpoint-reconciler-type=none",
            f"--secure-port={self.port('APISERVER')}",
            "--authorization-mode=Node,RBAC",
            "--enable-admission-plugins=NodeRestriction",
            "--allow-privileged=true",
            f"--service-cluster-ip-range={SERVICE_CIDR}",
            f"--client-ca-file={folder / 'ca.crt'}",
            f"--tls-cert-file={folder / 'apiserver.crt'}",
            f"--tls-private-key-file={folder / 'apiserver.key'}",
            "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
            f"--service-account-key-file={folder / 'service-accounts.pub'}",
            f"--service-account-signing-key-file={folder / 'service-accounts.key'}",
            f"--audit-policy-file={self.policy()}",
            f"--audit-log-path={self.settings.logs / 'audit.log'}",
            f"--audit-log-maxsize={AUDIT_LOG_MEGABYTES}",
            "--audit-log-maxbackup=2",
        ]

    def ready(self) -> bool:
        return answers_ok(self.settings, f"https://127.0.0.1:{self.port('APISERVER')}/readyz")


class ControllerManager(Service):
    name = "kube-controller-manager"
    port_names = ("CONTROLLER_MANAGER",)

    def build(self) -> None:
        build_program(self.settings, "kube-controller-manager")

    def command(self) -> list[str]:
        folder = keys(self.settings)
        kubeconfig = folder / "controller-manager.kubeconfig"
        return [
            str(self.settings.program("kube-controller-manager")),
            f"--kubeconfig={kubeconfig}",
            f"--authentication-kubeconfig={kubeconfig}",
            f"--authorization-kubeconfig={kubeconfig}",
            "--bind-address=127.0.0.1",
            f"--secure-port={self.port('CONTROLLER_MANAGER')}",
            f"--tls-cert-file={folder / 'apiserver.crt'}",
            f"--tls-private-key-file={folder / 'apiserver.key'}",
            f"--service-cluster-ip-range={SERVICE_CIDR}",
            f"--root-ca-file={folder / 'ca.crt'}",
            # No pod runs here, so nobody needs the ConfigMap that it puts into every namespace.
            "--controllers=*,-root-ca-certificate-publisher-controller",
            f"--cluster-signing-cert-file={folder / 'ca.crt'}",
            f"--cluster-signing-key-file={folder / 'ca.key'}",
            f"--service-account-private-key-file={folder / 'service-accounts.key'}",
            "--use-service-account-credentials=true",
            "--leader-elect=false",
        ]

    def ready(self) -> bool:
        return answers_ok(self.settings, f"https://127.0.0.1:{self.port('CONTROLLER_MANAGER')}/healthz")

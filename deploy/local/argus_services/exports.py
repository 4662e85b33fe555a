"""What programs and tests need to know to use the services: the output of `services env`."""

import shlex

from argus_services import argus, build, custom_resources
from argus_services.settings import Settings


def variables(settings: Settings) -> dict[str, str]:
    kubeconfig = str(settings.secrets / "kubernetes/admin.kubeconfig")
    return {
        "KUBECONFIG": kubeconfig,
        "ARGUS_TEST_KUBECONFIG": kubeconfig,
        "ARGUS_TEST_KUBECTL": str(settings.program("kubectl")),
        "ARGUS_TEST_APISERVER_AUDIT_LOG": str(settings.logs / "audit.log"),
        "ARGUS_TEST_KEDA_CRDS": str(custom_resources.keda_folder(settings)),
        "ARGUS_TEST_FLINK_CRDS": str(custom_resources.flink_folder(settings)),
        "ARGUS_TEST_KAFKA": f"127.0.0.1:{settings.ports['KAFKA']}",
        "ARGUS_TEST_KAFKA_USER": "argus-service",
        "ARGUS_TEST_KAFKA_PASSWORD_FILE": str(settings.secrets / "kafka-argus-service-password"),
        "ARGUS_TEST_KAFKA_SUPERUSER": "admin",
        "ARGUS_TEST_KAFKA_SUPERUSER_PASSWORD_FILE": str(settings.secrets / "kafka-admin-password"),
        "ARGUS_TEST_FALKORDB_HOST": "127.0.0.1",
        "ARGUS_TEST_FALKORDB_PORT": str(settings.ports["FALKORDB"]),
        "ARGUS_TEST_FALKORDB_PASSWORD_FILE": str(settings.secrets / "falkordb-password"),
        "ARGUS_TEST_SERVICES": str(settings.script),
        "ARGUS_TEST_SERVICES_DIR": str(settings.state),
        "ARGUS_TEST_GO_CORPUS": str(build.module_folder(settings, f"k8s.io/kubernetes@v{settings.versions['KUBERNETES_VERSION']}")),
        **argus.connections(settings),
        # The script finds the same instance again through these.
        "ARGUS_LOCAL_DIR": str(settings.state),
        **{f"ARGUS_LOCAL_{name}_PORT": str(port) for name, port in settings.ports.items()},
    }


def shell(settings: Settings) -> str:
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in variables(settings).items())

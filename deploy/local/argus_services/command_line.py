"""The commands of deploy/local/services."""

import argparse
import contextlib
import fcntl
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

from argus_services import build, console, custom_resources, exports, process
from argus_services.argus import ArgusOperator, ArgusWorker
from argus_services.errors import ServiceError
from argus_services.etcd import Etcd
from argus_services.falkordb import Falkordb
from argus_services.kafka import Kafka
from argus_services.kubernetes import ApiServer, ControllerManager
from argus_services.service import Service
from argus_services.settings import Settings, read_settings

# In the order in which they start; they stop in the opposite one.
SERVICES: tuple[type[Service], ...] = (Etcd, ApiServer, ControllerManager, Kafka, Falkordb, ArgusOperator, ArgusWorker)
# Names for several services at once.
GROUPS = {
    "kube": [Etcd.name, ApiServer.name, ControllerManager.name],
    "base": [Etcd.name, ApiServer.name, ControllerManager.name, Kafka.name, Falkordb.name],
    "argus": [ArgusOperator.name, ArgusWorker.name],
    "all": [service.name for service in SERVICES],
}
EXAMPLES = """examples:
  deploy/local/services up                      build and start everything but Argus itself
  deploy/local/services up kube                 only etcd, API server, controller manager
  deploy/local/services crds argus keda flink   install the definitions of Argus, KEDA and the Flink operator
  deploy/local/services up argus                start argus-operator and argus-worker as built in build/release
  eval "$(deploy/local/services env)"           then kubectl and the tests find the services
  deploy/local/services stop falkordb --signal KILL
  deploy/local/services --dir /tmp/second --port-offset 100 up

environment:
  ARGUS_LOCAL_DIR            state of the instance (default ~/.local/state/argus)
  ARGUS_CACHE_DIR            downloads and builds (default ~/.cache/argus)
  ARGUS_LOCAL_<NAME>_PORT    one port: ETCD ETCD_PEER APISERVER CONTROLLER_MANAGER KAFKA KAFKA_CONTROLLER FALKORDB
                             OPERATOR WORKER

exit codes: 0 done, 1 failed (the sentence says why), 2 wrong usage; status: 3 when a service is down
"""


def parser() -> argparse.ArgumentParser:
    names = [*GROUPS["all"], *GROUPS]
    root = argparse.ArgumentParser(
        prog="services", description="Real services for Argus as processes on 127.0.0.1.",
        epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    root.add_argument("--dir", help="state directory of this instance")
    root.add_argument("--port-offset", type=int, default=0, metavar="N", help="added to every default port")
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def with_services(name: str, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text)
        command.add_argument("services", nargs="*", choices=[*names, []], metavar="SERVICE", help=", ".join(names))
        return command

    with_services("up", "build what is missing and start (default: base); harmless when all is up")
    with_services("build", "download and build only (default: base)")
    down = with_services("down", "stop; data and passwords stay")
    down.add_argument("--wipe", action="store_true", help="then remove the state directory's data, keys and logs")
    stop = with_services("stop", "stop one or more, with a signal of choice")
    stop.add_argument("--signal", default="TERM", help="TERM (default), KILL, ...")
    commands.add_parser("status", help="what runs, where, since which pid")
    logs = commands.add_parser("logs", help="print a service's log")
    logs.add_argument("services", nargs=1, choices=GROUPS["all"], metavar="SERVICE")
    logs.add_argument("-f", "--follow", action="store_true")
    commands.add_parser("env", help="print shell exports that point programs and tests at the services")
    crds = commands.add_parser("crds", help="install CustomResourceDefinitions into the API server")
    crds.add_argument("names", nargs="+", choices=custom_resources.NAMES)
    crds.add_argument("--remove", action="store_true", help="remove them instead")
    return root


def chosen(settings: Settings, names: list[str], default: str = "all") -> list[Service]:
    wanted = {member for name in names or [default] for member in GROUPS.get(name, [name])}
    return [service(settings) for service in SERVICES if service.name in wanted]


@contextlib.contextmanager
def only_one(settings: Settings):
    """One command that changes an instance at a time; the lock goes with the process."""
    settings.state.mkdir(parents=True, exist_ok=True)
    settings.state.chmod(0o700)
    with (settings.state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            console.say(f"  ... another command works on {settings.state}; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build_all(settings: Settings, services: list[Service]) -> None:
    with build.only_builder(settings):
        for service in services:
            service.build()


def env_command(settings: Settings, options: argparse.Namespace) -> str:
    """What a person types for the exports of this very instance."""
    words = [str(settings.script)]
    if options.dir:
        words += ["--dir", str(settings.state)]
    if options.port_offset:
        words += ["--port-offset", str(options.port_offset)]
    return f'eval "$({shlex.join([*words, "env"])})"'


def up(settings: Settings, services: list[Service], env: str) -> None:
    build_all(settings, services)
    for service in services:
        service.up()
    console.say(f"Up. For programs and tests: {env}")


def down(settings: Settings, services: list[Service], number: int) -> None:
    for service in reversed(services):
        service.down(number)


def signal_number(name: str) -> int:
    try:
        return signal.Signals[name.upper() if name.upper().startswith("SIG") else f"SIG{name.upper()}"]
    except KeyError as error:
        raise ServiceError(f"'{name}' is not a signal: write TERM, KILL or another name from `kill -l`.") from error


def status(settings: Settings) -> int:
    down_count = 0
    for service in chosen(settings, []):
        pid = process.running_pid(service.process)
        if pid is None and service.name in GROUPS["argus"]:
            continue  # it runs where somebody started it, and not in every instance
        ports = " ".join(str(service.port(name)) for name in service.port_names)
        if pid is None:
            state, down_count = "down", down_count + 1
        else:
            state = f"up, pid {pid}" if service.ready() else f"started, pid {pid}, does not answer"
        print(f"{service.name:24} {ports:12} {state}")
    print(f"State: {settings.state}")
    return 3 if down_count else 0


def logs(settings: Settings, name: str, follow: bool) -> int:
    path = chosen(settings, [name])[0].process.log
    if not path.exists():
        raise ServiceError(f"{name} has no log yet: start it with `services up {name}`.")
    return subprocess.run(["tail", "-n", "200", *(["-F"] if follow else []), str(path)], check=False).returncode


def dispatch(settings: Settings, options: argparse.Namespace) -> int:
    if options.command == "env":
        print(exports.shell(settings))
    elif options.command == "status":
        return status(settings)
    elif options.command == "logs":
        return logs(settings, options.services[0], options.follow)
    elif options.command == "crds":
        for name in options.names:
            (custom_resources.remove if options.remove else custom_resources.install)(settings, name)
    elif options.command == "build":
        build_all(settings, chosen(settings, options.services, "base"))
        if not options.services:
            with build.only_builder(settings):
                for name in custom_resources.NAMES:
                    custom_resources.fetch(settings, name)
    else:
        services = chosen(settings, options.services, "base" if options.command == "up" else "all")
        with only_one(settings):
            if options.command == "up":
                up(settings, services, env_command(settings, options))
            elif options.command == "stop":
                down(settings, services, signal_number(options.signal))
            else:
                down(settings, services, signal.SIGTERM)
                if options.wipe:
                    wipe(settings)
    return 0


def wipe(settings: Settings) -> None:
    """Removes what `up` wrote, by name: a wrong --dir must not cost anybody their files."""
    import shutil

    for name in ("data", "logs", "pids", "secrets"):
        shutil.rmtree(settings.state / name, ignore_errors=True)
    for path in (settings.state / "audit-policy.json", settings.state / "kafka-log4j.properties"):
        path.unlink(missing_ok=True)
    console.say(f"  ok   data, keys and logs in {settings.state} removed")


def main(arguments: list[str]) -> int:
    options = parser().parse_args(arguments)
    os.umask(0o077)
    script = Path(sys.argv[0]).resolve()
    try:
        return dispatch(read_settings(options.dir, options.port_offset, script), options)
    except ServiceError as error:
        console.say(f"services: {error}")
        return 1
    except KeyboardInterrupt:
        console.say("services: interrupted; what runs keeps running, `services down` stops it")
        return 130

"""What every service has: a name, a process, a build, a start that waits until it answers."""

import time

from argus_services import console, ports, process
from argus_services.settings import Settings

RESTART_SECONDS = 0.5


class Service:
    """Subclasses set `name` and `port_names` and define build(), command() and ready()."""

    name = ""
    port_names: tuple[str, ...] = ()
    # One that ends while it starts is started again, this often in all.
    starts_max = 1

    def __init__(self, settings: Settings):
        self.settings = settings
        self.process = process.Process(
            self.name, settings.pids / f"{self.name}.json", settings.logs / f"{self.name}.log"
        )

    def build(self) -> None:
        """Downloads and builds what is missing."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Writes configuration and data folders; called before every start."""

    def command(self) -> list[str]:
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        return {}

    def ready(self) -> bool:
        """Whether it answers."""
        raise NotImplementedError

    def after_start(self) -> None:
        """What is set up through the running service; called on every `up`, so it must be idempotent."""

    def port(self, name: str) -> int:
        return self.settings.ports[name]

    def up(self) -> None:
        pid = process.running_pid(self.process)
        if pid is None:
            for name in self.port_names:
                ports.require_free(self.name, name, self.port(name))
            with console.step(f"start {self.name}"):
                self.prepare()
                self.start()
        else:
            process.wait_ready(self.process, self.ready)
            console.say(f"  ok   {self.name} runs (pid {pid})")
        self.after_start()

    def start(self) -> None:
        for left in reversed(range(self.starts_max)):
            try:
                self.launch()
                return process.wait_ready(self.process, self.ready)
            except process.EndedEarly:
                if not left:
                    raise
            time.sleep(RESTART_SECONDS)

    def launch(self) -> None:
        process.start(self.process, self.command(), self.environment())

    def down(self, number: int) -> None:
        if process.stop(self.process, number):
            console.say(f"  ok   {self.name} stopped")

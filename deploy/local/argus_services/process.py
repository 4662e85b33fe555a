"""Background processes with pid files. A pid file names the process by its id and its start time, so
that a later process which got the same id is never taken for ours and never killed. It is written before the program
begins, so that none runs which no pid file names."""

import contextlib
import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from argus_services.errors import ServiceError

# How long a process may take to end after SIGTERM before it gets SIGKILL.
STOP_SECONDS = 20.0
# How long a service may take to answer after it was started.
READY_SECONDS = 120.0
POLL_SECONDS = 0.1
# How much of a log an error message shows.
TAIL_LINES = 15
EXITING = 0x4
# Becomes the program on a line from whoever starts it, and ends when that one has ended without writing it.
GATE = 'read -r _ && exec "$@" </dev/null'


class EndedEarly(ServiceError):
    """A process ended before it was ready."""


@dataclass(frozen=True)
class Process:
    name: str
    pid_file: Path
    log: Path
    # It runs in another process namespace than we do: a process of ours is none of it, whatever the pid file says.
    elsewhere: bool = False


def start_time(pid: int) -> str | None:
    """Boot id and start time in clock ticks (proc(5), stat field 22), or None if PID does not run."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return None
    fields = stat.rsplit(")", 1)[1].split()
    state, ticks = fields[0], fields[19]
    return None if state == "Z" else f"{boot}/{ticks}"


def running_pid(process: Process) -> int | None:
    try:
        identity = json.loads(process.pid_file.read_text())
        pid, started = int(identity["pid"]), identity["started"]
    except (OSError, ValueError, KeyError):
        return None
    # One that had ended before its start time could be read has none.
    if started is None or start_time(pid) != started:
        return None
    return None if process.elsewhere and in_our_namespace(pid) else pid


def in_our_namespace(pid: int) -> bool:
    """Whether PID is in our process namespace; one that may not be looked at is not ours."""
    try:
        return os.readlink(f"/proc/{pid}/ns/pid") == os.readlink("/proc/self/ns/pid")
    except OSError:
        return False


def started_at(process: Process) -> str | None:
    """When it was started, in UTC and whole seconds as Kubernetes writes times; None when it does not run."""
    if running_pid(process) is None:
        return None
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(process.pid_file.stat().st_mtime))


def is_ending(pid: int) -> bool:
    """Whether PID got its deadly signal and is still being taken down (PF_EXITING of the kernel's sched.h). A process
    whose end ends others, as that of a process namespace does, takes a while."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return True
    return bool(int(fields[6]) & EXITING)


def gated(command: list[str]) -> list[str]:
    """COMMAND so that it waits for release(), with the process id that it will keep."""
    return ["bash", "-c", GATE, "gate", *command]


def spawn(process: Process, command: list[str], environment: dict[str, str] | None = None) -> subprocess.Popen:
    """Starts COMMAND, which holds a gated() program, in a session of its own, its output appended to the log."""
    for folder in (process.log.parent, process.pid_file.parent):
        folder.mkdir(parents=True, exist_ok=True)
    with process.log.open("ab") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={**os.environ, **(environment or {})},
        )


def release(process: Process, starter: subprocess.Popen, pid: int) -> None:
    """Writes the pid file, which names PID, and lets the program that STARTER holds begin."""
    write_identity(process, pid)
    # One that has ended takes no line; whoever waits for it to be ready says so.
    with contextlib.suppress(BrokenPipeError):
        starter.stdin.write(b"\n")
        starter.stdin.close()


def start(process: Process, command: list[str], environment: dict[str, str] | None = None) -> int:
    """Starts COMMAND and writes the pid file."""
    starter = spawn(process, gated(command), environment)
    release(process, starter, starter.pid)
    return starter.pid


def write_identity(process: Process, pid: int) -> None:
    identity = {"pid": pid, "started": start_time(pid)}
    temporary = process.pid_file.with_suffix(".new")
    temporary.write_text(json.dumps(identity) + "\n")
    temporary.replace(process.pid_file)


def stop(process: Process, number: int = signal.SIGTERM) -> bool:
    """Ends the process and waits for it; False when it did not run."""
    pid = running_pid(process)
    if pid is not None:
        send(pid, number)
        if not wait_gone(process, STOP_SECONDS):
            send(pid, signal.SIGKILL)
            if not wait_gone(process, STOP_SECONDS):
                raise ServiceError(f"{process.name} (pid {pid}) does not end, not even on SIGKILL.")
    process.pid_file.unlink(missing_ok=True)
    return pid is not None


def send(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass  # it ended between the look and the signal


def reap(pid: int) -> None:
    """Collects PID if it is a child of this very command, so that it does not look alive as a zombie."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except (ChildProcessError, OSError):
        pass


def wait_gone(process: Process, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if running_pid(process) is None:
            return True
        time.sleep(POLL_SECONDS)
    return False


def wait_ready(process: Process, ready) -> None:
    """Waits until READY() is true; fails at once when the process ends, with the tail of its log."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if ready():
            return
        if running_pid(process) is None:
            raise EndedEarly(f"{process.name} ended while it started.\n{tail(process.log)}")
        time.sleep(POLL_SECONDS)
    raise ServiceError(
        f"{process.name} did not answer within {READY_SECONDS:.0f} s of its start.\n{tail(process.log)}"
    )


def tail(log: Path) -> str:
    """The last lines of LOG with its path, as an error message shows them."""
    try:
        lines = log.read_text(errors="replace").splitlines()[-TAIL_LINES:]
    except OSError:
        lines = []
    return "\n".join([*(f"    {line}" for line in lines), f"Whole log: {log}"])

"""`cluster up` that is killed at a step: killed_up.py before|after PART, where PART is `node` or a part as `cluster status`
names it, and before and after say whether its pid file is written already. Ends with SIGKILL, or with up's own exit
code where PART ran already."""

import os
import signal
import sys

sys.dont_write_bytecode = True

from kubernetes import CLUSTER  # noqa: E402 (the line above must come first)

sys.path.insert(0, os.path.dirname(CLUSTER))

from argus_cluster import command_line  # noqa: E402
from argus_services import process  # noqa: E402


def kill_at(when: str, part: str) -> None:
    write = process.write_identity

    def killed(which: process.Process, pid: int) -> None:
        if which.name == part and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        write(which, pid)
        if which.name == part:
            os.kill(os.getpid(), signal.SIGKILL)

    process.write_identity = killed


if __name__ == "__main__":
    kill_at(*sys.argv[1:])
    sys.argv[0] = CLUSTER  # it looks for its versions and sources beside itself
    sys.exit(command_line.main(["up"]))

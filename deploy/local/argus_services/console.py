"""Progress on the terminal: one line a step with the seconds it took. Writes to stderr, so that
stdout stays for what a program reads (`env`, `logs`)."""

import contextlib
import sys
import threading
import time

# How often a running step says that it still runs, when stderr is not a terminal (a CI log).
HEARTBEAT_SECONDS = 60.0
# How often the counter moves on a terminal.
TICK_SECONDS = 1.0


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(name: str):
    """Announces NAME, counts the seconds while the body runs, and says how it ended."""
    terminal = sys.stderr.isatty()
    start = time.monotonic()
    done = threading.Event()

    def tick() -> None:
        while not done.wait(TICK_SECONDS if terminal else HEARTBEAT_SECONDS):
            seconds = int(time.monotonic() - start)
            if terminal:
                print(f"\r  ... {name} {seconds} s", end="", file=sys.stderr, flush=True)
            else:
                say(f"  ... {name} {seconds} s")

    ticker = threading.Thread(target=tick, daemon=True)
    ticker.start()
    outcome = "FAIL"
    try:
        yield
        outcome = "ok  "
    finally:
        done.set()
        ticker.join()
        clear = "\r\033[K" if terminal else ""
        say(f"{clear}  {outcome} {name} ({time.monotonic() - start:.1f} s)")

"""Passwords: generated once, kept in files that only their owner reads, never on a command line."""

import os
import secrets
from pathlib import Path

PASSWORD_BYTES = 24


def write_private(path: Path, text: str) -> None:
    """Writes PATH with mode 600 from its first byte on, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    temporary.replace(path)


def password(path: Path) -> str:
    """The password in PATH, generated if there is none: letters and digits, so that no format needs quoting."""
    if not path.exists():
        write_private(path, secrets.token_hex(PASSWORD_BYTES))
    return path.read_text().strip()

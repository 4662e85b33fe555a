"""What of the machine a cluster could change: compared before `up` and after `down`."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path


def output(*command: str) -> list[str]:
    try:
        text = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        return []
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def processes() -> list[str]:
    """Command lines of what runs, but for the kernel's own threads and this program."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:
            continue
        if words:
            found.append(words)
    return sorted(found)


def sysctls() -> list[str]:
    """Settings of the kernel that stay as they are set, without counters and random values."""
    moving = re.compile(r"random|fs\.quota|\.nr_|_nr\b|-nr\b|-state|ns_last_pid|\.cost$|pty\.nr|dirty|lock|conntrack_count|nr$|boot_id|uuid")
    return [line for line in output("sysctl", "-a") if not moving.search(line.split("=")[0])]


def folders() -> list[str]:
    """Those that programs of a cluster would make by themselves lie directly in one of these."""
    places = ("/", "/etc", "/etc/cni", "/opt", "/opt/cni", "/usr/local", "/usr/local/bin", "/var", "/var/lib", "/var/log", "/run")
    return sorted(str(path) for place in places if Path(place).is_dir() for path in Path(place).iterdir() if path.is_dir())


def snapshot(marker: str) -> dict[str, list[str]]:
    """MARKER is what every command line of the cluster holds: its state directory."""
    return {
        "routes": output("ip", "route", "show", "table", "all"),
        "links": [re.sub(r"^\d+: ", "", line) for line in output("ip", "-o", "link", "show")],
        "addresses": [re.sub(r"^\d+: ", "", line) for line in output("ip", "-o", "addr", "show")],
        "network namespaces": output("ip", "netns", "list"),
        "nftables rules": output("nft", "list", "ruleset"),
        "mounts": sorted(Path("/proc/self/mounts").read_text().splitlines()),
        "folders": folders(),
        "control groups": sorted(str(path) for path in Path("/sys/fs/cgroup").glob("*/*") if path.is_dir()),
        "kernel settings": sysctls(),
        "processes": [line for line in processes() if marker in line],
    }


def differences(before: dict[str, list[str]], after: dict[str, list[str]]) -> list[str]:
    found = []
    for name, lines in before.items():
        gone = [f"{name}: gone: {line}" for line in lines if line not in after[name]]
        new = [f"{name}: new: {line}" for line in after[name] if line not in lines]
        found += gone + new
    return found


def main(arguments: list[str]) -> int:
    """save FILE MARKER, or compare FILE MARKER: exit code 1 and a line for each difference."""
    action, path, marker = arguments
    if action == "save":
        Path(path).write_text(json.dumps(snapshot(marker)))
        return 0
    before = json.loads(Path(path).read_text())
    found = differences(before, snapshot(marker))
    print("\n".join(found) or "The host is as it was: " + ", ".join(f"{len(lines)} {name}" for name, lines in before.items()))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

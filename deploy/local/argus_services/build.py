"""Downloads and builds: Go modules, Maven artifacts, Python wheels. Everything lands under the cache
directory, finished or not at all (written beside its place, then renamed), so that a build that was
interrupted starts again and two instances never see half of one."""

import contextlib
import fcntl
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.sax.saxutils import escape

from argus_services import console
from argus_services.errors import ServiceError
from argus_services.process import tail
from argus_services.settings import Settings

GO_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}


@contextlib.contextmanager
def only_builder(settings: Settings, name: str = "build"):
    """One build of a kind at a time per cache: a second instance waits and then finds everything built."""
    settings.cache.mkdir(parents=True, exist_ok=True)
    with (settings.cache / f"{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            console.say("  ... another build uses the cache; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def run(settings: Settings, name: str, command: list[str], cwd: Path, environment=None) -> None:
    """Runs one step of a build with its output in a log; fails with the log's tail and path."""
    log = settings.cache / "logs" / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        try:
            code = subprocess.run(
                command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                env={**os.environ, **(environment or {})}, check=False,
            ).returncode
        except FileNotFoundError as error:
            raise ServiceError(
                f"{command[0]} is not installed, but building {name} needs it: run deploy/install-dependencies."
            ) from error
    if code:
        raise ServiceError(f"Building {name} failed ({command[0]} exit code {code}).\n{tail(log)}")


def go_version(go: str) -> tuple[int, ...]:
    """The version of a Go command itself, whatever toolchain it would switch to."""
    text = subprocess.run(
        [go, "version"], capture_output=True, text=True, check=False, cwd="/",
        env={**os.environ, "GOTOOLCHAIN": "local"},
    ).stdout
    found = re.search(r"go(\d+)\.(\d+)(?:\.(\d+))?", text)
    return tuple(int(part or 0) for part in found.groups()) if found else (0, 0, 0)


def find_go(settings: Settings) -> str:
    """A go command that is new enough. An older one (Debian's) fetches the pinned toolchain, which is a
    module (golang.org/toolchain, https://go.dev/doc/toolchain) and so comes from the module proxy."""
    wanted = settings.versions["GO_VERSION"]
    needed = tuple(int(part) for part in wanted.split("."))
    candidates = [shutil.which("go"), "/usr/local/go/bin/go"]
    installed = [path for path in candidates if path and Path(path).exists()]
    for go in installed:
        if go_version(go) >= needed:
            return go
    if not installed:
        raise ServiceError("go is not installed, but the services are built with it: run deploy/install-dependencies.")
    machine = GO_MACHINES.get(platform.machine(), platform.machine())
    module = f"golang.org/toolchain@v0.0.1-go{wanted}.linux-{machine}"
    return str(unpack_toolchain(go_download(settings, installed[0], module)))


def unpack_toolchain(root: Path) -> Path:
    """Module zips carry no permission bits; the programs of the toolchain get theirs back."""
    for folder in (root / "bin", root / "pkg/tool"):
        for program in folder.rglob("*"):
            if program.is_file() and not os.access(program, os.X_OK):
                program.chmod(0o555)
    return root / "bin/go"


def go_download(settings: Settings, go: str, module: str) -> Path:
    """The folder of a module (`path@version`) in Go's module cache."""
    folder = settings.cache / "sources"
    folder.mkdir(parents=True, exist_ok=True)
    result = subprocess.run(
        [go, "mod", "download", "-json", module], cwd=folder, capture_output=True, text=True,
        stdin=subprocess.DEVNULL, check=False, env={**os.environ, "GOFLAGS": "-mod=mod", "GO111MODULE": "on"},
    )
    try:
        answer = json.loads(result.stdout)
    except ValueError:
        answer = {"Error": result.stderr.strip()}
    if "Dir" not in answer:
        raise ServiceError(
            f"Go could not download {module}: {answer.get('Error', result.stderr.strip())}. "
            "Check the module proxy (`go env GOPROXY`) and run this again."
        )
    return Path(answer["Dir"])


def module_folder(settings: Settings, module: str) -> Path:
    """Where go_download puts MODULE (`path@version`, in lower case), whether it is there yet or not."""
    result = subprocess.run(
        [find_go(settings), "env", "GOMODCACHE"], capture_output=True, text=True, check=False, cwd="/",
        env={**os.environ, "GOTOOLCHAIN": "local"},
    )
    return Path(result.stdout.strip()) / module


def go_mod_of(settings: Settings, module: str) -> str:
    """The go.mod of MODULE (`path@version`), without its source."""
    folder = settings.cache / "sources"
    folder.mkdir(parents=True, exist_ok=True)
    result = subprocess.run(
        [find_go(settings), "list", "-m", "-json", module], cwd=folder, capture_output=True, text=True,
        stdin=subprocess.DEVNULL, check=False, env={**os.environ, **go_environment()},
    )
    if result.returncode:
        raise ServiceError(
            f"Go could not look up {module}: {result.stderr.strip()}. "
            "Check the module proxy (`go env GOPROXY`) and run this again."
        )
    return Path(json.loads(result.stdout)["GoMod"]).read_text()


def staging_replacements(go_mod: str, version: str) -> list[str]:
    """Kubernetes builds its libraries from its own tree; from outside, the released ones replace them."""
    libraries = re.findall(r"^\s*(\S+) => \./staging/src/", go_mod, re.MULTILINE)
    released = "v0." + version.split(".", 1)[1]
    return [f"\t{library} => {library} {released}" for library in libraries]


def library_replacements(go_mod: str, version: str, kept: tuple[str, ...]) -> list[str]:
    """Every library at the version that Kubernetes is built with, but for those at or below a path of KEPT: what shares
    all versions with Kubernetes shares its compiled packages, which are most of what a Kubernetes program is made of."""
    staging = staging_replacements(go_mod, version)
    required = re.findall(r"^\s*(?:require )?(\S+\.\S+) (v\S+)", go_mod, re.MULTILINE)
    others = [
        f"\t{library} => {library} {released}" for library, released in required
        if released != "v0.0.0" and not any(f"{library}/".startswith(f"{path}/") for path in kept)
    ]
    return staging + others


def go_environment() -> dict[str, str]:
    return {"GOFLAGS": "-mod=mod -buildvcs=false", "CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOWORK": "off"}


def go_source(settings: Settings, name: str, module: str, version: str, replacements=()) -> Path:
    """A folder with a module of our own that requires MODULE at VERSION; what is built in it is in its main package."""
    source = settings.cache / "sources" / f"{name}-{version}"
    source.mkdir(parents=True, exist_ok=True)
    lines = [f"module argus-local-{name}", "", f"go {settings.versions['GO_VERSION']}", "", f"require {module} v{version}"]
    if replacements:
        lines += ["", "replace (", *replacements, ")"]
    (source / "go.mod").write_text("\n".join(lines) + "\n")
    return source


def go_build(settings: Settings, name: str, module: str, version: str, package: str, replacements=(), ldflags="") -> Path:
    """Builds PACKAGE of MODULE at VERSION into the cache and returns the program's path."""
    target = settings.program(name)
    if target.exists():
        return target
    go = find_go(settings)
    source = go_source(settings, name, module, version, replacements)
    with console.step(f"download the sources of {name} {version}"):
        run(settings, f"{name}-download", [go, "list", "-deps", package], source, go_environment())
    return go_link(settings, name, version, source, package, ldflags)


def go_build_ours(settings: Settings, name: str, module: str, version: str, replacements=(), ldflags="") -> Path:
    """Builds deploy/local/NAME, a main of ours over packages of MODULE at VERSION, and returns the program's path."""
    target = settings.program(name)
    if target.exists():
        return target
    go = find_go(settings)
    source = go_source(settings, name, module, version, replacements)
    shutil.copy(settings.sources / name / "main.go", source / "main.go")
    with console.step(f"download the sources of {name} {version}"):
        # It adds what main.go imports to go.mod, at the versions that MODULE wants.
        run(settings, f"{name}-download", [go, "list", "-deps", "."], source, go_environment())
    return go_link(settings, name, version, source, ".", ldflags)


def go_link(settings: Settings, name: str, version: str, source: Path, package: str, ldflags: str) -> Path:
    target = settings.program(name)
    with console.step(f"build {name} {version}"):
        command = [find_go(settings), "build", "-ldflags", f"-s -w {ldflags}".strip(), "-o"]
        place(target, lambda output: run(
            settings, f"{name}-build", [*command, str(output / name), package], source, go_environment(),
        ))
    return target


def place(target: Path, make) -> None:
    """MAKE fills a folder beside the target's, which then takes its place: finished or not at all."""
    output = target.parent.with_name(target.parent.name + ".new")
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    make(output)
    shutil.rmtree(target.parent, ignore_errors=True)
    output.rename(target.parent)


def maven_libraries(settings: Settings, name: str, artifacts: list[str], transitive=True) -> Path:
    """A folder with the jars of ARTIFACTS (`group:artifact:version`) and, if TRANSITIVE, of what they need."""
    target = settings.cache / "libraries" / name
    if target.exists():
        return target
    source = settings.cache / "sources" / name
    source.mkdir(parents=True, exist_ok=True)
    dependencies = ""
    for artifact in artifacts:
        group, identifier, version = (escape(part) for part in artifact.split(":"))
        dependencies += (
            f"    <dependency><groupId>{group}</groupId><artifactId>{identifier}</artifactId>"
            f"<version>{version}</version></dependency>\n"
        )
    (source / "pom.xml").write_text(
        '<project xmlns="http://maven.apache.org/POM/4.0.0">\n  <modelVersion>4.0.0</modelVersion>\n'
        f"  <groupId>local</groupId><artifactId>{name}</artifactId><version>1</version>\n"
        f"  <dependencies>\n{dependencies}  </dependencies>\n</project>\n"
    )
    output = target.with_suffix(".new")
    shutil.rmtree(output, ignore_errors=True)
    command = ["mvn", "-B", "-q", "dependency:copy-dependencies", f"-DoutputDirectory={output}"]
    if not transitive:
        command.append("-DexcludeTransitive=true")
    with console.step(f"download {name}"):
        run(settings, name, command, source)
    target.parent.mkdir(parents=True, exist_ok=True)
    output.rename(target)
    return target


def python_package(settings: Settings, name: str, version: str) -> Path:
    """A folder with the unpacked wheel of a PyPI package, without what it depends on."""
    target = settings.cache / "libraries" / f"{name}-{version}"
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    output = target.parent / f"{target.name}.new"
    shutil.rmtree(output, ignore_errors=True)
    command = [
        sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
        "--only-binary", ":all:", "--target", str(output), f"{name}=={version}",
    ]
    with console.step(f"download {name} {version}"):
        run(settings, name, command, target.parent, {"PIP_ROOT_USER_ACTION": "ignore"})
    output.rename(target)
    return target

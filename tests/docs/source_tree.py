"""What the source tree holds: its files, and the words, functions and options of its code.

Documents, comments and this folder are left out of the words, so that a name that is only talked about does not count
as one that exists.
"""

import re
import subprocess
from collections import defaultdict
from functools import cached_property
from pathlib import Path

WORD = re.compile(r"\w+")
CALLABLE = re.compile(r"\b([A-Za-z_]\w*)\s*(?:<[^<>()]*>)?\s*\(")
SHELL_FUNCTION = re.compile(r"^\s*(?:function\s+)?([a-z_][\w-]*)\s*\(\)\s*\{", re.MULTILINE)
OPTION = re.compile(r"(?<![\w-])--[A-Za-z][\w-]*")
SLASH_COMMENT = re.compile(r"(?:(?<=\s)|^)//.*$", re.MULTILINE)
TRIPLE_QUOTED = re.compile(r"^([ \t]*)\"\"\".*?\"\"\"|\"\"\".*?\"\"\"", re.MULTILINE | re.DOTALL)
HASH_COMMENT = re.compile(r"(?:(?<=\s)|^)#(?!include|define|!).*$", re.MULTILINE)
MAKES_OPTIONS = re.compile(r"f\"--\{")  # argparse in a loop: every word of the file may be an option
QUOTED_WORD = re.compile(r"\"([a-z][a-z0-9-]*)\"")
PROGRAM = re.compile(r"argus_(?:program|test)\(\s*NAME\s+([\w-]+)")
OF_THIS_TEST = "tests/docs/"
SLASH_SUFFIXES = {".h", ".cpp", ".c", ".in", ".java", ".go"}
PYTHON_SUFFIXES = {".py", ""}  # scripts have none


def without_comments(text: str, suffix: str) -> str:
    if suffix in SLASH_SUFFIXES:
        return SLASH_COMMENT.sub("", text)
    if suffix in PYTHON_SUFFIXES:  # a text that begins its line is a docstring, others are data
        text = TRIPLE_QUOTED.sub(lambda found: "" if found[1] is not None else found[0], text)
    return HASH_COMMENT.sub("", text)


def listed_files(root: Path) -> list[str]:
    """Tracked files and new ones; where the tree is not a checkout of git, every file but what was built."""
    git = ["git", "-c", "safe.directory=*", "-C", str(root), "ls-files", "-z", "--cached", "--others"]
    git.append("--exclude-standard")
    listed = subprocess.run(git, capture_output=True, text=True) if (root / ".git").exists() else None
    if listed is not None and listed.returncode == 0:
        names = {name for name in listed.stdout.split("\0") if name}
    else:
        inside = (path.relative_to(root) for path in root.rglob("*"))
        names = {str(path) for path in inside if path.parts[0] not in ("build", ".git")}
    return sorted(name for name in names if (root / name).is_file())


class SourceTree:
    def __init__(self, root: Path):
        self.root = root
        self.files = listed_files(root)
        self.paths = set(self.files)  # and every folder of them
        self.by_ending = defaultdict(list)  # by the last names of their paths, from one name on
        for name in self.files:
            parts = name.split("/")
            for length in range(1, len(parts)):
                self.paths.add("/".join(parts[:length]))
            for begin in range(len(parts)):
                self.by_ending["/".join(parts[begin:])].append(name)

    def read(self, name: str) -> str:
        return (self.root / name).read_text(errors="replace")

    @property
    def documents(self) -> list[str]:
        places = re.compile(r"(?:docs/.*|README|CONTRIBUTING|deploy/(?:.*/)?README)\.md")
        return [name for name in self.files if places.fullmatch(name)]

    @cached_property
    def code(self) -> dict[str, str]:
        """By file; without comments."""
        texts = {}
        for name in self.files:
            if name.endswith(".md") or name.startswith(OF_THIS_TEST):
                continue
            data = (self.root / name).read_bytes()
            if b"\0" not in data[:8192]:
                texts[name] = without_comments(data.decode(errors="replace"), Path(name).suffix)
        return texts

    @cached_property
    def files_with_word(self) -> dict[str, set[str]]:
        found = defaultdict(set)
        for name, text in self.code.items():
            for word in set(WORD.findall(text)):
                found[word].add(name)
        return found

    @cached_property
    def functions(self) -> set[str]:
        """Every name that is followed by a parenthesis somewhere."""
        found = set()
        for text in self.code.values():
            found.update(CALLABLE.findall(text), SHELL_FUNCTION.findall(text))
        return found

    @cached_property
    def options(self) -> set[str]:
        found = set()
        for text in self.code.values():
            found.update(OPTION.findall(text))
            if MAKES_OPTIONS.search(text):
                found.update("--" + word for word in QUOTED_WORD.findall(text))
        return found

    @cached_property
    def programs(self) -> set[str]:
        """What CMake builds: programs and tests."""
        return {program for name, text in self.code.items() if name.endswith("CMakeLists.txt")
                for program in PROGRAM.findall(text)}

    def has_text(self, text: str) -> bool:
        """Whether the code has it, not as a part of a longer name."""
        words = WORD.findall(text)
        places = [self.files_with_word.get(word, set()) for word in words]
        files = set.intersection(*places) if places else set(self.code)
        whole = re.compile(r"(?<![\w-])" + re.escape(text) + r"(?![\w-])")
        return any(whole.search(self.code[name]) for name in files)

    def words_in_one_file(self, words: list[str]) -> set[str]:
        return set.intersection(*(self.files_with_word.get(word, set()) for word in words))

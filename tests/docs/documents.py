"""Finds what documents and comments say that the source tree does not bear out.

Every check returns sentences; an empty list is the good outcome.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from markdown import SPAN, At, Document
from source_tree import OF_THIS_TEST, SourceTree

SUFFIXES = "h|cpp|c|py|md|cmake|in|yaml|json|sh|java|go|env|txt|toml|supp"
FILE_NAME = re.compile(rf"[\w.-]*\w\.(?:{SUFFIXES})")
# A file of these is of the tree or missing; others (users.txt) may be a name that the code uses.
OURS = re.compile(r".*\.(?:h|cpp|py|md|cmake)")
PATH = re.compile(r"[\w.+-]+(?:/[\w.+-]+)*/?")
QUALIFIED = re.compile(r"~?\w+(?:::~?\w+)+")
FUNCTION = re.compile(r"((?:\w+::)*~?\w+)\(.*\)")
SETTING = re.compile(r"([A-Z][A-Z0-9_]*)=\S*")
NAME = re.compile(r"[A-Za-z_][\w-]*")
DOTTED = re.compile(r"[A-Za-z_][\w-]*(?:(?:\[\])?\.[\w-]+)+")
LONG_OPTION = re.compile(r"--[A-Za-z][\w-]*")
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//")
PLACEHOLDER = re.compile(r"[<>…*~$^{}\[\]|\"]")
BUILT = re.compile(r"build/[\w-]+/(?:bin|tests)/([\w-]+)")
# //, or # for Python: a comment of its own or behind code.
COMMENT = {".h": re.compile(r"(?:^|\s)//(.*)$"), ".cpp": re.compile(r"(?:^|\s)//(.*)$"),
           ".py": re.compile(r"(?:^|\s)#(.*)$")}
COMMENT_FILE = re.compile(r"(?<![\w*/.:\"-])(?:\w[\w.-]*/)*\w[\w.-]*\.(?:h|cpp|py|md)\b(?![\w#/*-])")
COMMENT_FOLDER = re.compile(r"(?<![\w*/.:\"-])(?:\w[\w.-]*/)+(?:\w[\w-]*)?(?![\w/.<*{$-])")
SAMPLE = "   "  # how a comment's code sample begins
COMMENT_FUNCTION = re.compile(r"\b((?:\w+::)*\w+)\(\)")
COMMENT_CONSTANT = re.compile(r"\bk[A-Z]\w+")


class Checker:
    """`foreign`: names that are others', and so not in the tree."""

    def __init__(self, tree: SourceTree, foreign: Iterable[str] = ()):
        self.tree = tree
        self.foreign = set(foreign)
        self.top = {name.split("/")[0] for name in tree.files if "/" in name}

    # ---- documents ----

    def check_documents(self) -> list[str]:
        return [finding for name in self.tree.documents for finding in self.check_document(name, self.tree.read(name))]

    def check_document(self, name: str, text: str) -> list[str]:
        document = Document(text)
        found = [*self._check_links(name, document), *self._check_spans(name, document),
                 *self._check_rows(name, document), *self._check_blocks(name, document)]
        return [f"{name}:{at.line}: {at.text}" for at in sorted(found, key=lambda at: at.line)]

    def _check_links(self, name: str, document: Document) -> Iterator[At]:
        for link in document.links():
            if ELSEWHERE.match(link.text):
                continue
            path, _, anchor = link.text.partition("#")
            target = self._beside(name, path) if path else name
            if path and target not in self.tree.paths:
                yield At(f"the link {link.text} leads to no file", link.line)
            elif anchor:
                anchors = document.anchors if not path else Document(self.tree.read(target)).anchors
                if anchor not in anchors:
                    yield At(f"{target} has no heading #{anchor}", link.line)

    def _check_spans(self, name: str, document: Document) -> Iterator[At]:
        for span in document.spans():
            problem = self.problem_with(span.text, name)
            if problem:
                yield At(problem, span.line)

    def _check_rows(self, name: str, document: Document) -> Iterator[At]:
        """A row that names source files and functions says that the functions are in these files."""
        for row in document.rows():
            spans = [found[2] for found in SPAN.finditer(row.text)]
            files = [file for span in spans if OURS.fullmatch(span) for file in self._files_of(span, name)]
            if not files:
                continue
            stems = {str(PurePosixPath(file).with_suffix("")) for file in files}
            for span in spans:
                function = FUNCTION.fullmatch(span)
                if not function and not (QUALIFIED.fullmatch(span) and not span.startswith("std::")):
                    continue
                words = (function[1] if function else span).split("::")[-2:]
                holders = self.tree.words_in_one_file(words[-1:])
                if not any(str(PurePosixPath(file).with_suffix("")) in stems for file in holders):
                    yield At(f"`{span}` is in none of the files that its row names", row.line)

    def _check_blocks(self, name: str, document: Document) -> Iterator[At]:
        for block in document.blocks:
            for line in block.lines:
                if block.language in ("text", "shell", "sh", "bash", "console"):
                    problems = self.problems_with_commands(line.text)
                elif block.language == "mermaid":
                    named = re.findall(r"\b(?:\w+::)*\w+\(\)|\b\w+(?:::\w+)+", line.text)
                    problems = [self.problem_with(each, name) for each in named]
                else:
                    problems = []
                yield from (At(problem, line.line) for problem in problems if problem)

    # ---- one name ----

    def problem_with(self, span: str, document: str) -> str | None:
        """What is wrong with a name in backticks; None when it is one of the tree's, or none at all."""
        if span in self.foreign or span.split("=")[0] in self.foreign:
            return None
        if function := FUNCTION.fullmatch(span):
            return self._problem_with_function(function[1])
        if " " in span and not span.startswith("--"):
            return next(iter(self.problems_with_commands(span)), None)
        if LONG_OPTION.match(span):
            return next((problem for word in span.split() if LONG_OPTION.match(word)
                         and (problem := self._problem_with_option(word))), None)
        if setting := SETTING.fullmatch(span):
            span = setting[1]
        if PLACEHOLDER.search(span.replace("[]", "")):
            return None
        if span.startswith("/"):
            return None if self.tree.has_text(span) else f"`{span}` is nowhere in the code"
        if QUALIFIED.fullmatch(span):
            return self._problem_with_qualified(span)
        if PATH.fullmatch(span) and ("/" in span or FILE_NAME.fullmatch(span)):
            return self._problem_with_path(span, document)
        if NAME.fullmatch(span) or DOTTED.fullmatch(span):
            return self._problem_with_name(span)
        return None

    def _problem_with_function(self, function: str) -> str | None:
        words = function.replace("~", "").split("::")
        if words[-1] in self.foreign or function in self.foreign:
            return None
        if words[-1] not in self.tree.functions:
            return f"`{function}()` is not a function of the tree"
        return self._problem_with_qualified(function) if len(words) > 1 else None

    def _problem_with_qualified(self, name: str) -> str | None:
        words = name.replace("~", "").split("::")
        return None if self.tree.words_in_one_file(words) else f"`{name}` is nowhere in the code"

    def _problem_with_option(self, option: str) -> str | None:
        name = LONG_OPTION.match(option)[0]
        if name in self.foreign or name in self.tree.options:
            return None
        return f"the option `{name}` is nowhere in the code"

    def _problem_with_name(self, name: str) -> str | None:
        if self.tree.has_text(name) or name in self.tree.paths or name in self.tree.by_ending:
            return None
        words = re.split(r"[.\[\]]+", name)
        if len(words) > 1 and all(NAME.fullmatch(word) for word in words) and self.tree.words_in_one_file(words):
            return None  # a field by its path, as in spec.worker.replicas
        return f"`{name}` is nowhere in the code"

    def _problem_with_path(self, path: str, document: str) -> str | None:
        if built := BUILT.fullmatch(path):
            return None if built[1] in self.tree.programs else f"`{path}` is built by nothing"
        if path.startswith("build/"):
            return None
        files = self._files_of(path, document)
        if len(files) == 1 or (files and "/" not in path):  # main.cpp may be said of all
            return None
        if files:
            return f"`{path}` may be {' or '.join(files[:3])}: write more of the path"
        ours = OURS.fullmatch(path) or path.split("/")[0] in self.top
        if not ours and self.tree.has_text(path.rstrip("/")):
            return None
        return f"`{path}` does not exist"

    def _files_of(self, path: str, user: str) -> list[str]:
        """What a path in `user` (a document, a source) means: the file or folder, or all that it may be."""
        path = path.rstrip("/")
        for meant in (path, self._beside(user, path)):
            if meant in self.tree.paths:
                return [meant]
        files = self.tree.by_ending.get(path, [])
        of_product = [file for file in files if not file.startswith("tests/")]  # the tests mirror its folders
        if files:
            return of_product if len(of_product) == 1 else files
        return sorted(folder for folder in self.tree.paths if folder.endswith("/" + path))[:1]

    @staticmethod
    def _beside(user: str, path: str) -> str:
        parts: list[str] = []
        for part in [*PurePosixPath(user).parent.parts, *path.rstrip("/").split("/")]:
            if part == "..":
                if not parts:
                    return ".."
                parts.pop()
            elif part not in ("", "."):
                parts.append(part)
        return "/".join(parts)

    # ---- commands ----

    def problems_with_commands(self, line: str) -> list[str]:
        """A line of shell: its programs and scripts exist when they are ours, and so do their options."""
        line = re.sub(r"(?:^|\s)#.*$", "", line.strip().removeprefix("$ "))
        problems = []
        for command in re.split(r"\$\(|&&|\|\|?|;", line):
            words = [word.strip("\"'()\\") for word in command.split()]
            while words and (SETTING.fullmatch(words[0]) or words[0] in ("sudo", "eval", "env", "time", "")):
                words.pop(0)
            problems += self._problems_with_command(words)
        return problems

    def _problems_with_command(self, words: list[str]) -> list[str]:
        if not words:
            return []
        problems = []
        program = words[0].removeprefix("./")
        if self._looks_ours(program) and program not in self.foreign:
            built = BUILT.fullmatch(program)
            known = program in self.tree.paths or (built[1] if built else program) in self.tree.programs
            if not known:
                problems.append(f"the program `{program}` does not exist")
            options = [self._problem_with_option(word) for word in words[1:] if LONG_OPTION.match(word)]
            problems += [problem for problem in options if problem]
        for word in words[1:]:
            ours = "/" in word and word.split("/")[0] in self.top and PATH.fullmatch(word)
            if ours and word.rstrip("/") not in self.tree.paths:
                problems.append(f"`{word}` does not exist")
        return problems

    def _looks_ours(self, program: str) -> bool:
        first = program.split("/")[0]
        return ("/" in program and (first in self.top or first == "build")) or bool(re.fullmatch(r"argus[\w-]*", program))

    # ---- comments ----

    def check_comments(self) -> list[str]:
        names = [name for name in self.tree.files
                 if PurePosixPath(name).suffix in COMMENT and not name.startswith(OF_THIS_TEST)]
        return [finding for name in names for finding in self.check_comments_of(name, self.tree.read(name))]

    def check_comments_of(self, name: str, text: str) -> list[str]:
        """Files, folders, functions and constants that a source's comments name exist."""
        pattern = COMMENT[PurePosixPath(name).suffix]
        comments = ((number, pattern.search(line)) for number, line in enumerate(text.split("\n"), 1))
        return [f"{name}:{number}: {problem}" for number, comment in comments if comment
                for problem in self._problems_with_comment(comment[1], name) if problem]

    def _problems_with_comment(self, comment: str, name: str) -> Iterator[str | None]:
        for path in COMMENT_FILE.findall(comment):
            yield self._problem_with_comment_file(path, name)
        for path in COMMENT_FOLDER.findall(comment):
            if path.split("/")[0] in self.top and not self._files_of(path, name):
                yield f"{path} does not exist"
        if comment.startswith(SAMPLE):
            return
        for function in COMMENT_FUNCTION.findall(comment):
            yield self._problem_with_function(function)
        for constant in COMMENT_CONSTANT.findall(comment):
            yield self._problem_with_name(constant)

    def _problem_with_comment_file(self, path: str, name: str) -> str | None:
        if path in self.foreign:
            return None
        files = self._files_of(path, name) or self._files_of(path + ".in", name)
        room = [file for file in files if PurePosixPath(file).parts[:2] == PurePosixPath(name).parts[:2]]
        if len(files) == 1 or len(room) == 1:
            return None
        if files:
            return f"{path} may be {' or '.join(files[:3])}: write more of the path"
        return f"{path} does not exist"

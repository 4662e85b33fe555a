"""What a test needs to know of a Markdown document: code spans, links, headings, blocks of code, rows of tables.

As far as the documents of this repository use Markdown; not a parser of the whole language.
"""

import re
from dataclasses import dataclass, field

FENCE = re.compile(r"^\s*(```+|~~~+)\s*(\w*)")
INDENT = "    "
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$")
ANCHOR = re.compile(r"<a\s+(?:id|name)=\"([^\"]+)\"")
SPAN = re.compile(r"(?<!`)(`+)(?!`)((?:(?!\n\s*\n).)+?)(?<!`)\1(?!`)", re.DOTALL)
LINK = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^()\s]+)(?:\s+\"[^\"]*\")?\)")
REFERENCE = re.compile(r"^\[[^\]]+\]:\s+(\S+)", re.MULTILINE)


@dataclass(frozen=True)
class At:
    """A piece of the document, and its line."""

    text: str
    line: int


@dataclass
class Block:
    """A block of code: fenced, or indented by four columns."""

    language: str
    lines: list[At] = field(default_factory=list)


def slug(heading: str) -> str:
    """The anchor that GitHub gives to a heading."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")


class Document:
    def __init__(self, text: str):
        self.blocks: list[Block] = []
        self.anchors: set[str] = set()
        self.prose = "\n".join(self._prose_lines(text.split("\n")))  # blocks are empty lines in it

    def _prose_lines(self, lines: list[str]) -> list[str]:
        prose = []
        fence = ""
        in_list = False
        for number, line in enumerate(lines, 1):
            opened = FENCE.match(line)
            if fence:
                if opened and opened[1].startswith(fence) and not opened[2]:
                    fence = ""
                else:
                    self.blocks[-1].lines.append(At(line, number))
            elif opened:
                fence = opened[1]
                self.blocks.append(Block(opened[2] or "text"))
            elif line.startswith(INDENT) and line.strip() and not in_list and (not prose or not prose[-1].strip()):
                if number == 1 or not lines[number - 2].startswith(INDENT):
                    self.blocks.append(Block("shell"))
                self.blocks[-1].lines.append(At(line.strip(), number))
            else:
                in_list = bool(re.match(r"\s*(?:[-*+]|\d+\.)\s", line)) or (in_list and (not line or line[0] == " "))
                self._add_anchors(line)
                prose.append(line)
                continue
            prose.append("")
        return prose

    def _add_anchors(self, line: str) -> None:
        self.anchors.update(ANCHOR.findall(line))
        heading = HEADING.match(line)
        if not heading:
            return
        name = slug(heading[1])
        same = name
        count = 0
        while same in self.anchors:
            count += 1
            same = f"{name}-{count}"
        self.anchors.add(same)

    def _line_of(self, position: int) -> int:
        return self.prose.count("\n", 0, position) + 1

    def spans(self) -> list[At]:
        return [At(" ".join(found[2].split()), self._line_of(found.start())) for found in SPAN.finditer(self.prose)]

    def links(self) -> list[At]:
        # A span may hold what looks like a link.
        text = SPAN.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), self.prose)
        return [At(found[1], self._line_of(found.start()))
                for pattern in (LINK, REFERENCE) for found in pattern.finditer(text)]

    def rows(self) -> list[At]:
        """The rows of tables, whole."""
        return [At(line, number) for number, line in enumerate(self.prose.split("\n"), 1) if line.startswith("|")]

"""A page as text: the title first, the article, a line such as "Kommentare" or "Comments", then one comment a line."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TextIO

from moderation.comment import Comment, Thread
from moderation.errors import UnreadableFile
from moderation.sources.file.formats import Report
from moderation.sources.file.headings import count, is_heading

suffixes = (".txt", ".text", ".md")
WIDEST = 120
"""Characters; lines broken by hand or by a mail program are not longer."""
ADDRESS = re.compile(r"https?://\S+")
CRUMBS = re.compile(r".+\s[>›»|/]\s.+")
DATE = re.compile(
    r"[\W\d]*(?:(?:mo|di|mi|do|fr|sa|so|mon|tue|wed|thu|fri|sat|sun)\w*)?[\W\d]*(?:[^\W\d]{3,9}\.?)?[\W\d]*(?:uhr|am|pm)?"
)


def fits(head: str) -> float:
    return 0.1  # any text may be such a page; every other format has a look of its own


def read(file: TextIO, report: Report) -> Iterator[Comment]:
    lines = [line.strip(" \t\n\f\v\ufeff") for line in file.read().split("\n")]
    start = _heading(lines)
    thread = Thread(title=_title(lines[:start]), url=_address(lines[:start]))
    for text in _comments(lines[start + 1 :]):
        yield Comment(source="", external_id="", text=text, thread=thread)


def _heading(lines: list[str]) -> int:
    """Where the comments begin: at the first heading, as nothing after it may be lost.

    A heading that promises N comments but has another one below it with at least N lines is a link at the page's top:
    a comment that reads "Comments" can never have as many lines below it.
    """
    found = [number for number, line in enumerate(lines) if is_heading(line)]
    if not found:
        raise UnreadableFile(
            'It has no line "Kommentare" or "Comments". Put one above the first comment, or name its format.'
        )
    promised = count(lines[found[0]])
    if promised and len(found) > 1 and sum(map(bool, lines[found[1] + 1 :])) >= promised:
        return found[1]
    return found[0]


def _title(lines: list[str]) -> str:
    """The headline: the first line that is not an address, a date, a path of sections, or a kicker above it."""
    shown = [line for line in lines if line and not _is_frame(line)]
    if len(shown) > 1 and _is_kicker(shown[0], shown[1]):
        shown.pop(0)
    return re.sub(r"^(?:#+\s+|(?:titel|title|headline)\s*:\s+)", "", shown[0], flags=re.IGNORECASE) if shown else ""


def _is_frame(line: str) -> bool:
    if ADDRESS.fullmatch(line) or not re.search(r"\w", line):
        return True
    date = re.search(r"\d", line) and DATE.fullmatch(line.lower())
    return bool(date or (len(line) < 80 and CRUMBS.fullmatch(line)))


def _is_kicker(line: str, below: str) -> bool:
    headline = 4 <= len(below.split()) <= 20 and not below.endswith((".", ":", ";"))
    return headline and len(line.split()) <= 2 and not line.endswith((".", "!", "?"))


def _address(lines: list[str]) -> str:
    return next((line for line in lines if ADDRESS.fullmatch(line)), "")


def _comments(lines: list[str]) -> Iterator[str]:
    width = _wrapped_at(lines)
    text = ""
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        text = f"{text} {line}" if text and line else text or line
        if text and not (width and below and _breaks(line, below, width)):
            yield text
            text = ""


def _wrapped_at(lines: list[str]) -> int:
    """The width at which long lines were broken; 0 for a page with one comment a line.

    Where lines were broken, most of those with another right below end where its first word no longer fitted, and in
    the middle of a sentence.
    """
    width = max(map(len, lines), default=0)
    pairs = [(line, below) for line, below in pairwise(lines) if line and below]
    broken = sum(_breaks(line, below, width) and line[-1] not in ".!?…" for line, below in pairs)
    return width if 40 <= width <= WIDEST and broken >= 2 and broken >= 0.5 * len(pairs) else 0


def _breaks(line: str, below: str, width: int) -> bool:
    return len(line) + 1 + len(below.split(maxsplit=1)[0]) > width

"""Formats of comment files: one module for each, found by its file name; find() looks at the content."""

from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, TextIO

from moderation.comment import Comment
from moderation.errors import UnreadableFile

Report = Callable[[int, str], None]
"""Takes the line number of a row that holds no comment, and why."""


class Format(Protocol):
    """A module of this package."""

    suffixes: tuple[str, ...]
    """What its files' names end with, in lower case; decides only where the content leaves it open."""

    def fits(self, head: str) -> float:
        """How surely a file with this beginning is of this format, 0 to 1."""

    def read(self, file: TextIO, report: Report) -> Iterator[Comment]:
        """The comments in it, with an empty source, and an empty external_id where the file gives none."""


def names() -> list[str]:
    """All formats."""
    return [module.name for module in iter_modules(__path__)]


def load(name: str) -> Format:
    """The format of this name. Raises UnreadableFile when there is none."""
    if name not in names():
        raise UnreadableFile(f"There is no format {name!r}; the formats are {', '.join(names())}.")
    format: Format = import_module(f"{__name__}.{name}")
    return format


def find(head: str, suffix: str) -> str:
    """The name of the format that fits best, by the file's beginning and, where that leaves it open, its suffix."""

    def likeness(name: str) -> float:
        format = load(name)
        return format.fits(head) + (0.2 if suffix.lower() in format.suffixes else 0.0)

    return max(names(), key=likeness)

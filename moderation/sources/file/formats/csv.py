"""CSV with a header line; the delimiter is the one that makes the header's names known."""

import csv
from collections import deque
from collections.abc import Iterator
from itertools import zip_longest
from typing import TextIO

from moderation.comment import Comment
from moderation.errors import UnreadableFile
from moderation.sources.file.fields import NAMES, meanings, to_comment
from moderation.sources.file.formats import Report

suffixes = (".csv", ".tsv", ".tab")
DELIMITERS = ",;\t|"
LONGEST_FIELD = 1 << 26
"""Characters; the csv module's own limit of 131,072 would refuse a comment of 1 MB."""
LONGEST_ROW = 1000
"""Lines; a row that goes on for longer has a quotation mark that is never closed."""


def fits(head: str) -> float:
    known = meanings(_split(_header(head)))
    return 0.9 if "text" in known and len(known) > 1 else 0.0


def read(file: TextIO, report: Report) -> Iterator[Comment]:
    csv.field_size_limit(LONGEST_FIELD)
    lines = _Lines(file)
    header, delimiter = _columns(lines)
    for number, row in _rows(lines, delimiter, report):
        try:
            yield _comment(header, row)
        except ValueError as error:
            report(number, str(error))


class _Lines:
    """A file's lines with their numbers, which can be handed back."""

    def __init__(self, file: TextIO) -> None:
        self._file = enumerate(file, 1)
        self._returned: deque[tuple[int, str]] = deque()

    def take(self) -> tuple[int, str] | None:
        return self._returned.popleft() if self._returned else next(self._file, None)

    def give_back(self, lines: list[tuple[int, str]]) -> None:
        self._returned.extendleft(reversed(lines))


def _columns(lines: _Lines) -> tuple[list[str], str]:
    line = lines.take()
    while line and not line[1].strip():
        line = lines.take()
    delimiter = _delimiter(line[1] if line else "")
    header = _split(line[1] if line else "", delimiter)
    if "text" not in meanings(header):
        columns = ", ".join(header)[:200]
        raise UnreadableFile(f"No column ({columns}) holds a text. Name one of them {' or '.join(NAMES['text'])}.")
    return header, delimiter


def _rows(lines: _Lines, delimiter: str, report: Report) -> Iterator[tuple[int, list[str]]]:
    """Rows with the number of their first line. After a broken row reading goes on with its second line."""
    while first := lines.take():
        used = [first]

        def feed(used: list[tuple[int, str]] = used) -> Iterator[str]:
            yield used[0][1]
            while len(used) < LONGEST_ROW and (line := lines.take()):
                used.append(line)
                yield line[1]

        try:
            row = next(csv.reader(feed(), delimiter=delimiter, strict=True))
        except csv.Error as error:
            report(first[0], f"broken row: {error}")
            lines.give_back(used[1:])
        else:
            if any(field.strip() for field in row):
                yield first[0], row


def _comment(header: list[str], row: list[str]) -> Comment:
    if len(row) > len(header):
        raise ValueError(f"{len(row)} fields where the header has {len(header)}; put quotation marks around the text")
    return to_comment(dict(zip_longest(header, row, fillvalue="")))


def _header(head: str) -> str:
    return next((line for line in head.splitlines() if line.strip()), "")


def _delimiter(header: str) -> str:
    return max(DELIMITERS, key=lambda delimiter: len(meanings(_split(header, delimiter))))


def _split(line: str, delimiter: str = "") -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter or _delimiter(line)), [])
    except csv.Error:
        return []

"""Comments in a file: decoded, its format found, each comment named so that reading it again adds nothing."""

import hashlib
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import TextIOWrapper
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, NamedTuple

from moderation.comment import Comment, Thread
from moderation.errors import UnreadableFile
from moderation.sources.file import formats
from moderation.sources.file.encoding import detect

HEAD = 1 << 14
"""Characters from the beginning that decide the format."""


class BadRow(NamedTuple):
    """A row that holds no comment."""

    line: int
    why: str


class Reading(Iterator[Comment]):
    """The comments of a file, one after the other."""

    def __init__(self, path: Path, format: str, source: str) -> None:
        self.format = format
        """Known once the first comment was asked for."""
        self.encoding = ""
        """Likewise."""
        self.bad: list[BadRow] = []
        """The rows so far that hold no comment."""
        self.share = 0.0
        """How much of the file was read, 0 to 1."""
        self._comments = self._read(path, source)

    def __next__(self) -> Comment:
        return next(self._comments)

    def _read(self, path: Path, source: str) -> Iterator[Comment]:
        seen: Counter[str] = Counter()
        given: dict[str, str] = {}
        found = False
        try:
            with _open(path) as (file, size):
                for comment in self._parse(file, path.suffix):
                    self.share = file.tell() / size
                    found = True
                    yield _unique(_name(comment, source, seen), given)
        except UnreadableFile as error:
            raise UnreadableFile(f"{path}: {error.detail}") from None
        except OSError as error:
            raise UnreadableFile(f"{path}: {error.strerror}.") from None
        if not found:
            raise UnreadableFile(f"{path}: {self._nothing()}")

    def _parse(self, file: BinaryIO, suffix: str) -> Iterator[Comment]:
        self.encoding = detect(file)
        # Bytes that are broken show up as U+FFFD in their comment instead of costing all the others.
        with TextIOWrapper(file, self.encoding, errors="replace") as text:
            if not self.format:
                self.format = formats.find(text.read(HEAD), suffix)
                text.seek(0)
            yield from formats.load(self.format).read(text, self._report)

    def _report(self, line: int, why: str) -> None:
        self.bad.append(BadRow(line, why))

    def _nothing(self) -> str:
        if not self.bad:
            return f"It was read as {self.format}, and there is no comment in it."
        first = self.bad[0]
        return f"None of its {len(self.bad)} rows is a comment; line {first.line}: {first.why}."


def read(path: Path, format: str = "", source: str = "") -> Reading:
    """The comments of a file, read as they are asked for; rows that hold none are kept in the result's bad.

    format: one of formats.names(), else the content decides. source: what the comments carry as Comment.source; else
    the host of the page they stand on, or "file". Raises UnreadableFile, when the first comment is asked for or at the
    end of a file that had none, with what to do.
    """
    return Reading(path, format, source)


@contextmanager
def _open(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """The file and its size; what can be read only once (a pipe) is copied first."""
    with path.open("rb") as file:
        if file.seekable():
            yield file, max(path.stat().st_size, 1)
            return
        with TemporaryFile() as copy:
            shutil.copyfileobj(file, copy)
            size = copy.tell()
            copy.seek(0)
            yield copy, max(size, 1)


def _name(comment: Comment, source: str, seen: Counter[str]) -> Comment:
    """The comment as it can be stored, with a source and an id."""
    text, author, external_id = map(_storable, (comment.text, comment.author, comment.external_id))
    thread = Thread(*map(_storable, (comment.thread.id, comment.thread.title, comment.thread.url)))
    if not external_id:
        digest = hashlib.sha256("\0".join((thread.title, thread.url, author, text)).encode()).hexdigest()[:20]
        seen[digest] += 1
        external_id = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
    return replace(
        comment,
        source=source or comment.source or "file",
        external_id=external_id,
        text=text,
        author=author,
        parent_text=_storable(comment.parent_text),
        thread=thread,
    )


def _unique(comment: Comment, given: dict[str, str]) -> Comment:
    """The comment, under an id of its own where the file gives its id to another text as well.

    Under one id they would replace each other as if they were edits, and once more each time the file is read.
    """
    digest = hashlib.sha256(comment.text.encode()).hexdigest()[:8]
    if given.setdefault(comment.external_id, digest) == digest:
        return comment
    return replace(comment, external_id=f"{comment.external_id}-{digest}")


def _storable(text: str) -> str:
    """NUL and half characters, which PostgreSQL and UTF-8 cannot hold, become U+FFFD; places stay the same."""
    return re.sub("[\0\ud800-\udfff]", "\ufffd", text)

"""flagdesk score: what the model makes of a text."""

import json
import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from bot.commands import Config, Json

if TYPE_CHECKING:
    from moderation.comment import Comment


def score(
    text: Annotated[str, typer.Argument(help='The text; "-" reads one comment a line from standard input.')],
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Score a text, or each line of standard input: plain, or a JSON object with a "text"."""
    from rich.console import Console

    from bot.judge import Judge
    from bot.results import line, marked, score_fields, verdict
    from bot.settings import load

    if not text.strip():
        raise typer.BadParameter("It is empty. Write a text in quotation marks.", param_hint="TEXT")
    console = Console(highlight=False)
    with Judge(load(config)) as judge:
        for batch in _stream(sys.stdin.buffer) if text == "-" else [[_comment(text)]]:
            for comment, judged in zip(batch, judge.judge(batch), strict=True):
                if as_json:
                    typer.echo(line(score_fields(comment.text, judged)))
                else:
                    console.print(verdict(judged), judged.verdict.rule, marked(comment.text, judged), soft_wrap=True)


def _stream(stream: BinaryIO) -> Iterator[list["Comment"]]:
    """The lines that have arrived, again and again: quick with a file, prompt with a person or a pipe."""
    rest = b""
    while chunk := stream.read1(1 << 16):  # type: ignore[attr-defined]  # BinaryIO does not declare BufferedReader's
        *lines, rest = (rest + chunk).split(b"\n")
        yield [_read(line) for line in lines if line.strip()]
    if rest.strip():
        yield [_read(rest)]


def _read(line: bytes) -> "Comment":
    """A line as UTF-8, else as Windows-1252; a JSON object with a text as what it says."""
    try:
        text = line.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        text = line.decode("cp1252", "replace").strip()
    record = _record(text)
    if isinstance(said := record.get("text"), str) and said.strip():
        return _comment(said, str(record.get("language") or ""))
    return _comment(text)


def _record(text: str) -> dict[str, object]:
    if not text.startswith("{"):
        return {}
    try:
        record: dict[str, object] = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return record


def _comment(text: str, language: str = "") -> "Comment":
    from moderation.comment import Comment

    return Comment("", "", re.sub("[\0\ud800-\udfff]", "\ufffd", text), language=language)

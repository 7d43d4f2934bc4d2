"""flagdesk ingest: the comments in files, scored, most severe first, and kept for the moderators."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands import Config, Json
from moderation.errors import UnreadableFile

if TYPE_CHECKING:
    from bot.judge import Judge
    from bot.settings import Settings
    from moderation.comment import Comment, Judged, Taken
    from moderation.scoring import Scorer
    from moderation.sources import Reading

BATCH = 200
TOLD = 10
"""Rows without a comment that are named; of more only the number is told."""


def ingest(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Pages as text or HTML, JSON Lines, CSV.")],
    as_json: Json = False,
    format: Annotated[str, typer.Option(help="text, html, jsonl or csv; else the content decides.")] = "",
    source: Annotated[
        str,
        typer.Option(
            help='What the comments are filed under; else their page\'s host, or "file". Ids are unique in it.'
        ),
    ] = "",
    config: Config = None,
) -> None:
    """Take in the comments of files and show what the model makes of each, most severe first."""
    from bot.judge import Judge
    from bot.results import comment_fields, line
    from bot.settings import load

    settings = load(config)
    failed = False
    found: list[tuple[Comment, Judged]] = []
    with Judge(settings) as judge:
        for file in files:
            try:
                for pair in _judge(judge, file, format, source):
                    found.append(pair)
            except UnreadableFile as error:
                typer.secho(str(error), fg="red", err=True)
                failed = True
        taken = asyncio.run(store(settings, judge.scorer, [comment for comment, _ in found]))
    found.sort(key=lambda pair: -pair[1].verdict.severity)
    if as_json:
        for comment, judged in found:
            typer.echo(line(comment_fields(comment, judged)))
    elif found:
        _show(found, taken)
    if failed:
        raise typer.Exit(1)


async def store(settings: "Settings", scorer: "Scorer", comments: Sequence["Comment"]) -> "Taken":
    """Keep the comments and open cases for those that are flagged; what is known already is not kept twice."""
    from bot.terms import terms
    from db.engine import connect
    from db.queue import Queue
    from moderation.pipeline import score_waiting, take_in

    async with connect(settings.database_url) as database:
        queue = Queue(database, terms(settings))
        taken = await take_in(queue, comments)
        while (await score_waiting(queue, scorer, settings.policy)).scored:
            pass
    return taken


def _judge(judge: "Judge", file: Path, format: str, source: str) -> Iterator[tuple["Comment", "Judged"]]:
    from moderation.sources import read

    reading = read(file, format, source)
    for batch in _batches(reading, file.name):
        yield from zip(batch, judge.judge(batch), strict=True)
    _tell_bad_rows(file, reading)


def _batches(reading: "Reading", name: str) -> Iterator[list["Comment"]]:
    from itertools import islice

    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(name, total=1.0)
        while batch := list(islice(reading, BATCH)):
            yield batch
            progress.update(task, completed=reading.share)


def _tell_bad_rows(file: Path, reading: "Reading") -> None:
    if not reading.bad:
        return
    told = "; ".join(f"line {row.line}: {row.why}" for row in reading.bad[:TOLD])
    more = "; …" if len(reading.bad) > TOLD else ""
    typer.secho(f"{file}: {len(reading.bad)} rows hold no comment ({told}{more}).", fg="yellow", err=True)


def _show(found: Sequence[tuple["Comment", "Judged"]], taken: "Taken") -> None:
    from rich.console import Console

    from bot.table import table

    console = Console(highlight=False)
    console.print(table(found))
    flagged = sum(judged.verdict.outcome != "pass" for _, judged in found)
    counted = "1 comment" if len(found) == 1 else f"{len(found)} comments"
    console.print(f"{counted}: {len(taken.new)} new, {taken.known} already known, {flagged} flagged.")

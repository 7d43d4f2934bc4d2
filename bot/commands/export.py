"""flagdesk export: every decision on record, for whoever wants to check or to learn from them."""

import asyncio
import contextlib
import csv
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TextIO

import typer

from bot.commands import Config

if TYPE_CHECKING:
    from bot.settings import Settings

Write = Callable[[dict[str, Any]], object]


def export(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write; else standard output.")
    ] = None,
    format: Annotated[Literal["jsonl", "csv"], typer.Option(help="JSON Lines or CSV.")] = "jsonl",
    config: Config = None,
) -> None:
    """Write every decision with its comment, scores and thresholds. The file holds what people wrote: keep it safe."""
    from bot.settings import load

    settings = load(config)
    with _open(output) as file:
        number = asyncio.run(_write_all(settings, _writer(file, format)))
    typer.echo(f"{number} decisions.", err=True)


async def _write_all(settings: "Settings", write: Write) -> int:
    from db import history
    from db.engine import connect

    number = 0
    async with connect(settings.database_url) as database, database.read() as tx:
        async for row in history.export(tx):
            write(row)
            number += 1
    return number


@contextlib.contextmanager
def _open(output: Path | None) -> Iterator[TextIO]:
    if output is None:
        yield sys.stdout
        return
    with output.open("x", encoding="utf-8", newline="") as file:  # never over something that is there
        output.chmod(0o600)
        yield file


def _writer(file: TextIO, format: str) -> Write:
    if format == "jsonl":
        return lambda row: file.write(json.dumps(row, ensure_ascii=False) + "\n")
    table = csv.writer(file)
    return _csv_writer(table.writerow)


def _csv_writer(write: Callable[[list[Any]], object]) -> Write:
    """Mappings as JSON in their cells; the names of the columns first."""
    begun = False

    def write_row(row: dict[str, Any]) -> None:
        nonlocal begun
        if not begun:
            write(list(row))
            begun = True
        write([_cell(value) for value in row.values()])

    return write_row


def _cell(value: Any) -> Any:
    """Mappings as JSON; what a person wrote and a spreadsheet would run as a formula is kept as text."""
    if isinstance(value, dict):
        return json.dumps(value)
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value

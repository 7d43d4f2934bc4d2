"""`make bench`: all figures, or those named (ingest, taps, cards, memory, fresh), as one table."""

import asyncio
import importlib
import sys

from rich.console import Console
from rich.table import Table

ALL = ("ingest", "memory", "taps", "cards", "fresh")


async def main(wanted: list[str]) -> None:
    """Measure one after the other, so that none disturbs another."""
    console, table = Console(), Table(title="make bench")
    for column in ("figure", "measured", "aim", "reference, same run", "ratio"):
        table.add_column(column)
    for name in wanted or ALL:
        console.print(f"measuring {name} …", style="dim")
        async for figure in importlib.import_module(f"tests.bench.{name}").measure():
            table.add_row(*figure)
    console.print(table)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))

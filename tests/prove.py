"""`make prove`: the long proofs, on both databases: a race over 1,000 cases, and 200 kills of a run of 500 comments."""

import argparse
import asyncio
import random
import tempfile
import time

import asyncpg
from rich.console import Console
from rich.table import Table

from tests.killing import Killing
from tests.postgres import serve
from tests.racing import race

CASES = 1000
Databases = tuple[tuple[str, str], ...]


def main() -> None:
    """Run them all; a failed one raises, and names the seed that repeats it."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    given.add_argument("--comments", type=int, default=500)
    given.add_argument("--kills", type=int, default=200)
    options = given.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory() as folder, serve() as postgres:
        databases = (("SQLite", f"sqlite:///{folder}/{{}}.db"), ("PostgreSQL", postgres.replace("/postgres?", "/{}?")))
        for name in ("killed", "raced"):
            asyncio.run(_create(postgres, name))
        console.print(_race(console, databases))
        console.print(_kill(console, databases, options))


def _kill(console: Console, databases: Databases, options: argparse.Namespace) -> Table:
    table = Table(title=f"kill -9 at random moments (seed {options.seed})")
    for column in ("database", "comments", "kills", "taps answered", "taps unanswered", "lost or doubled", "minutes"):
        table.add_column(column)
    for name, url in databases:
        console.print(f"{name}: {options.kills} kills while {options.comments} comments are written …")
        began = time.monotonic()
        run = Killing(url.format("killed"), options.comments, options.kills, options.seed)
        asyncio.run(run.run())
        unanswered = run.taps.pop("unanswered", 0)
        minutes = f"{(time.monotonic() - began) / 60:.1f}"
        table.add_row(name, *map(str, (options.comments, run.killed, run.taps.total(), unanswered, 0)), minutes)
    return table


def _race(console: Console, databases: Databases) -> Table:
    table = Table(title=f"two moderators tap the same {CASES} cases at the same time")
    for column in ("database", "decisions", "polite refusals"):
        table.add_column(column)
    for name, url in databases:
        console.print(f"{name}: two moderators race …")
        answers = asyncio.run(race(url.format("raced"), CASES))
        assert answers == {"decided": CASES, "refused": CASES}, answers
        table.add_row(name, str(answers["decided"]), str(answers["refused"]))
    return table


async def _create(server: str, name: str) -> None:
    admin = await asyncpg.connect(server)
    await admin.execute(f"CREATE DATABASE {name}")
    await admin.close()


if __name__ == "__main__":
    main()

"""`make prove`: the long proofs. 200 kills of a run of 500 comments, on both databases, at seeded random moments."""

import argparse
import asyncio
import random
import tempfile
import time

from rich.console import Console
from rich.table import Table

from tests.killing import Killing
from tests.postgres import serve


def main() -> None:
    """Run them; a failed one raises, and names the seed that repeats it."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    given.add_argument("--comments", type=int, default=500)
    given.add_argument("--kills", type=int, default=200)
    options = given.parse_args()
    console, table = Console(), Table(title=f"kill -9 at random moments (seed {options.seed})")
    for column in ("database", "comments", "kills", "taps answered", "taps unanswered", "lost or doubled", "minutes"):
        table.add_column(column)
    with tempfile.TemporaryDirectory() as folder, serve() as postgres:
        for name, url in (("SQLite", f"sqlite:///{folder}/flagdesk.db"), ("PostgreSQL", postgres)):
            console.print(f"{name}: {options.kills} kills while {options.comments} comments are written …")
            began, run = time.monotonic(), Killing(url, options.comments, options.kills, options.seed)
            asyncio.run(run.run())
            unanswered = run.taps.pop("unanswered", 0)
            minutes = f"{(time.monotonic() - began) / 60:.1f}"
            numbers = (options.comments, run.killed, run.taps.total(), unanswered, 0)
            table.add_row(name, *map(str, numbers), minutes)
    console.print(table)


if __name__ == "__main__":
    main()

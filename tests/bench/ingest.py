"""Ingest, score and queue on SQLite, beside the same rows written by sqlite3 alone."""

import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

from db.engine import connect
from db.queue import Queue
from moderation import models, pipeline
from moderation.comment import Comment
from moderation.policy import Thresholds
from moderation.scoring import Scorer
from tests.bench.figure import Figure
from tests.bench.newsroom import KIND, RUDE

COMMENTS = 10_000
FLAGGED = 0.05


async def measure() -> AsyncIterator[Figure]:
    """Comments a second through take_in and score_waiting, 5 % of them flagged."""
    batch = [Comment("bench", str(n), text(n), author=f"reader {n % 500}") for n in range(COMMENTS)]
    with tempfile.TemporaryDirectory() as folder:
        reference = _bare(Path(folder) / "bare.db", batch)
        scorer = Scorer(models.load("embedded"))
        async with connect(f"sqlite:///{folder}/flagdesk.db") as database:
            queue, began = Queue(database), time.perf_counter()
            await pipeline.take_in(queue, batch)
            while (await pipeline.score_waiting(queue, scorer, lambda _: Thresholds())).scored:
                pass
            rate = COMMENTS / (time.perf_counter() - began)
    named = f"sqlite3 alone, text only, same batches: {reference:,.0f}/s"
    yield Figure(
        "ingest, score, queue (SQLite)", f"{rate:,.0f} comments/s", "≥ 1,000", named, f"{rate / reference:.2f}"
    )


def text(n: int) -> str:
    """About 190 characters, every twentieth of them rude."""
    rude = n % round(1 / FLAGGED) == 0
    return ((RUDE if rude else KIND).format(n=n) + " " + KIND.format(n=-n) * 2)[:190]


def _bare(path: Path, batch: list[Comment]) -> float:
    """Rows a second, as durable as ours, in batches of the same size."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE comments (id INTEGER PRIMARY KEY, source TEXT, external_id TEXT, text TEXT)")
    began = time.perf_counter()
    for start in range(0, len(batch), pipeline.BATCH):
        rows = [(c.source, c.external_id, c.text) for c in batch[start : start + pipeline.BATCH]]
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO comments (source, external_id, text) VALUES (?, ?, ?)", rows)
        connection.execute("COMMIT")
    rate = len(batch) / (time.perf_counter() - began)
    connection.close()
    return rate

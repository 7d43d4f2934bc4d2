"""From a tap to its answer, with the decision stored, in a database of a million comments."""

import contextlib
import json
import random
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from db.engine import connect
from tests.bench.figure import Figure, milliseconds, p95
from tests.bench.newsroom import ANNA, KIND, RUDE, run

COMMENTS, CASES, TAPS = 1_000_000, 20_000, 300


async def measure() -> AsyncIterator[Figure]:
    """p95 over TAPS taps, one after the other; beside a bare exchange over loopback plus one durable commit."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "flagdesk.db"
        async with connect(f"sqlite:///{path}"):
            pass
        waiting = fill(path)
        async with run(f"sqlite:///{path}", speed=60) as running:
            sandbox = running.sandbox
            sandbox.send(ANNA, ANNA, "/review")
            screen = await sandbox.wait_for(lambda: [m for m in sandbox.messages(ANNA) if m["from"]["is_bot"]], 30)
            number, seconds = screen[-1]["message_id"], []
            for case_id in random.Random(1).sample(waiting, TAPS):
                answer = await sandbox.forge(ANNA, ANNA, number, f"v1:ok:{case_id}")
                assert "Approved" in answer.text, answer
                seconds.append(answer.seconds)
            bare = [await _exchange(f"{sandbox.url}/bot{sandbox.token}/getMe", Path(folder)) for _ in range(50)]
        stored = sqlite3.connect(path).execute("SELECT count(*) FROM decisions WHERE person_id = ?", (ANNA,)).fetchone()
        assert stored == (TAPS,), stored
    ratio = f"{p95(seconds) / p95(bare):.1f}"
    named = f"HTTP exchange + durable commit: {milliseconds(p95(bare))}"
    yield Figure(
        "tap → answered and stored, 1,000,000 comments, p95", milliseconds(p95(seconds)), "≤ 100 ms", named, ratio
    )


def fill(path: Path) -> list[int]:
    """A million comments over a year, 20,000 cases, 1,000 of them waiting; the numbers of those that wait."""
    connection, now = sqlite3.connect(path, isolation_level=None), datetime.now(UTC)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("BEGIN")
    connection.execute('INSERT INTO policies VALUES (1, \'x\', \'{"review": {"toxicity": 0.5}, "reject": {}}\')')
    every, first = COMMENTS // CASES, now - timedelta(days=365)
    for table, rows in (
        ("comments", (_comment(n, _at(first, n), n % every == 0) for n in range(1, COMMENTS + 1))),
        ("scores", (_scores(n, _at(first, n), n % every == 0) for n in range(1, COMMENTS + 1))),
        ("cases", (_case(n // every, n, _at(first, n)) for n in range(every, COMMENTS + 1, every))),
    ):
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        marks = ", ".join("?" * len(columns))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608
    connection.execute("COMMIT")
    connection.close()
    return list(range(CASES - 999, CASES + 1))


def _at(first: datetime, n: int) -> str:
    return f"{first + n * timedelta(days=365) / COMMENTS:%Y-%m-%d %H:%M:%S.%f}"


def _comment(n: int, at: str, flagged: bool) -> tuple[object, ...]:
    text, author = (RUDE if flagged else KIND).format(n=n), f"reader {n % 20_000}"
    thread = f"t{n // 500}"
    return (
        n,
        "page",
        str(n),
        1,
        text,
        author,
        "",
        thread,
        "An article",
        "",
        "",
        "",
        at,
        "",
        "",
        at,
        "scored",
        0,
        at,
        None,
    )


def _scores(n: int, at: str, flagged: bool) -> tuple[object, ...]:
    probability = 0.9 if flagged else 0.02
    outcome = "review" if flagged else "pass"
    said = json.dumps({"toxicity": probability})
    return (n, n, 1, at, "embedded", "1", "en", 1, said, "[]", "", outcome, "", probability / 0.5, "toxicity")


def _case(case_id: int, n: int, at: str) -> tuple[object, ...]:
    waits = case_id > CASES - 1000
    state, decided = ("waiting", None) if waits else ("decided", at)
    return (case_id, n, n, "page", f"reader {n % 20_000}", 1.8, state, at, at, None, None, None, None, decided, None)


async def _exchange(url: str, folder: Path) -> float:
    """What nothing can do without: one request over loopback, one commit that reaches the disk; in seconds."""
    with contextlib.closing(sqlite3.connect(folder / "bare.db")) as connection:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE IF NOT EXISTS decisions (id INTEGER PRIMARY KEY)")
        connection.commit()
        async with httpx.AsyncClient() as client:
            await client.get(url)
            began = time.perf_counter()
            await client.get(url)
            connection.execute("INSERT INTO decisions DEFAULT VALUES")
            connection.commit()
            return time.perf_counter() - began

"""Two moderators tap the same cases at the same time, on the real service."""

import asyncio
from collections import Counter

from sqlalchemy import func, select

from db import tables
from db.engine import connect
from tests.bench.newsroom import ANNA, OWNER, run
from tests.making import open_cases

ANSWERS = {"Approved": "decided", "approved this": "refused", "rejected this": "refused", "Rejected": "decided"}


async def race(database_url: str, number: int) -> Counter[str]:
    """How many of twice `number` taps decided, and how many were told that somebody was faster; seen in the answers.

    Raises AssertionError when the database has not exactly one decision for each case.
    """
    async with connect(database_url) as database:
        cases = await open_cases(database, [0.9] * number)
    answers: Counter[str] = Counter()
    async with run(database_url, speed=60) as running:
        sandbox = running.sandbox
        for person in (ANNA, OWNER):
            sandbox.send(person, person, "/help")
        await sandbox.wait_for(lambda: all(len(sandbox.messages(person)) > 1 for person in (ANNA, OWNER)), 30)

        async def tap(person: int, action: str) -> None:
            number = sandbox.messages(person)[-1]["message_id"]
            for case_id in cases:
                answer = await sandbox.forge(person, person, number, f"v1:{action}:{case_id}", timeout=30)
                answers[next((kind for words, kind in ANSWERS.items() if words in answer.text), answer.text)] += 1

        await asyncio.gather(tap(ANNA, "ok"), tap(OWNER, "no"))
    async with connect(database_url) as database, database.read() as tx:
        decided = (await tx.execute(select(func.count(), func.count(tables.decisions.c.case_id.distinct())))).one()
    assert tuple(decided) == (number, number), f"{decided} decisions and decided cases, not {number}"
    return answers

"""Counts of what happened, the same on both databases."""

from datetime import timedelta

from db import history, inbox
from db.engine import Database
from moderation.digest import Hour
from tests.making import NOON, comment, open_cases


async def test_comments_are_counted_in_the_hour_in_which_they_came(database: Database) -> None:
    await open_cases(database, [0.9])
    async with database.write() as tx:
        await inbox.put(tx, [comment(number) for number in (11, 12)], NOON + timedelta(minutes=59))
        await inbox.put(tx, [comment(13)], NOON + timedelta(hours=2, minutes=30))
    async with database.read() as tx:
        counts = await history.count(tx, NOON - timedelta(hours=1), NOON + timedelta(hours=3))
    assert counts.hours == (Hour(NOON, 3, 1), Hour(NOON + timedelta(hours=2), 1, 0))

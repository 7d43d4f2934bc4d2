"""Digests go out once a day, however often and from wherever the clock is looked at; the owner hears of what stalls."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from telegram import User

from bot.settings import Settings
from bot.telegram import digesting, watch
from bot.telegram.budget import Budget
from bot.telegram.chat import Chat, build
from bot.telegram.desk import Desk
from bot.telegram.texts import load
from db import effects, inbox, people, tables
from db.engine import Database, connect
from moderation.comment import Person
from moderation.scoring import Scorer
from tests.bot.newsroom import ANNA, DESK, OLGA, Newsroom, open_newsroom
from tests.bot.word_model import WordModel
from tests.making import comment, open_cases

VIENNA = ZoneInfo("Europe/Vienna")
EIGHT = datetime(2026, 6, 15, 8, tzinfo=VIENNA)


def desk(database: Database) -> Desk:
    """A desk that looks at clocks and writes to the database; it sends nothing."""
    chosen: dict[str, Any] = {"owner_id": OLGA, "chat_id": DESK, "time_zone": VIENNA, "digest_at": time(8)}
    settings = Settings(**chosen)
    chat = Chat(build("1234567:" + "x" * 35, "http://127.0.0.1:9"), Budget())
    texts = load("en", VIENNA)
    return Desk(settings, database, chat, texts, Scorer(WordModel()), {}, User(1, "Flagdesk", is_bot=True))


async def wanted(database: Database, kind: str = "digest") -> list[str]:
    async with database.read() as tx:
        found = select(tables.effects.c.key).where(tables.effects.c.kind == kind).order_by(tables.effects.c.id)
        return list((await tx.execute(found)).scalars())


async def test_the_first_start_tells_of_nothing(database: Database) -> None:
    for now in (EIGHT - timedelta(minutes=1), EIGHT - timedelta(seconds=1)):
        assert await digesting.tick(desk(database), now) == 0
    assert await wanted(database) == []


async def test_a_day_is_told_of_once_whenever_and_however_often_it_is_looked_at(database: Database) -> None:
    clock = desk(database)
    await digesting.tick(clock, EIGHT - timedelta(hours=1))
    for minutes in (-1, 0, 1, 2, 600):
        await digesting.tick(clock, EIGHT + timedelta(minutes=minutes))
    assert await wanted(database) == ["digest:2026-06-15"]


async def test_days_that_were_slept_through_are_made_up_for(database: Database) -> None:
    await digesting.tick(desk(database), EIGHT)
    await digesting.tick(desk(database), EIGHT + timedelta(days=3, hours=5))
    assert await wanted(database) == [f"digest:2026-06-{day}" for day in (16, 17, 18)]


async def test_both_clock_changes_have_one_digest_a_day(database: Database) -> None:
    clock = desk(database)
    for month, first in ((3, 27), (10, 23)):
        begin = datetime(2026, month, first, 9, tzinfo=VIENNA).astimezone(UTC)
        for hours in range(0, 96, 2):
            await digesting.tick(clock, begin + timedelta(hours=hours))
    days = [key.removeprefix("digest:") for key in await wanted(database)]
    assert len(days) == len(set(days)) == 213  # from March 28 to October 26
    assert {"2026-03-29", "2026-10-25"} <= set(days)


async def test_two_clocks_at_once_send_one_digest(database_url: str) -> None:
    async with connect(database_url) as first, connect(database_url) as second:
        await digesting.tick(desk(first), EIGHT - timedelta(hours=1))
        clocks = desk(first), desk(second)
        ticks = [digesting.tick(clock, EIGHT) for clock in clocks * 5]
        assert sum(await asyncio.gather(*ticks)) == 1
        assert await wanted(first) == ["digest:2026-06-15"]


async def test_two_clocks_at_the_very_first_start_send_nothing(database_url: str) -> None:
    async with connect(database_url) as first, connect(database_url) as second:
        clocks = desk(first), desk(second)
        assert sum(await asyncio.gather(*(digesting.tick(clock, EIGHT) for clock in clocks * 3))) == 0


async def test_a_digest_that_was_due_while_the_service_was_down_comes_at_its_start(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    async with open_newsroom(f"sqlite:///{tmp_path}/flagdesk.db", start=False, digest_at="00:00") as newsroom:
        async with newsroom.database.write() as tx:
            yesterday = now.date() - timedelta(days=1)
            row = {"schedule": "daily", "day": yesterday, "due_at": now, "created_at": now}
            await tx.execute(tables.digests.insert(), row)
        await newsroom.start()
        await newsroom.message("A quiet time", DESK)
        await newsroom.stop()
        await newsroom.start()
        newsroom.write("/id", ANNA, DESK)
        await newsroom.message("This chat", DESK)
        sent = [call for call in newsroom.sandbox.calls if call.method == "sendPhoto" and call.status == 200]
        assert len(sent) == 1


async def test_any_number_of_digests_can_be_asked_for(newsroom: Newsroom) -> None:
    for _ in range(2):
        newsroom.write("/digest", ANNA, ANNA)
    await newsroom.sandbox.wait_for(
        lambda: len([call for call in newsroom.sandbox.calls if call.method == "sendPhoto"]) == 2, 30
    )


async def test_an_action_that_is_tried_again_and_again_counts_as_stalled(database: Database) -> None:
    await open_cases(database, [0.9])
    began = datetime(2026, 6, 15, 12, tzinfo=UTC)
    async with database.write() as tx:
        await effects.want(tx, "apply:1", "apply", effects.source("page"), began, case_id=1)
    for minutes in range(0, 12, 2):
        async with database.write() as tx:
            failing = await effects.claim(tx, effects.source("page"), began + timedelta(minutes=minutes))
            assert failing is not None
            await effects.put_back(tx, failing, began + timedelta(minutes=minutes + 2), "no answer")
    await watch.check_stalls(desk(database), began + timedelta(minutes=11))
    [(_, text)] = await notices(database)
    assert "has not gone through for 11 minutes" in text


async def notices(database: Database) -> list[tuple[str, str]]:
    async with database.read() as tx:
        rows = await tx.execute(select(tables.effects).where(tables.effects.c.kind == "reply"))
        return [(row.target, row.payload["text"]) for row in rows.all()]


async def test_the_owner_hears_once_an_hour_that_scoring_stalls(database: Database) -> None:
    began = datetime(2026, 6, 15, 12, tzinfo=UTC)
    async with database.write() as tx:
        await inbox.put(tx, [comment(1), comment(2)], began)
        await people.seen(tx, Person(OLGA, "Olga"), began, private=True)
    stalled = desk(database)
    for minutes in (1, 4, 6, 7, 59):
        await watch.check_stalls(stalled, began + timedelta(minutes=minutes))
    [(target, text)] = await notices(database)
    assert target == effects.private(OLGA)
    assert "Scoring has stalled" in text
    await watch.check_stalls(desk(database), began + timedelta(minutes=61))
    assert len(await notices(database)) == 2


async def test_the_owner_hears_that_the_model_fails_and_comments_go_unscored(database: Database) -> None:
    began = datetime(2026, 6, 15, 12, tzinfo=UTC)
    failing = desk(database)
    async with database.write() as tx:
        await inbox.put(tx, [comment(1)], began)
        await tx.execute(update(tables.comments).values(state="retry"))
    await watch.check_stalls(failing, began + timedelta(minutes=6))
    assert await notices(database) == []  # one comment that no model can score is nobody's failure
    failing.scorer.failing = "out of memory"
    await watch.check_stalls(failing, began + timedelta(minutes=6))
    [(_, text)] = await notices(database)
    assert "Scoring has stalled" in text


async def test_the_group_hears_what_the_owner_cannot_be_told(database: Database) -> None:
    await open_cases(database, [0.9])
    async with database.write() as tx:
        began = datetime(2026, 6, 15, 12, tzinfo=UTC)
        await effects.want(tx, "apply:1", "apply", effects.source("page"), began, case_id=1)
    await watch.check_stalls(desk(database), began + timedelta(minutes=9))
    assert await notices(database) == []
    await watch.check_stalls(desk(database), began + timedelta(minutes=11))
    [(target, text)] = await notices(database)
    assert target == effects.CHAT
    assert "has not gone through for 11 minutes" in text

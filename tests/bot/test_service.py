"""The service as a whole: it starts or says why not, scores through every failure, and ends cleanly."""

import asyncio
import contextlib
import random
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import select, text, update

from bot import service
from bot.settings import Settings
from db import inbox, tables
from db.engine import Transaction, connect
from moderation.comment import Comment
from moderation.errors import SchemaTooNew, SettingsError
from tests.bot.newsroom import ANNA, DESK, OLGA, READERS, Newsroom, labels, open_newsroom, text_of
from tests.bot.word_model import WordModel
from tests.making import NOON, comment


def chosen(**settings: Any) -> Settings:
    """Settings with these, and nothing else set."""
    return Settings(**settings)


async def hurry(newsroom: Newsroom) -> None:
    """The pause after a failed scoring passes."""
    async with newsroom.database.write() as tx:
        await tx.execute(update(tables.comments).values(next_try=tables.comments.c.received_at))


async def test_a_model_that_is_down_leaves_it_to_people_until_it_is_back(newsroom: Newsroom) -> None:
    newsroom.model.down = "out of memory"
    newsroom.write("A fine text")
    newsroom.write("A vile text")
    fine, vile = await newsroom.card("A fine text"), await newsroom.card("A vile text")
    for card in (fine, vile):
        assert "Not scored" in text_of(card)
        assert "out of memory" in text_of(card)
    newsroom.model.down = ""
    await hurry(newsroom)
    await newsroom.shows(fine, "Approved by a rule (scored later: toxicity 0.02 < 0.35)")
    vile = await newsroom.shows(vile, "Probably toxic (85%)")
    assert "Approve" in labels(vile)


async def test_a_model_that_hangs_stops_nothing(tmp_path: Path) -> None:
    async with open_newsroom(f"sqlite:///{tmp_path}/flagdesk.db", model_timeout=0.2) as newsroom:
        newsroom.model.go_on.clear()
        newsroom.write("A fine text")
        card = await newsroom.card("A fine text")
        assert "no answer within 0.2 s" in text_of(card)
        newsroom.write("/queue", ANNA, ANNA)
        await newsroom.message("1 not scored", ANNA)
        newsroom.model.go_on.set()
        await hurry(newsroom)
        await newsroom.shows(card, "Approved by a rule")


async def test_poison_and_foreign_tongues_go_to_people_and_the_rest_is_scored(newsroom: Newsroom) -> None:
    for words in ("poison for any model", "[fi] mitä kuuluu", "A vile text", "A fine text"):
        newsroom.write(words)
    assert "Not scored" in text_of(await newsroom.card("poison"))
    assert "the model does not know Finnish" in text_of(await newsroom.card("mitä kuuluu"))
    assert "Probably toxic" in text_of(await newsroom.card("A vile text"))
    await newsroom.until(_all_scored)
    assert not newsroom.cards("A fine text")


async def _all_scored(tx: Transaction) -> bool:
    states = (await tx.execute(select(tables.comments.c.state).order_by(tables.comments.c.id))).scalars().all()
    return list(states) == ["retry", "scored", "scored", "scored"]


async def test_rules_reject_until_the_daily_brake_and_can_be_undone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/flagdesk.db"
    async with open_newsroom(url, reject={"toxicity": 0.95}, reject_limit=2, undo_seconds=3) as newsroom:
        written = [newsroom.write(f"A monstrous text, number {number}") for number in range(3)]
        first = await newsroom.card("number 0")
        assert "Rejected by a rule (toxicity 0.98 >= 0.95)" in text_of(first)
        await newsroom.tap(ANNA, first, "Undo")
        last = await newsroom.card("number 2")
        assert "Approve" in labels(last)
        await newsroom.gone(READERS, written[1])
        assert not newsroom.sandbox.deleted(READERS) & {written[0], written[2]}


async def test_comments_that_another_program_puts_in_are_found(newsroom: Newsroom) -> None:
    async with newsroom.database.write() as tx:
        await inbox.put(tx, [Comment("page", "1", "A vile comment from a page", author="Ada")], NOON)
    card = await newsroom.card("A vile comment from a page")
    await newsroom.tap(ANNA, card, "Reject")  # nothing can be done at a source that is not in the settings
    await newsroom.shows(card, "Rejected by Anna")


async def test_a_source_taken_out_of_the_settings_needs_a_hand(newsroom: Newsroom) -> None:
    newsroom.write("A vile text")
    card = await newsroom.card("A vile text")
    newsroom.sandbox.fault("deleteMessage", 1.0, kinds=("500",))
    await newsroom.tap(ANNA, card, "Reject")
    await newsroom.sandbox.wait_for(lambda: [call for call in newsroom.sandbox.calls if call.fault])
    await newsroom.stop()
    newsroom.settings = newsroom.settings.model_copy(update={"sources": ()})
    await newsroom.start()
    await newsroom.shows(card, "not in the settings any more: act there by hand")


async def test_a_worker_scores_for_the_service_beside_it(postgres: str, tmp_path: Path) -> None:
    admin = await asyncpg.connect(postgres)
    await admin.execute("CREATE DATABASE workers")
    try:
        url = postgres.replace("/postgres?", "/workers?")
        settings = chosen(role="score", database_url=url)
        ready = asyncio.Event()
        workers = [asyncio.create_task(service.run(settings, ready, WordModel())) for _ in range(2)]
        await ready.wait()
        async with connect(url) as database:
            async with database.write() as tx:
                await inbox.put(tx, [comment(number, "vile") for number in range(1, 501)], NOON)

            async def five_hundred_cases() -> bool:
                async with database.read() as tx:
                    return len((await tx.execute(select(tables.cases.c.id))).all()) == 500

            async with asyncio.timeout(20):
                while not await five_hundred_cases():  # noqa: ASYNC110  the database can't say when
                    await asyncio.sleep(0.05)
            async with database.read() as tx:
                assert len((await tx.execute(select(tables.scores.c.id))).all()) == 500
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    finally:
        await admin.execute("DROP DATABASE workers WITH (FORCE)")
        await admin.close()


async def test_what_is_not_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="chat_id"):
        await service.run(chosen(database_url=f"sqlite:///{tmp_path}/flagdesk.db"), model=WordModel())


async def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    async with open_newsroom(f"sqlite:///{tmp_path}/flagdesk.db", start=False) as newsroom:
        async with newsroom.database.write() as tx:
            await tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(SchemaTooNew):
            await newsroom.start()


async def test_a_service_that_has_ended_leaves_nothing_running(tmp_path: Path) -> None:
    async with open_newsroom(f"sqlite:///{tmp_path}/flagdesk.db", start=False) as newsroom:
        before = {task for task in asyncio.all_tasks() if not task.done()}
        threads = set(threading.enumerate())
        await newsroom.start()
        newsroom.write("A vile text")
        await newsroom.card("A vile text")
        await newsroom.stop()
        left = {task.get_name() for task in asyncio.all_tasks() - before if _is_ours(task)}
        assert left == set()
        await newsroom.sandbox.wait_for(lambda: _grown(threads) == [])


def _is_ours(task: asyncio.Task[object]) -> bool:
    """Not one of the sandbox, which serves a connection each."""
    return "sandbox" not in repr(task.get_coro()) and "RequestResponseCycle" not in repr(task.get_coro())


def _grown(before: set[threading.Thread]) -> list[threading.Thread]:
    """Threads that have come and would keep a program from ending."""
    return [
        thread for thread in set(threading.enumerate()) - before if not thread.daemon and "asyncio" not in thread.name
    ]


async def test_the_owner_may_decide_as_well(newsroom: Newsroom) -> None:
    newsroom.write("A vile text")
    card = await newsroom.card("A vile text")
    await newsroom.tap(OLGA, card, "Approve")
    await newsroom.shows(card, "Approved by Olga")
    assert card["chat"]["id"] == DESK


async def test_a_service_that_is_ended_at_any_moment_leaves_no_lock_behind(tmp_path: Path) -> None:
    seed = time.time_ns()
    print(f"seed {seed}")  # noqa: T201  with it a failure can be had again
    moments = random.Random(seed)
    async with open_newsroom(f"sqlite:///{tmp_path}/flagdesk.db?timeout=2", start=False) as newsroom:
        for number in range(12):
            await newsroom.start()
            newsroom.write(f"A vile text, number {number:02}")
            calls = len(newsroom.sandbox.calls) + moments.randrange(8)
            with contextlib.suppress(TimeoutError):
                await newsroom.sandbox.wait_for(partial(_has_called, newsroom, calls), 0.3)
            await newsroom.stop()
        await newsroom.start()
        for number in range(12):
            await newsroom.card(f"number {number:02}")


def _has_called(newsroom: Newsroom, least: int) -> bool:
    return len(newsroom.sandbox.calls) >= least

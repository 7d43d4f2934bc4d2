"""Updates are safe before Telegram may forget them, and nothing that arrives stops those behind it."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from sqlalchemy import select

from bot.telegram.dispatch import lane_key
from db import tables, updates
from db.engine import Transaction
from moderation.errors import SettingsError
from tests.bot.newsroom import ANNA, DESK, READERS, RITA, Newsroom, open_newsroom


async def states(tx: Transaction) -> dict[int, str]:
    """What became of each update."""
    rows = await tx.execute(select(tables.updates.c.id, tables.updates.c.state))
    return {row.id: row.state for row in rows.all()}


def offsets(newsroom: Newsroom) -> list[int]:
    return [call.params.get("offset", 0) for call in newsroom.sandbox.calls if call.method == "getUpdates"]


async def test_the_offset_does_not_move_before_the_update_is_kept(tmp_path: Path) -> None:
    async with open_newsroom(f"sqlite:///{tmp_path}/flagdesk.db?timeout=0.2") as newsroom:
        newsroom.write("A nasty text")
        await newsroom.card("A nasty text")
        before = await newsroom.until(updates.offset)
        await newsroom.sandbox.wait_for(lambda: newsroom.sandbox.waiting)
        with structlog.testing.capture_logs():
            async with newsroom.locked():
                newsroom.write("A vile text")
                asked = len(offsets(newsroom))
                await newsroom.sandbox.wait_for(lambda: len(offsets(newsroom)) > asked + 1)
                assert max(offsets(newsroom)) == before
            await newsroom.card("A vile text")
        assert (await newsroom.until(updates.offset) or 0) > (before or 0)


async def test_what_was_kept_and_not_handled_at_a_kill_is_handled_after_it(tmp_path: Path) -> None:
    async with open_newsroom(f"sqlite:///{tmp_path}/flagdesk.db", start=False) as newsroom:
        newsroom.write("A vile text")
        newsroom.write("A nasty text")
        async with httpx.AsyncClient() as client:  # the poller that is killed: it asks, keeps, and handles nothing
            asked = await client.get(f"{newsroom.sandbox.url}/bot{newsroom.sandbox.token}/getUpdates")
        found = asked.json()["result"]
        async with newsroom.database.write() as tx:
            await updates.keep(tx, found, [lane_key(body) for body in found], datetime.now(UTC))
        await newsroom.start()
        await newsroom.card("A vile text")
        await newsroom.card("A nasty text")
        async with newsroom.database.read() as tx:
            assert len((await tx.execute(select(tables.comments.c.id))).all()) == 2


STRANGE: list[dict[str, Any]] = [
    {"message": {"chat": "none"}},
    {"message": "text"},
    {"message": []},
    {"callback_query": {"id": "1"}},
    {"callback_query": {"from": {"id": "x"}}},
    {"edited_message": {"chat": {"id": READERS}, "message_id": "?"}},
    {"something_new": {"x": 1}},
    {},
]


async def test_strange_updates_are_set_aside_and_stop_nothing(tmp_path: Path) -> None:
    async with open_newsroom(f"sqlite:///{tmp_path}/flagdesk.db", start=False) as newsroom:
        async with newsroom.database.write() as tx:
            batch = [{"update_id": number, **body} for number, body in enumerate(STRANGE, 1)]
            await updates.keep(tx, batch, [lane_key(body) for body in batch], datetime.now(UTC))
            await tx.execute(tables.marks.delete())
        with structlog.testing.capture_logs():
            await newsroom.start()
            newsroom.write("A vile text")
            await newsroom.card("A vile text")
            found = await newsroom.until(_all_handled)
        assert [found[number] for number in range(1, len(STRANGE) + 1)] == ["failed"] * 6 + ["done"] * 2


async def _all_handled(tx: Transaction) -> dict[int, str]:
    found = await states(tx)
    return found if "new" not in found.values() else {}


@pytest.mark.parametrize("body", STRANGE)
def test_every_update_has_a_lane(body: dict[str, Any]) -> None:
    assert isinstance(lane_key(body), int)


async def test_updates_numbered_lower_than_before_are_handled(newsroom: Newsroom) -> None:
    newsroom.write("A vile text")
    await newsroom.card("A vile text")
    async with newsroom.database.write() as tx:  # after a quiet week Telegram numbers from anywhere
        message = newsroom.sandbox.messages(READERS)[-1] | {"message_id": 4711, "text": "A nasty text"}
        await updates.keep(tx, [{"update_id": 1, "message": message}], [0], datetime.now(UTC))
    newsroom.write("A grumble text")
    await newsroom.card("A nasty text")


async def test_a_second_poller_is_told_in_the_log_and_survived(newsroom: Newsroom) -> None:
    url = f"{newsroom.sandbox.url}/bot{newsroom.sandbox.token}/getUpdates?timeout=1"
    with structlog.testing.capture_logs() as logs:
        await newsroom.sandbox.wait_for(lambda: newsroom.sandbox.waiting)
        async with httpx.AsyncClient() as client:
            asking = asyncio.create_task(client.get(url, timeout=30))
            await newsroom.sandbox.wait_for(lambda: [line for line in logs if line["event"] == "polling_waits"])
            await asking
        newsroom.write("A vile text")
        await newsroom.card("A vile text")
    [why] = {line["why"] for line in logs if line["event"] == "polling_waits"}
    assert "another program asks for this bot's updates" in why


async def test_a_revoked_token_ends_the_service_with_what_to_do(newsroom: Newsroom) -> None:
    newsroom.sandbox.revoke()
    newsroom.write("A vile text")
    error = await newsroom.end()
    assert isinstance(error, BaseExceptionGroup)
    [found] = [inner for inner in error.exceptions if isinstance(inner, SettingsError)]
    assert "@BotFather" in str(found)
    assert newsroom.sandbox.token not in str(found)


async def test_a_wrong_token_is_refused_at_start(tmp_path: Path) -> None:
    async with open_newsroom(f"sqlite:///{tmp_path}/flagdesk.db", start=False) as newsroom:
        newsroom.sandbox.revoke()
        with pytest.raises(SettingsError, match="refuses the bot token"):
            await newsroom.start()


async def test_a_telegram_that_is_down_at_start_and_later_is_waited_for(newsroom: Newsroom) -> None:
    await newsroom.stop()
    newsroom.sandbox.fault("getMe", 1.0, kinds=("500",))
    with structlog.testing.capture_logs() as logs:
        starting = asyncio.create_task(newsroom.start())
        await newsroom.sandbox.wait_for(lambda: "telegram_unreachable" in [line["event"] for line in logs])
        newsroom.sandbox.clear_faults()
        await starting
        newsroom.sandbox.fault("getUpdates", 1.0, kinds=("500", "lost"))
        newsroom.write("A vile text")
        await newsroom.sandbox.wait_for(lambda: "polling_waits" in [line["event"] for line in logs])
        newsroom.sandbox.clear_faults()
        await newsroom.card("A vile text")
    assert newsroom.sandbox.token not in str(logs)


async def test_no_log_line_carries_a_comments_text_or_the_token(newsroom: Newsroom) -> None:
    with structlog.testing.capture_logs() as logs:
        newsroom.sandbox.fault("*", 0.3, kinds=("429", "500", "lost"), seed=2)
        newsroom.write("A vile unmistakable text", RITA)
        card = await newsroom.card("unmistakable")
        await newsroom.sandbox.forge(ANNA, DESK, card["message_id"], "v1:ok:1")
        newsroom.sandbox.clear_faults()
        await newsroom.shows(card, "Approved by Anna")
    assert logs
    assert "unmistakable" not in str(logs)
    assert newsroom.sandbox.token not in str(logs)


async def test_a_tap_does_not_wait_behind_a_crowded_group(tmp_path: Path) -> None:
    async with open_newsroom(f"sqlite:///{tmp_path}/flagdesk.db") as newsroom:
        newsroom.write("A vile text")
        card = await newsroom.card("A vile text")
        for number in range(600):
            newsroom.write(f"Comment {number} of a crowd")
        answer = await newsroom.tap(ANNA, card, "Approve")
        assert "Approved" in answer.text
        async with newsroom.database.read() as tx:
            handled = len((await tx.execute(select(tables.comments.c.id))).all())
        assert handled < 600, "the crowd was through before the tap: this proves nothing"

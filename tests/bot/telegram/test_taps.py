"""A tap decides once, for moderators only, and its answer says what came of it."""

import asyncio
from pathlib import Path

import structlog
from sqlalchemy import select, update

from db import tables
from db.engine import Transaction
from tests.bot.newsroom import (
    ANNA,
    BEN,
    DESK,
    READERS,
    RITA,
    STAN,
    Newsroom,
    labels,
    open_newsroom,
    text_of,
)


async def kinds(tx: Transaction) -> list[str]:
    """Every decision on the record, in order."""
    return list((await tx.execute(select(tables.decisions.c.kind).order_by(tables.decisions.c.id))).scalars())


async def record(newsroom: Newsroom) -> list[str]:
    async with newsroom.database.read() as tx:
        return await kinds(tx)


async def test_second_tap_is_told_who_decided_what(newsroom: Newsroom) -> None:
    newsroom.write("You vile creature")
    card = await newsroom.card("You vile creature")
    first, second = await asyncio.gather(newsroom.tap(ANNA, card, "Reject"), newsroom.tap(BEN, card, "Reject"))
    assert sorted([first.text, second.text], key=len)[0] == "❌ Rejected. Why?"
    late, winner = (second, "Anna") if "Why" in first.text else (first, "Ben")
    assert late.text.startswith(f"{winner} rejected this")
    assert await record(newsroom) == ["reject"]


async def test_each_of_twenty_taps_at_once_is_answered_and_one_decides(newsroom: Newsroom) -> None:
    newsroom.write("You vile creature")
    card = await newsroom.card("You vile creature")
    taps = [newsroom.tap(person, card, button) for person in (ANNA, BEN) for button in ("Approve", "Reject") * 5]
    answers = [answer.text for answer in await asyncio.gather(*taps)]
    assert len([text for text in answers if text in ("✅ Approved", "❌ Rejected. Why?")]) == 1
    assert len(await record(newsroom)) == 1


async def test_an_outsider_in_the_moderators_group_decides_nothing(newsroom: Newsroom) -> None:
    newsroom.sandbox.join(STAN, DESK)
    newsroom.write("You vile creature")
    card = await newsroom.card("You vile creature")
    with structlog.testing.capture_logs() as logs:
        answer = await newsroom.tap(STAN, card, "Approve")
    assert answer.show_alert
    assert "Only moderators" in answer.text
    assert {"person": STAN, "chat": DESK} in [
        {k: v for k, v in line.items() if k in ("person", "chat")} for line in logs
    ]
    assert await record(newsroom) == []


async def test_an_outsider_who_forges_a_button_in_private_decides_nothing(newsroom: Newsroom) -> None:
    newsroom.write("You vile creature")
    card = await newsroom.card("You vile creature")
    data = card["reply_markup"]["inline_keyboard"][0][1]["callback_data"]
    newsroom.write("/start", STAN, STAN)
    answer = await newsroom.sandbox.forge(STAN, STAN, 1, data)
    assert "Only moderators" in answer.text
    assert await record(newsroom) == []


async def test_a_former_moderator_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/flagdesk.db"
    async with open_newsroom(url) as newsroom:
        newsroom.write("You vile creature")
        card = await newsroom.card("You vile creature")
        await newsroom.tap(BEN, card, "Approve")
        await newsroom.stop()
        newsroom.settings = newsroom.settings.model_copy(update={"moderators": (ANNA,)})
        await newsroom.start()
        card = await newsroom.shows(card, "Undo")
        assert "Only moderators" in (await newsroom.tap(BEN, card, "Undo")).text
        async with newsroom.database.read() as tx:
            people = tables.people.c
            assert (await tx.execute(select(people.role).where(people.id == BEN))).scalar() == "former"


async def test_data_that_no_button_carries_is_answered_and_does_nothing(newsroom: Newsroom) -> None:
    newsroom.write("You vile creature")
    card = await newsroom.card("You vile creature")
    forged = "v0:ok:1 v2:ok:1 v1:ok:0 v1:ok:99 v1:undo:99 v1:why:99:insult v1:later:99 v1:why:1:x v1:ok:-1 ok 💥"
    forged += " v1:ok:99999999999999999999 v1:ok:1;DROP v1:ok:1:insult"
    for data in forged.split():
        answer = await newsroom.sandbox.forge(ANNA, DESK, card["message_id"], data)
        assert "from another time" in answer.text, data
    assert await record(newsroom) == []
    assert "Approve" in labels(newsroom.sandbox.message(DESK, card["message_id"]))


async def test_undo_within_the_grace_leaves_the_message_alone(tmp_path: Path) -> None:
    async with open_newsroom(f"sqlite:///{tmp_path}/flagdesk.db", undo_seconds=2) as newsroom:
        kept, removed = newsroom.write("You vile creature"), newsroom.write("You wicked creature")
        for words in ("vile", "wicked"):
            await newsroom.tap(ANNA, await newsroom.card(words), "Reject")
        card = await newsroom.shows(await newsroom.card("vile"), "Undo")
        answer = await newsroom.tap(ANNA, card, "Undo")
        assert "It is waiting again" in answer.text
        await newsroom.shows(card, "Approve", "Reject")
        await newsroom.gone(READERS, removed)
        assert kept not in newsroom.sandbox.deleted(READERS)
        assert sorted(await record(newsroom)) == ["reject", "reject", "undo"]


async def test_undo_after_the_removal_says_so_on_the_card(newsroom: Newsroom) -> None:
    comment = newsroom.write("You vile creature")
    card = await newsroom.card("vile")
    await newsroom.tap(ANNA, card, "Reject")
    await newsroom.gone(READERS, comment)
    card = await newsroom.shows(card, "Removed.", "Undo")
    answer = await newsroom.tap(BEN, card, "Undo")
    assert "too late" in answer.text
    card = await newsroom.shows(card, "Approve", "It has been removed already")
    await newsroom.tap(BEN, card, "Approve")
    await newsroom.shows(card, "Approved by Ben", "It has been removed already")


async def test_undo_after_the_removal_brings_the_text_back_where_the_operator_allows_it(tmp_path: Path) -> None:
    sources = [{"name": "readers", "chat_id": READERS, "mode": "act", "restore": True}]
    async with open_newsroom(f"sqlite:///{tmp_path}/flagdesk.db", sources=sources) as newsroom:
        comment = newsroom.write("You <b>vile</b> creature")
        card = await newsroom.card("vile")
        await newsroom.tap(ANNA, card, "Reject")
        await newsroom.gone(READERS, comment)
        card = await newsroom.shows(card, "Removed.", "Undo")
        await newsroom.tap(BEN, card, "Undo")
        card = await newsroom.shows(card, "Approve")
        await newsroom.tap(BEN, card, "Approve")
        restored = await newsroom.message("You <b>vile</b> creature", READERS)
        assert text_of(restored) == "Back again, from Rita:\nYou <b>vile</b> creature"
        await newsroom.shows(card, "Approved by Ben", "Released.")


async def test_another_moderator_may_take_back_and_name_the_reason(newsroom: Newsroom) -> None:
    newsroom.write("You vile creature")
    card = await newsroom.card("vile")
    await newsroom.tap(ANNA, card, "Reject")
    card = await newsroom.shows(card, "Hate")
    assert (await newsroom.tap(BEN, card, "Hate")).text == "Noted: hate"
    card = await newsroom.shows(card, "Rejected by Anna · hate")
    await newsroom.tap(BEN, card, "Undo")
    await newsroom.until(lambda tx: _is(tx, ["reject", "reason", "undo"]))


async def _is(tx: Transaction, wanted: list[str]) -> bool:
    return await kinds(tx) == wanted


async def test_second_undo_is_told_that_there_is_nothing_to_take_back(newsroom: Newsroom) -> None:
    newsroom.write("You vile creature")
    card = await newsroom.card("vile")
    await newsroom.tap(ANNA, card, "Approve")
    card = await newsroom.shows(card, "Undo")
    await newsroom.tap(ANNA, card, "Undo")
    number = card["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    answer = await newsroom.sandbox.forge(BEN, DESK, card["message_id"], number)
    assert "nothing to take back" in answer.text
    assert await record(newsroom) == ["approve", "undo"]


async def test_a_reason_for_a_decision_that_was_taken_back_is_not_kept(newsroom: Newsroom) -> None:
    newsroom.write("You vile creature")
    card = await newsroom.card("vile")
    await newsroom.tap(ANNA, card, "Reject")
    rejected = await newsroom.shows(card, "Insult", "Undo")
    data = rejected["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await newsroom.tap(ANNA, rejected, "Undo")
    await newsroom.shows(card, "Approve")
    answer = await newsroom.sandbox.forge(BEN, DESK, card["message_id"], data)
    assert "has just changed" in answer.text
    assert await record(newsroom) == ["reject", "undo"]


async def test_later_hides_a_case_from_review_until_its_time_has_come(newsroom: Newsroom) -> None:
    newsroom.write("You vile creature")
    card = await newsroom.card("vile")
    answer = await newsroom.tap(ANNA, card, "Later")
    assert "Set aside" in answer.text
    review = await newsroom.review(ANNA)
    assert "Nothing is waiting for you" in text_of(review)
    async with newsroom.database.write() as tx:  # half an hour passes
        await tx.execute(update(tables.cases).values(hidden_until=tables.cases.c.opened_at))
    await newsroom.tap(ANNA, review, "Look again")
    await newsroom.shows(review, "You vile creature")


async def test_updates_that_come_twice_decide_once(newsroom: Newsroom) -> None:
    newsroom.sandbox.duplicate_updates(1.0)
    for number in range(5):
        newsroom.write(f"You vile creature {number}")
    for number in range(5):
        card = await newsroom.card(f"creature {number}")
        answer = await newsroom.tap(ANNA, card, "Approve")
        assert answer.text == "✅ Approved"
    newsroom.write("/queue", ANNA, ANNA)
    await newsroom.message("Nothing is waiting", ANNA)
    assert await record(newsroom) == ["approve"] * 5
    async with newsroom.database.read() as tx:
        assert len((await tx.execute(select(tables.comments.c.id))).all()) == 5


async def test_a_tap_while_the_database_is_locked_is_said_to_wait_and_counts_once_it_is_free(tmp_path: Path) -> None:
    async with open_newsroom(f"sqlite:///{tmp_path}/flagdesk.db?timeout=0.3") as newsroom:
        newsroom.write("You vile creature")
        card = await newsroom.card("vile")
        with structlog.testing.capture_logs() as logs:
            async with newsroom.locked():
                answer = await newsroom.tap(ANNA, card, "Reject")
                assert answer.show_alert
                assert "could not be saved yet" in answer.text
                assert await record(newsroom) == []
            await newsroom.shows(card, "Rejected by Anna")
        assert "polling_waits" in [line["event"] for line in logs]
        assert await record(newsroom) == ["reject"]


async def test_a_card_of_somebody_elses_bot_is_no_card(newsroom: Newsroom) -> None:
    newsroom.write("You vile creature")
    await newsroom.card("vile")
    stray = newsroom.write("not a card", RITA)
    answer = await newsroom.sandbox.forge(ANNA, READERS, stray, "v1:ok:99")
    assert "from another time" in answer.text
    assert stray not in newsroom.sandbox.deleted(READERS)

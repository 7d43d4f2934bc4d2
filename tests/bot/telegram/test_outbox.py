"""What was wanted arrives, however badly Telegram answers, and within its limits."""

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import func, select, update

from bot.telegram import digesting
from db import decisions, effects, tables
from db.engine import Transaction
from db.verdicts import Terms
from moderation.comment import Person
from tests.bot.newsroom import ANNA, BEN, DESK, OLGA, READERS, RITA, Newsroom, labels, open_newsroom, text_of


async def pending(tx: Transaction) -> int:
    """How many effects are still on their way."""
    waiting = select(func.count()).select_from(tables.effects).where(tables.effects.c.state == "pending")
    return int((await tx.execute(waiting)).scalar_one())


async def all_done(tx: Transaction) -> bool:
    return await pending(tx) == 0


async def test_with_a_third_of_all_calls_failing_everything_arrives(newsroom: Newsroom) -> None:
    newsroom.sandbox.fault("*", 0.3, seed=7)
    terms = Terms(actions={"readers": frozenset({"reject"})})
    written = [newsroom.write(f"A vile text {number:02}") for number in range(12)]
    for number in range(12):
        case_id = await newsroom.until(partial(_case_of, text=f"A vile text {number:02}"))
        async with newsroom.database.write() as tx:
            anna, now = Person(ANNA, "Anna"), datetime.now(UTC)
            assert await decisions.decide(tx, case_id, "reject", anna, now, terms.acts, timedelta(0))
    for comment in written:
        await newsroom.gone(READERS, comment)
    await newsroom.until(all_done)
    async with newsroom.database.read() as tx:
        states = set((await tx.execute(select(tables.effects.c.state))).scalars())
        rows = (await tx.execute(select(tables.cards).where(tables.cards.c.message_id.is_not(None)))).all()
    assert states <= {"confirmed", "cancelled"}
    for row in rows:
        if row.state == "open":
            assert "Approve" not in labels(newsroom.sandbox.message(DESK, row.message_id))
    newsroom.check_manners()


async def _case_of(tx: Transaction, text: str) -> int:
    joined = tables.cases.join(tables.comments, tables.comments.c.id == tables.cases.c.comment_id)
    found = select(tables.cases.c.id).select_from(joined).where(tables.comments.c.text == text)
    return (await tx.execute(found)).scalar() or 0


async def test_a_lost_reply_makes_a_second_copy_that_decides_nothing_twice_and_is_closed(newsroom: Newsroom) -> None:
    newsroom.sandbox.fault("sendMessage", 1.0, kinds=("lost",))
    newsroom.write("A vile text")
    await newsroom.sandbox.wait_for(lambda: newsroom.cards("A vile text"))
    newsroom.sandbox.clear_faults()
    await newsroom.sandbox.wait_for(lambda: len(newsroom.cards("A vile text")) > 1)
    await newsroom.until(all_done)
    *orphans, card = newsroom.cards("A vile text")
    await newsroom.tap(ANNA, card, "Reject")
    for orphan in orphans:
        answer = await newsroom.tap(BEN, orphan, "Approve")
        assert answer.text.startswith("Anna rejected this")
        await newsroom.gone(DESK, orphan["message_id"])
    await newsroom.shows(card, "Rejected by Anna")
    async with newsroom.database.read() as tx:
        assert list((await tx.execute(select(tables.decisions.c.kind))).scalars()) == ["reject"]


async def test_a_tap_on_a_second_copy_counts_when_it_is_the_first(newsroom: Newsroom) -> None:
    newsroom.sandbox.fault("sendMessage", 1.0, kinds=("lost",))
    newsroom.write("A vile text")
    await newsroom.sandbox.wait_for(lambda: newsroom.cards("A vile text"))
    newsroom.sandbox.clear_faults()
    await newsroom.sandbox.wait_for(lambda: len(newsroom.cards("A vile text")) > 1)
    await newsroom.until(all_done)
    orphan, *_, card = newsroom.cards("A vile text")
    assert (await newsroom.tap(ANNA, orphan, "Approve")).text == "✅ Approved"
    await newsroom.gone(DESK, orphan["message_id"])
    await newsroom.shows(card, "Approved by Anna")


async def test_a_card_that_somebody_deleted_comes_again_while_its_case_waits(newsroom: Newsroom) -> None:
    newsroom.write("A vile text")
    card = await newsroom.card("A vile text")
    newsroom.sandbox.erase(DESK, card["message_id"])
    await newsroom.sandbox.forge(ANNA, DESK, card["message_id"], data_of(card, "Later"))
    fresh = await newsroom.card("A vile text", but=card["message_id"])
    await newsroom.tap(ANNA, fresh, "Approve")
    await newsroom.shows(fresh, "Approved by Anna")


def data_of(message: dict[str, object], words: str) -> str:
    """The data of the button with these words."""
    markup = message["reply_markup"]
    assert isinstance(markup, dict)
    rows = markup["inline_keyboard"]
    return next(str(button["callback_data"]) for row in rows for button in row if words in button["text"])


async def test_a_chat_that_asks_to_be_left_alone_does_not_stop_the_others(newsroom: Newsroom) -> None:
    newsroom.write("/start", ANNA, ANNA)
    await newsroom.message("Hello Anna", ANNA)
    newsroom.sandbox.fault("editMessageText", 1.0, kinds=("429",))
    newsroom.write("A vile text")
    card = await newsroom.card("A vile text")
    await newsroom.tap(ANNA, card, "Approve")  # the card's edit is refused: the group's lane pauses
    await newsroom.sandbox.wait_for(lambda: [call for call in newsroom.sandbox.calls if call.fault == "429"])
    newsroom.write("/queue", ANNA, ANNA)
    await newsroom.message("Nothing is waiting", ANNA)
    assert "Approved" not in text_of(newsroom.sandbox.message(DESK, card["message_id"]))
    newsroom.sandbox.clear_faults()
    await newsroom.shows(card, "Approved by Anna")


async def test_what_was_on_its_way_at_a_crash_goes_out_after_it(tmp_path: Path) -> None:
    async with open_newsroom(f"sqlite:///{tmp_path}/flagdesk.db") as newsroom:
        comment = newsroom.write("A vile text")
        card = await newsroom.card("A vile text")
        newsroom.sandbox.fault("deleteMessage", 1.0, kinds=("500",))
        await newsroom.tap(ANNA, card, "Reject")
        await newsroom.sandbox.wait_for(lambda: [call for call in newsroom.sandbox.calls if call.fault == "500"])
        await newsroom.stop()
        newsroom.sandbox.clear_faults()
        async with newsroom.database.write() as tx:  # as a crash leaves it: held by nobody who is still there
            held = datetime(2999, 1, 1, tzinfo=UTC)
            deletion = tables.effects.c.kind == "apply"
            left = update(tables.effects).where(deletion).values(leased_until=held, next_try=datetime.now(UTC))
            await tx.execute(left)
        await newsroom.start()
        await newsroom.gone(READERS, comment)
        await newsroom.shows(card, "Removed.")


async def test_the_moderators_chat_gets_its_cards_once_the_bot_is_let_in_again(newsroom: Newsroom) -> None:
    newsroom.sandbox.kick(DESK)
    newsroom.write("A vile text")
    refused = await newsroom.sandbox.wait_for(
        lambda: [call for call in newsroom.sandbox.calls if call.method == "sendMessage" and call.status == 403]
    )
    assert refused
    newsroom.sandbox.set_rights(DESK)
    await newsroom.card("A vile text")


async def test_an_owner_who_blocked_the_bot_does_not_hold_anything_up(newsroom: Newsroom) -> None:
    newsroom.write("/start", OLGA, OLGA)
    await newsroom.message("Hello", OLGA)
    newsroom.write("/queue", OLGA, OLGA)
    newsroom.sandbox.block(OLGA)
    newsroom.write("A vile text")
    await newsroom.card("A vile text")
    await newsroom.until(all_done)


async def test_sends_from_before_a_restart_still_count(tmp_path: Path) -> None:
    async with open_newsroom(f"sqlite:///{tmp_path}/flagdesk.db", speed=4) as newsroom:
        for number in range(14):
            newsroom.write(f"A vile text {number:02}")
        await newsroom.until(lambda tx: _sent(tx, 3))
        for _ in range(3):
            await newsroom.stop()
            await newsroom.start()
        for number in range(14):
            await newsroom.card(f"A vile text {number:02}")
        newsroom.check_manners()


async def _sent(tx: Transaction, least: int) -> bool:
    return int((await tx.execute(select(func.count()).select_from(tables.sends))).scalar_one()) >= least


async def test_an_effect_that_stumbles_inside_does_not_stop_its_lane(newsroom: Newsroom) -> None:
    async with newsroom.database.write() as tx:
        now = datetime.now(UTC)
        await effects.want(tx, "close:broken", "close", effects.CHAT, now, payload={"nonsense": 1}, priority=0)
    newsroom.write("A vile text")
    await newsroom.card("A vile text")
    async with newsroom.database.read() as tx:
        row = (await tx.execute(select(tables.effects).where(tables.effects.c.key == "close:broken"))).one()
    assert row.note == "KeyError inside Flagdesk"


async def test_a_deleted_topic_does_not_keep_cards_away(tmp_path: Path) -> None:
    forum = -1001000000007
    async with open_newsroom(
        f"sqlite:///{tmp_path}/flagdesk.db", chat_id=forum, topic_id=4711, start=False
    ) as newsroom:
        newsroom.sandbox.add_group(forum, "Moderators' forum", forum=True)
        await newsroom.start()
        newsroom.write("A vile text", RITA)
        await newsroom.card("A vile text", chat=forum)
        async with newsroom.database.write() as tx:
            now = datetime.now(UTC)
            await digesting.want(tx, "digest:today", effects.CHAT, now - timedelta(days=1), now, topic=4711)
        await newsroom.sandbox.wait_for(
            lambda: any("photo" in message for message in newsroom.sandbox.messages(forum)), 30
        )

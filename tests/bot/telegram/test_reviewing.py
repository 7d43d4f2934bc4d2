"""Review mode: one message in private, the worst case first, each case on one screen only."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, update

from db import decisions, tables
from db.engine import Transaction
from db.verdicts import Terms
from moderation.comment import Person
from tests.bot.newsroom import (
    ANNA,
    BEN,
    DESK,
    OLGA,
    READERS,
    Message,
    Newsroom,
    open_newsroom,
    text_of,
)


async def cases(tx: Transaction) -> int:
    return int((await tx.execute(select(func.count()).select_from(tables.cases))).scalar_one())


async def fill(newsroom: Newsroom, *texts: str) -> None:
    """Write these, and wait until each is a case."""
    async with newsroom.database.read() as tx:
        before = await cases(tx)
    for text in texts:
        newsroom.write(text)
    wanted = before + len(texts)

    async def all_there(tx: Transaction) -> bool:
        return await cases(tx) == wanted

    await newsroom.until(all_there)


async def test_the_worst_comes_first_and_each_tap_turns_to_the_next(newsroom: Newsroom) -> None:
    await fill(newsroom, "A grumble", "A wicked one", "A nasty one")
    screen = await newsroom.shows(await newsroom.review(ANNA), "A wicked one", "3 left")
    await newsroom.tap(ANNA, screen, "Approve")
    await newsroom.shows(screen, "A nasty one", "2 left", "Before: ✅ approved")
    await newsroom.tap(ANNA, screen, "Reject")
    await newsroom.shows(screen, "A grumble", "1 left", "Why?", "Insult")
    await newsroom.tap(ANNA, screen, "Hate")
    await newsroom.shows(screen, "A grumble", "Before: ❌ rejected (Rita)")
    await newsroom.tap(ANNA, screen, "Approve")
    await newsroom.shows(screen, "Nothing is waiting for you", "Undo")
    assert len([seen for seen in newsroom.sandbox.messages(ANNA) if "reply_markup" in seen]) == 1
    newsroom.check_manners()


async def test_two_reviewers_never_see_the_same_case(newsroom: Newsroom) -> None:
    await fill(newsroom, "A wicked one", "A nasty one")
    first, second = await asyncio.gather(newsroom.review(ANNA), newsroom.review(BEN))
    shown = {word for word in ("wicked", "nasty") for screen in (first, second) if word in text_of(screen)}
    assert shown == {"wicked", "nasty"}
    await newsroom.tap(ANNA, first, "Approve")
    await newsroom.shows(first, "Nothing is waiting for you")


async def test_a_case_returns_to_the_queue_when_its_reviewer_leaves(newsroom: Newsroom) -> None:
    await fill(newsroom, "A wicked one")
    mine = await newsroom.review(ANNA)
    theirs = await newsroom.shows(await newsroom.review(BEN), "Nothing is waiting for you")
    await newsroom.tap(ANNA, mine, "Done for now")
    await newsroom.shows(mine, "You have left review mode")
    await newsroom.tap(BEN, theirs, "Look again")
    await newsroom.shows(theirs, "A wicked one")


async def test_a_case_returns_to_the_queue_after_the_time_of_a_claim(newsroom: Newsroom) -> None:
    await fill(newsroom, "A wicked one")
    mine = await newsroom.review(ANNA)
    theirs = await newsroom.shows(await newsroom.review(BEN), "Nothing is waiting for you")
    async with newsroom.database.write() as tx:  # the time passes
        await tx.execute(update(tables.cases).values(claimed_until=tables.cases.c.opened_at))
    await newsroom.tap(BEN, theirs, "Look again")
    await newsroom.shows(theirs, "A wicked one")
    await newsroom.tap(BEN, theirs, "Approve")
    await newsroom.shows(theirs, "Nothing is waiting for you")
    await newsroom.shows(mine, "Approved by Ben")


async def test_a_screen_that_nobody_touched_closes_by_itself(tmp_path: Path) -> None:
    async with open_newsroom(f"sqlite:///{tmp_path}/flagdesk.db") as newsroom:
        await fill(newsroom, "A wicked one")
        screen = await newsroom.review(ANNA)
        await newsroom.stop()
        async with newsroom.database.write() as tx:  # the time passes
            await tx.execute(update(tables.reviews).values(touched_at=datetime(2026, 1, 1, tzinfo=UTC)))
        await newsroom.start()  # a start looks after the screens at once, as the clock does every 15 seconds
        await newsroom.shows(screen, "You have left review mode")
        await newsroom.shows(await newsroom.review(BEN), "A wicked one")


async def test_back_undo_and_later_on_the_same_message(newsroom: Newsroom) -> None:
    await fill(newsroom, "A wicked one", "A nasty one")
    screen = await newsroom.review(ANNA)
    await newsroom.tap(ANNA, screen, "Approve")
    await newsroom.shows(screen, "A nasty one", "Undo")
    await newsroom.tap(ANNA, screen, "Back")
    await newsroom.shows(screen, "A wicked one", "Approved by Anna", "Next")
    await newsroom.tap(ANNA, screen, "Next")
    await newsroom.shows(screen, "A nasty one")
    await newsroom.tap(ANNA, screen, "Undo")
    await newsroom.shows(screen, "A wicked one", "2 left", "Approve")
    await newsroom.tap(ANNA, screen, "Later")
    await newsroom.shows(screen, "A nasty one", "1 left", "still open")
    await newsroom.tap(ANNA, screen, "Later")
    await newsroom.shows(screen, "Nothing is waiting for you")
    newsroom.write("/queue", ANNA, ANNA)
    await newsroom.message("Set aside for later: 2", ANNA)


async def test_a_new_review_takes_the_place_of_the_old_one(newsroom: Newsroom) -> None:
    await fill(newsroom, "A wicked one")
    old = await newsroom.review(ANNA)
    new = await newsroom.review(ANNA)
    await newsroom.gone(ANNA, old["message_id"])
    await newsroom.shows(new, "A wicked one")


async def test_a_tap_on_a_screen_that_was_closed_still_counts_once(newsroom: Newsroom) -> None:
    await fill(newsroom, "A wicked one")
    old = await newsroom.review(ANNA)
    data = _data(old, "Approve")
    new = await newsroom.review(ANNA)
    answer = await newsroom.sandbox.forge(ANNA, ANNA, old["message_id"], data)
    assert answer.text == "✅ Approved"
    await newsroom.shows(new, "Nothing is waiting for you")


async def test_a_case_decided_elsewhere_is_said_on_the_screen_that_shows_it(newsroom: Newsroom) -> None:
    await fill(newsroom, "A wicked one", "A nasty one")
    card = await newsroom.card("A wicked one")
    screen = await newsroom.shows(await newsroom.review(ANNA), "A wicked one")
    data = _data(screen, "Approve")
    await newsroom.tap(BEN, card, "Reject")
    await newsroom.shows(screen, "Rejected by Ben", "Next")
    answer = await newsroom.sandbox.forge(ANNA, ANNA, screen["message_id"], data)
    assert answer.text.startswith("Ben rejected this")
    await newsroom.shows(screen, "A nasty one")


async def test_a_double_tap_decides_only_the_case_that_was_seen(newsroom: Newsroom) -> None:
    await fill(newsroom, "A wicked one", "A nasty one")
    screen = await newsroom.review(ANNA)
    data = _data(screen, "Reject")
    twice = [newsroom.sandbox.forge(ANNA, ANNA, screen["message_id"], data) for _ in range(2)]
    answers = [answer.text for answer in await asyncio.gather(*twice)]
    assert answers[0] == "❌ Rejected. Why?"
    assert answers[1].startswith("Anna rejected this")
    await newsroom.shows(screen, "A nasty one", "1 left")
    async with newsroom.database.read() as tx:
        assert (await tx.execute(select(func.count()).select_from(tables.decisions))).scalar() == 1


async def test_a_deleted_screen_is_posted_again(newsroom: Newsroom) -> None:
    await fill(newsroom, "A wicked one", "A nasty one")
    screen = await newsroom.review(ANNA)
    newsroom.sandbox.erase(ANNA, screen["message_id"])
    await newsroom.sandbox.forge(ANNA, ANNA, screen["message_id"], _data(screen, "Approve"))
    await newsroom.card("A nasty one", chat=ANNA)


async def test_review_in_the_group_points_to_the_private_chat(newsroom: Newsroom) -> None:
    await fill(newsroom, "A wicked one")
    newsroom.write("/review", ANNA, DESK)
    reply = await newsroom.message("Review mode works in our private chat", DESK)
    [[button]] = reply["reply_markup"]["inline_keyboard"]
    assert button["url"] == "https://t.me/flagdesk_sandbox_bot?start=review"
    assert newsroom.sandbox.messages(ANNA) == []
    newsroom.write("/start review", ANNA, ANNA)
    await newsroom.card("A wicked one", chat=ANNA)


async def test_many_cases_decided_in_review_leave_one_summary_in_the_group(newsroom: Newsroom) -> None:
    for number in range(8):
        newsroom.write(f"A wicked one, number {number:02}")
        await newsroom.card(f"number {number:02}")
    before = newsroom.cards("A wicked one")
    async with newsroom.database.write() as tx:  # as fast as taps in private can come
        for case_id in (await tx.execute(select(tables.cases.c.id))).scalars().all():
            now, nothing = datetime.now(UTC), Terms().acts
            anna = Person(ANNA, "Anna")
            assert await decisions.decide(tx, case_id, "approve", anna, now, nothing, timedelta(0), elsewhere=True)
    summary = await newsroom.message("8 cases were decided in review", DESK)
    assert "8 approved, 0 rejected" in text_of(summary)
    assert "Anna 8" in text_of(summary)
    for card in before:
        await newsroom.gone(DESK, card["message_id"])
    screen = await newsroom.review(BEN)
    await newsroom.shows(screen, "Nothing is waiting for you")
    newsroom.check_manners()


async def test_what_is_taken_back_after_a_summary_gets_a_card_of_its_own(newsroom: Newsroom) -> None:
    await fill(newsroom, *(f"A wicked one, number {number:02}" for number in range(7)))
    async with newsroom.database.write() as tx:
        first, *_ = (await tx.execute(select(tables.cases.c.id).order_by(tables.cases.c.id))).scalars().all()
        anna, now = Person(ANNA, "Anna"), datetime.now(UTC)
        assert await decisions.decide(tx, first, "approve", anna, now, Terms().acts, timedelta(0))
        await tx.execute(update(tables.cases).where(tables.cases.c.id == first).values(card_id=None))
        assert await decisions.undo(tx, first, anna, now)
    await newsroom.card("number 00")


async def test_undo_after_a_summary_brings_a_card_back(newsroom: Newsroom) -> None:
    await fill(newsroom, "A wicked one")
    card = await newsroom.card("A wicked one")
    screen = await newsroom.review(ANNA)
    await newsroom.tap(ANNA, screen, "Approve")
    await newsroom.shows(card, "Approved by Anna")
    newsroom.sandbox.erase(DESK, card["message_id"])
    await newsroom.shows(screen, "Nothing is waiting for you", "Undo")
    await newsroom.tap(ANNA, screen, "Undo")
    fresh = await newsroom.card("A wicked one", but=card["message_id"])
    assert "Anna" in text_of(fresh)


def _data(message: Message, words: str) -> str:
    rows = message["reply_markup"]["inline_keyboard"]
    return next(str(button["callback_data"]) for row in rows for button in row if words in button["text"])


MODERATORS = (ANNA, BEN, OLGA, 1003, 1004)
EACH = 6


async def test_five_moderators_at_once_work_at_full_speed(database_url: str) -> None:
    speed = 2.0
    async with open_newsroom(database_url, speed=speed, moderators=[ANNA, BEN, 1003, 1004], start=False) as newsroom:
        for number, name in ((1003, "Cleo"), (1004, "Dan")):
            newsroom.sandbox.add_person(number, name)
            newsroom.sandbox.join(number, DESK)
        await newsroom.start()
        await fill(newsroom, *(f"A wicked one, number {number:02}" for number in range(len(MODERATORS) * EACH)))
        screens = await asyncio.gather(*(newsroom.review(person) for person in MODERATORS))
        began = time.monotonic()
        seen = await asyncio.gather(*map(_work, [newsroom] * len(MODERATORS), MODERATORS, screens))
        minutes = (time.monotonic() - began) * speed / 60
        shown = [number for one in seen for number in one]
        assert len(shown) == len(set(shown)) == len(MODERATORS) * EACH
        async with newsroom.database.read() as tx:
            assert (await tx.execute(select(func.count()).select_from(tables.decisions))).scalar() == len(shown)
        newsroom.check_manners()
        assert EACH / minutes >= 40, f"only {EACH / minutes:.0f} decisions a minute each"


async def _work(newsroom: Newsroom, person: int, screen: Message) -> list[str]:
    """Decide whatever is shown, EACH times, as soon as it is shown; what was shown."""
    seen: list[str] = []
    for _ in range(EACH):
        now = await newsroom.sandbox.wait_for(lambda: _fresh(newsroom, screen, seen), 20)
        seen.append(text_of(now).partition("number ")[2][:2])
        await newsroom.tap(person, now, "Approve")
    return seen


def _fresh(newsroom: Newsroom, screen: Message, seen: list[str]) -> Message:
    now = newsroom.sandbox.message(screen["chat"]["id"], screen["message_id"])
    number = text_of(now).partition("number ")[2][:2]
    return now if number and number not in seen else {}


async def test_nobody_else_can_review(newsroom: Newsroom) -> None:
    await fill(newsroom, "A wicked one")
    newsroom.sandbox.join(2001, READERS)
    newsroom.write("/review", 2001, 2001)
    reply = await newsroom.message("I only work for this site’s moderators", 2001)
    assert "2001" in text_of(reply)
    assert "wicked" not in str(newsroom.sandbox.messages(2001))

"""Cases that come faster than a group takes cards are put together; Telegram's limits are never broken."""

from collections import Counter

from sqlalchemy import select

from db import tables
from db.engine import Transaction
from tests.bot.newsroom import ANNA, BEN, DESK, READERS, Newsroom, labels, text_of

MANY = 30
NUMBERS = [f"number {number:02}" for number in range(MANY)]


async def all_shown(tx: Transaction) -> bool:
    joined = tables.cases.outerjoin(tables.cards, tables.cards.c.id == tables.cases.c.card_id)
    rows = (await tx.execute(select(tables.cards.c.message_id).select_from(joined))).all()
    return len(rows) == MANY and all(row.message_id is not None for row in rows)


def on_cards(newsroom: Newsroom) -> Counter[str]:
    """On how many cards each case stands."""
    texts = [text_of(seen) for seen in newsroom.sandbox.messages(DESK) if "reply_markup" in seen]
    return Counter({number: sum(number in text for text in texts) for number in NUMBERS})


async def test_thirty_cases_at_once_stand_on_one_card_each_and_their_buttons_work(newsroom: Newsroom) -> None:
    written = {number: newsroom.write(f"A vile text, {number}") for number in NUMBERS}
    await newsroom.until(all_shown)
    assert on_cards(newsroom) == Counter(dict.fromkeys(NUMBERS, 1))
    grouped = next(seen for seen in newsroom.sandbox.messages(DESK) if "1 Approve" in labels(seen))
    first, second = [number for number in NUMBERS if number in text_of(grouped)][:2]
    await newsroom.tap(ANNA, grouped, "1 Reject")
    card = await newsroom.shows(grouped, "Rejected by Anna", "1 Insult", "1 Undo")
    await newsroom.tap(BEN, card, "1 Insult")
    await newsroom.gone(READERS, written[first])
    await newsroom.shows(grouped, "Rejected by Anna · insult", "Removed.")
    await newsroom.tap(BEN, grouped, "2 Approve")
    await newsroom.shows(grouped, "Approved by Ben", "2 Undo")
    await newsroom.tap(BEN, grouped, "2 Undo")
    await newsroom.shows(grouped, "2 Approve")
    assert written[second] not in newsroom.sandbox.deleted(READERS)
    newsroom.check_manners()


async def test_every_case_of_a_crowd_can_be_decided_on_its_card(newsroom: Newsroom) -> None:
    written = [newsroom.write(f"A vile text, {number}") for number in NUMBERS]
    await newsroom.until(all_shown)
    cards = [seen for seen in newsroom.sandbox.messages(DESK) if "reply_markup" in seen]
    for card in cards:
        rows = card["reply_markup"]["inline_keyboard"]
        for data in [button["callback_data"] for row in rows for button in row if "Reject" in button["text"]]:
            answer = await newsroom.sandbox.forge(ANNA, DESK, card["message_id"], data)
            assert answer.text == "❌ Rejected. Why?"
    for comment in written:
        await newsroom.gone(READERS, comment)
    for card in cards:
        await newsroom.shows(card, "Removed.")
    newsroom.check_manners()

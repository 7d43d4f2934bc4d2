"""Cards: which message in which chat shows which cases."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, update

from db.cases import ELSEWHERE, show
from db.engine import Transaction
from db.tables import cards, cases, effects


class Card(NamedTuple):
    """A posted card: which message in which chat."""

    id: int
    chat_id: int
    message_id: int


async def plan(tx: Transaction, case_ids: Sequence[int], chat_id: int) -> int:
    """Reserve a card for these cases before it is sent; one that was reserved and never answered is taken again."""
    reserved = (
        select(cards.c.id)
        .join(cases, cases.c.card_id == cards.c.id)
        .where(cases.c.id.in_(case_ids), cards.c.message_id.is_(None), cards.c.state == "open")
    )
    card_id = (await tx.execute(reserved)).scalars().first()
    if card_id is None:
        row = {"chat_id": chat_id, "state": "open"}
        card_id = (await tx.execute(cards.insert().returning(cards.c.id), row)).scalar_one()
    await tx.execute(update(cards).where(cards.c.id == card_id).values(chat_id=chat_id))
    await tx.execute(update(cases).where(cases.c.id.in_(case_ids)).values(card_id=card_id))
    return int(card_id)


async def posted(tx: Transaction, card_id: int, chat_id: int, message_id: int, now: datetime) -> None:
    """Telegram has answered: the card is this message."""
    where = {"chat_id": chat_id, "message_id": message_id, "posted_at": now}
    await tx.execute(update(cards).where(cards.c.id == card_id).values(where))


async def place(tx: Transaction, card_id: int) -> tuple[int, int] | None:
    """The chat and the message of a card; None when it has not been posted, or is gone."""
    row = (await tx.execute(select(cards).where(cards.c.id == card_id))).first()
    if row is None or row.message_id is None or row.state != "open":
        return None
    return row.chat_id, row.message_id


async def at(tx: Transaction, chat_id: int, message_id: int) -> int | None:
    """The card that is this message; None: no card we know of."""
    here = select(cards.c.id).where(cards.c.chat_id == chat_id, cards.c.message_id == message_id)
    card: int | None = (await tx.execute(here)).scalars().first()
    return card


async def gone(tx: Transaction, card_ids: Sequence[int]) -> None:
    """These cards are deleted: their cases have no card any more."""
    await tx.execute(update(cases).where(cases.c.card_id.in_(card_ids)).values(card_id=None))
    await tx.execute(update(cards).where(cards.c.id.in_(card_ids)).values(state="gone"))


async def lose(tx: Transaction, card_id: int, now: datetime) -> None:
    """Somebody deleted this card in the chat: what still waits gets a new one."""
    await _replace(tx, [card_id], now)


async def leave(tx: Transaction, chat_id: int, now: datetime) -> None:
    """The messages of this chat can't be edited any more: what still waits gets a new card."""
    here = select(cards.c.id).where(cards.c.chat_id == chat_id, cards.c.state == "open")
    await _replace(tx, list((await tx.execute(here)).scalars()), now)


async def decided_elsewhere(tx: Transaction, now: datetime, since: datetime) -> list[Card]:
    """Cards posted since then that only show what was decided elsewhere, and do not say so yet; at most 100."""
    due = (
        select(effects.c.payload)
        .where(effects.c.target == "chat", effects.c.kind == "card", effects.c.state == "pending")
        .where(effects.c.priority == ELSEWHERE, effects.c.next_try <= now)
        .limit(1000)
    )
    changed = [payload["card"] for payload in (await tx.execute(due)).scalars()]
    waiting = select(cases.c.card_id).where(cases.c.state == "waiting", cases.c.card_id.is_not(None))
    found = (
        select(cards)
        .where(cards.c.state == "open", cards.c.message_id.is_not(None), cards.c.posted_at >= since)
        .where(cards.c.id.in_(changed), cards.c.id.not_in(waiting))
        .order_by(cards.c.id)
        .limit(100)
    )
    return [Card(row.id, row.chat_id, row.message_id) for row in (await tx.execute(found)).all()]


async def _replace(tx: Transaction, card_ids: Sequence[int], now: datetime) -> None:
    waiting = select(cases.c.id).where(cases.c.card_id.in_(card_ids), cases.c.state == "waiting").order_by(cases.c.id)
    orphaned = list((await tx.execute(waiting)).scalars())
    await gone(tx, card_ids)
    for case_id in orphaned:
        await show(tx, case_id, now)

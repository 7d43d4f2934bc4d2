"""Cards: which message in which chat shows which cases."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update

from db.engine import Transaction
from db.tables import cards, cases


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


async def drop_empty(tx: Transaction) -> None:
    """Forget reserved cards that no case points at any more."""
    used = select(cases.c.card_id).where(cases.c.card_id.is_not(None))
    await tx.execute(delete(cards).where(cards.c.message_id.is_(None), cards.c.id.not_in(used)))


async def moved(tx: Transaction, old: int, new: int) -> None:
    """A group became a supergroup: its old messages can't be edited from there, so open cases need new cards."""
    stale = select(cards.c.id).where(cards.c.chat_id == old, cards.c.state == "open")
    await gone(tx, list((await tx.execute(stale)).scalars()))

"""Telegram's updates, kept before Telegram may forget them, and taken out once each."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, select, update

from db import marks
from db.engine import Transaction
from db.rows import insert
from db.tables import updates

TRIES = 5
"""How often an update that makes a handler fail is tried before it is set aside."""

KEPT = timedelta(days=30)
"""How long handled updates stay for a look back."""

OFFSET = "telegram.offset"


class Update(NamedTuple):
    """One update as Telegram sent it."""

    id: int
    body: Mapping[str, Any]
    lane: int


async def keep(tx: Transaction, batch: Sequence[Mapping[str, Any]], lanes: Sequence[int], now: datetime) -> int:
    """Keep a batch as it came, each in its lane, and the offset that asks for the next. Known ones change nothing."""
    rows = [
        {"id": body["update_id"], "body": body, "received_at": now, "state": "new", "attempts": 0, "lane": lane}
        for body, lane in zip(batch, lanes, strict=True)
    ]
    await tx.execute(insert(tx, updates).on_conflict_do_nothing(), rows)
    offset = int(batch[-1]["update_id"]) + 1
    await marks.put(tx, OFFSET, str(offset))
    return offset


async def offset(tx: Transaction) -> int | None:
    """From where to ask; None: never asked."""
    value = await marks.get(tx, OFFSET)
    return int(value) if value else None


async def waiting(tx: Transaction, in_hand: Collection[int], full: Collection[int], limit: int) -> list[Update]:
    """Updates not handled yet, not in hand and in none of the full lanes, oldest first.

    After a quiet week Telegram counts on from any number, so the newest in hand is no bound.
    """
    new = updates.c.state == "new", updates.c.id.not_in(in_hand), updates.c.lane.not_in(full)
    found = select(updates.c.id, updates.c.body, updates.c.lane).where(*new).order_by(updates.c.id).limit(limit)
    return [Update(row.id, row.body, row.lane) for row in (await tx.execute(found)).all()]


async def take(tx: Transaction, update_id: int) -> bool:
    """Mark as handled in the transaction that handles it. False: it was handled before; do nothing."""
    new = update(updates).where(updates.c.id == update_id, updates.c.state == "new")
    return (await tx.execute(new.values(state="done").returning(updates.c.id))).first() is not None


async def failed(tx: Transaction, update_id: int) -> bool:
    """A handler failed. True: for the last time; the update is set aside."""
    counted = update(updates).where(updates.c.id == update_id, updates.c.state == "new")
    counted = counted.values(attempts=updates.c.attempts + 1).returning(updates.c.attempts)
    attempts = (await tx.execute(counted)).scalar()
    if attempts is None or attempts < TRIES:
        return False
    await tx.execute(update(updates).where(updates.c.id == update_id).values(state="failed"))
    return True


async def forget(tx: Transaction, now: datetime) -> None:
    """Drop handled updates that nobody will ask for any more."""
    await tx.execute(delete(updates).where(updates.c.state == "done", updates.c.received_at < now - KEPT))

"""A group that became a supergroup has a new id: from then on everything goes there."""

from datetime import UTC, datetime

import structlog

from bot.telegram.desk import Desk
from db import cards, marks
from db.engine import Transaction

log = structlog.get_logger()


async def load(tx: Transaction, chat_ids: list[int]) -> dict[int, int]:
    """Where these chats have moved, as far as they have."""
    moved: dict[int, int] = {}
    for chat_id in chat_ids:
        if new := await marks.get(tx, f"moved:{chat_id}"):
            moved[chat_id] = int(new)
    return moved


async def record(desk: Desk, old: int, new: int) -> None:
    """Remember the move; open cases get new cards, as messages of the old group can't be edited from the new one."""
    log.info("chat_moved", old=old, new=new)
    async with desk.database.write() as tx:
        await marks.put(tx, f"moved:{old}", str(new))
        await cards.leave(tx, old, datetime.now(UTC))
    desk.moved[old] = new
    desk.effects.set()

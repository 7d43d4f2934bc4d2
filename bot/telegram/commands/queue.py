"""/queue: what waits, by severity, and since when."""

from datetime import UTC, datetime

from bot.telegram import replies
from bot.telegram.cards import Message
from bot.telegram.commands import Call
from bot.telegram.desk import Desk
from db import history

ABOUT = {"en": "What is waiting, and for how long", "de": "Was wartet, und wie lange schon"}
RANK = 2


async def respond(desk: Desk, call: Call) -> Message:
    """The counts as of now."""
    now = datetime.now(UTC)
    async with desk.database.read() as tx:
        return replies.queue(await history.queue(tx, now), desk.texts, now)

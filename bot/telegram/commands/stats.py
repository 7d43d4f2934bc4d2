"""/stats: the last seven days."""

from datetime import UTC, datetime, timedelta

from bot.telegram import replies
from bot.telegram.cards import Message
from bot.telegram.commands import Call
from bot.telegram.desk import Desk
from db import history

ABOUT = {"en": "The last 7 days", "de": "Die letzten 7 Tage"}
RANK = 3


async def respond(desk: Desk, call: Call) -> Message:
    """The counts of the week that ends now."""
    now = datetime.now(UTC)
    async with desk.database.read() as tx:
        return replies.stats(await history.count(tx, now - timedelta(days=7), now), desk.texts)

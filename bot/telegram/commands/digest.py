"""/digest: what happened since the last digest, as it is sent every morning."""

from datetime import UTC, datetime

from bot.schedule import window
from bot.telegram import digesting
from bot.telegram.commands import Call
from bot.telegram.desk import Desk
from bot.telegram.outbox import lane_of

ABOUT = {"en": "What happened since the last digest", "de": "Was seit dem letzten Bericht geschah"}
RANK = 5


async def respond(desk: Desk, call: Call) -> None:
    """Want one in this chat; it comes with its chart, which takes a moment."""
    now = datetime.now(UTC)
    today = now.astimezone(desk.settings.time_zone).date()
    since, due = window(today, desk.settings.digest_at, desk.settings.time_zone)
    begin = due if due <= now else since
    async with desk.database.write() as tx:
        await digesting.want(
            tx, f"digest:asked:{call.update_id}", lane_of(desk, call.chat_id), begin, now, topic=call.topic
        )
    desk.effects.set()

"""/review: work through the queue in private, the most severe first."""

from datetime import UTC, datetime

from bot.telegram import replies
from bot.telegram.cards import Message
from bot.telegram.commands import Call
from bot.telegram.desk import Desk
from db import effects, people, reviews
from db.engine import Transaction

ABOUT = {"en": "Work through what is waiting", "de": "Durchsehen, was wartet"}
RANK = 1


async def respond(desk: Desk, call: Call) -> Message | None:
    """In private: a fresh message at the end of the chat. In a group: how to get there."""
    async with desk.database.write() as tx:
        started = call.is_private or await people.has_started(tx, call.person.id)
        if started:
            await begin(tx, desk, call)
    desk.effects.set()
    return None if call.is_private else replies.start_first(desk.me.username or "", desk.texts)


async def begin(tx: Transaction, desk: Desk, call: Call) -> None:
    """Start the review; the message that showed it until now goes away."""
    now = datetime.now(UTC)
    old = await reviews.begin(tx, call.person, now, desk.claim)
    if old is not None:
        key, payload = f"close:{call.person.id}:{old}", {"chat": call.person.id, "message": old}
        await effects.want(tx, key, "close", effects.private(call.person.id), now, payload=payload, priority=5)

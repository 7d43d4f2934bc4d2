"""/start: the first word in a private chat, also behind the button that opens it."""

from collections.abc import Mapping

from bot.telegram import replies
from bot.telegram.cards import Message
from bot.telegram.commands import Call, review
from bot.telegram.desk import Desk

ABOUT: Mapping[str, str] = {}
RANK = 99


async def respond(desk: Desk, call: Call) -> Message | None:
    """Straight into review mode when that was the button's wish, else a greeting."""
    if call.argument == "review" and call.is_private:
        return await review.respond(desk, call)
    return replies.hello(call.person.name, desk.texts)

"""/id: the ids that go into the settings."""

from bot.telegram import replies
from bot.telegram.cards import Message
from bot.telegram.commands import Call
from bot.telegram.desk import Desk

ABOUT = {"en": "The ids of this chat and of you", "de": "Die Nummern dieses Chats und deine"}
RANK = 6


async def respond(desk: Desk, call: Call) -> Message:
    """This chat's id and the person's."""
    return replies.ids(call.chat_id, call.person.id, desk.texts)

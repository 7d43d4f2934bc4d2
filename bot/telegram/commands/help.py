"""/help: what there is."""

from bot.telegram import replies
from bot.telegram.cards import Message
from bot.telegram.commands import Call, menu
from bot.telegram.desk import Desk

ABOUT = {"en": "What I can do", "de": "Was ich kann"}
RANK = 7


async def respond(desk: Desk, call: Call) -> Message:
    """All commands with a line each."""
    return replies.guide(menu(desk.texts.language), desk.texts)

"""The one place that speaks to the Bot API about messages: within the budget, and calm about repetitions."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar, cast

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.telegram.budget import Budget
from bot.telegram.cards import Message
from moderation.errors import FlagdeskError

T = TypeVar("T")

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
LONG_POLL = 25
"""Seconds that Telegram holds a question for updates open (at most 50)."""

LONGEST, SHORTEST = 20.0, 1.0
"""Seconds to wait for an answer at Telegram's own speed, and at any speed of a sandbox."""

ANSWERS = 4
"""How often an answer to a tap is tried, at once: somebody is waiting for it, and only for some seconds."""


class MessageGone(FlagdeskError):
    """The message that was to be edited does not exist any more."""


class Chat:
    """Messages to Telegram chats. Everything that counts against a limit goes through the budget."""

    def __init__(self, bot: Bot, budget: Budget) -> None:
        self.bot = bot
        self.budget = budget

    async def send(self, chat_id: int, message: Message, topic: int | None = None, reply_to: int | None = None) -> int:
        """Post a message; its id. reply_to: the message it answers, if that still exists."""
        await self.budget.spend(chat_id)
        answers = ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None
        try:
            sent = await self.bot.send_message(
                chat_id,
                message.text,
                parse_mode=ParseMode.HTML,
                message_thread_id=topic,
                reply_markup=keyboard(message),
                reply_parameters=answers,
                link_preview_options=NO_PREVIEW,
            )
        except BadRequest as error:
            if not _lost_its_topic(error, topic):
                raise
            return await self.send(chat_id, message, None, reply_to)
        return sent.message_id

    async def photo(self, chat_id: int, png: bytes, caption: str, topic: int | None = None) -> int:
        """Post a picture with an HTML caption; the message's id."""
        await self.budget.spend(chat_id)
        try:
            sent = await self.bot.send_photo(
                chat_id, png, caption=caption, parse_mode=ParseMode.HTML, message_thread_id=topic, filename="digest.png"
            )
        except BadRequest as error:
            if not _lost_its_topic(error, topic):
                raise
            return await self.photo(chat_id, png, caption)
        return sent.message_id

    async def edit(self, chat_id: int, message_id: int, message: Message) -> None:
        """Change a message. That it says so already is as good; raises MessageGone if it was deleted."""
        await self.budget.spend(chat_id)
        try:
            await self.bot.edit_message_text(
                message.text,
                chat_id,
                message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard(message),
                link_preview_options=NO_PREVIEW,
            )
        except BadRequest as error:
            if "message to edit not found" in error.message.lower():
                raise MessageGone from error
            if "message is not modified" not in error.message.lower():
                raise

    async def delete(self, chat_id: int, message_ids: Sequence[int]) -> None:
        """Delete up to 100 messages with one call; those that are gone already don't matter."""
        await self.bot.delete_messages(chat_id, message_ids)

    async def answer(self, query_id: str, text: str, *, alert: bool = False) -> None:
        """Answer a tap. Too late for Telegram is too late for the person as well: nothing is raised then."""
        for attempt in range(ANSWERS):
            try:
                await self.bot.answer_callback_query(query_id, text[:200], show_alert=alert)
                return
            except BadRequest as error:
                if "query is too old" in error.message.lower() or "query id is invalid" in error.message.lower():
                    return
                raise
            except TelegramError:
                if attempt == ANSWERS - 1:
                    raise


def _lost_its_topic(error: BadRequest, topic: int | None) -> bool:
    """Whether the forum topic was deleted: then better in the wrong place than nowhere."""
    return topic is not None and "thread not found" in error.message.lower()


def keyboard(message: Message) -> InlineKeyboardMarkup | None:
    """A message's buttons as Telegram wants them."""
    rows = [
        [
            InlineKeyboardButton(button.label, url=button.url)
            if button.url
            else InlineKeyboardButton(button.label, callback_data=button.data)
            for button in row
        ]
        for row in message.buttons
    ]
    return InlineKeyboardMarkup(rows) if rows else None


def build(token: str, api: str, speed: float = 1.0) -> Bot:
    """A bot on this Bot API server, with separate connections for polling; speed: of the server's clock."""
    patience = max(SHORTEST, LONGEST / speed)
    return Bot(
        token,
        base_url=f"{api}/bot",
        base_file_url=f"{api}/file/bot",
        request=HTTPXRequest(connection_pool_size=32, pool_timeout=patience, read_timeout=patience),
        get_updates_request=HTTPXRequest(connection_pool_size=2, read_timeout=LONG_POLL + 10),
    )


def asked(error: RetryAfter) -> float:
    """The seconds a server asks to be left alone."""
    return cast(timedelta, error.retry_after).total_seconds()

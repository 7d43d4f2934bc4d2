"""What decisions do in a moderated group: a rejection deletes the message, a restored one is quoted."""

from datetime import UTC, datetime, timedelta

from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.telegram.cards import Message
from bot.telegram.chat import Chat, asked
from bot.telegram.quote import cut
from bot.telegram.texts import Texts
from db import albums, marks
from db.engine import Database
from moderation.comment import Action, Comment
from moderation.sources import Result

DELETABLE = timedelta(hours=48)
"""For so long Telegram lets a bot delete a message."""
QUOTED = 3500
"""UTF-16 units of a restored comment: a quote and its author fit into a message."""


class TelegramGroup:
    """A moderated group. external_id of its comments is "chat/message"."""

    def __init__(self, name: str, chat: Chat, texts: Texts, database: Database) -> None:
        self.name = name
        self._chat = chat
        self._texts = texts
        self._database = database

    async def apply(self, action: Action, comment: Comment) -> Result:
        """Delete a rejected message, or post a removed one again as a quote; to approve, nothing needs to be done."""
        chat_id, message_id = (int(part) for part in comment.external_id.split("/"))
        try:
            if action == "reject":
                await self._delete(chat_id, message_id)
            elif action == "restore":
                await self._restore(chat_id, message_id, comment)
        except TelegramError as error:
            return self._failed(error, action, comment)
        return Result("confirmed")

    async def _delete(self, chat_id: int, message_id: int) -> None:
        """The message, and what belongs to it: the other photos of its album, its quote from an earlier restoring."""
        async with self._database.read() as tx:
            album, quote = await albums.of(tx, chat_id, message_id), await marks.get(tx, _quoted(chat_id, message_id))
        also = ({int(quote)} if quote else set()) | set(album)
        if also - {message_id}:
            await self._chat.delete(chat_id, sorted(also | {message_id}))
        else:
            await self._chat.bot.delete_message(chat_id, message_id)

    async def _restore(self, chat_id: int, message_id: int, comment: Comment) -> None:
        sent = await self._chat.send(chat_id, self._quote(comment), reply_to=_int(comment.parent_id))
        async with self._database.write() as tx:
            await marks.put(tx, _quoted(chat_id, message_id), str(sent))

    def _quote(self, comment: Comment) -> Message:
        return Message(self._texts("source.restored", author=comment.author, text=cut(comment.text, QUOTED)))

    def _failed(self, error: TelegramError, action: Action, comment: Comment) -> Result:
        """What Telegram's refusal means for the comment."""
        if "message to delete not found" in error.message.lower():
            return Result("confirmed", self._texts.plain("source.gone"))
        if isinstance(error, RetryAfter):
            return Result("retry", error.message, asked(error))
        if isinstance(error, ChatMigrated):
            return Result("human", self._texts.plain("source.moved"))
        if not isinstance(error, BadRequest | Forbidden):
            return Result("retry", error.message)
        if action == "restore":
            return Result("human", self._texts.plain("source.not_restored", why=error.message))
        old = comment.posted_at is not None and datetime.now(UTC) - comment.posted_at > DELETABLE
        return Result("human", self._texts.plain("source.old" if old else "source.refused", why=error.message))


def _quoted(chat_id: int, message_id: int) -> str:
    return f"quoted:{chat_id}/{message_id}"


def _int(text: str) -> int | None:
    tail = text.rpartition("/")[2]
    return int(tail) if tail.isdigit() else None

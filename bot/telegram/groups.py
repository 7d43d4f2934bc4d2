"""Telegram groups as a source: their messages become comments."""

import json
from datetime import UTC, datetime, timedelta

import structlog
from telegram import Message as Posted
from telegram.error import TelegramError

from bot.settings import SourceSettings
from bot.telegram.desk import Desk
from db import albums, inbox, marks, updates
from db.engine import Transaction
from moderation.comment import Comment, Thread

log = structlog.get_logger()

ANONYMOUS = 1087968824
"""The user that stands for an anonymous administrator."""
ADMINS_FOR = timedelta(minutes=10)
"""How long a list of administrators is believed."""
TITLE = 120
"""Characters of a channel's post that name its thread."""


def settings_of(desk: Desk, chat_id: int) -> SourceSettings | None:
    """The source that this chat is, if it is one."""
    return next((source for source in desk.settings.sources if desk.current(source.chat_id) == chat_id), None)


async def on_message(desk: Desk, update_id: int, message: Posted) -> None:
    """Take a new or edited message in, in the transaction that marks its update as handled."""
    source = settings_of(desk, message.chat.id)
    if source is None:
        return
    exempt = await _is_exempt(desk, message)
    async with desk.database.write() as tx:
        if not await updates.take(tx, update_id):
            return
        await _remember_thread(tx, message)
        if message.media_group_id is not None:
            await albums.add(tx, message.chat.id, message.media_group_id, message.message_id)
        text = message.text or message.caption
        if text and not exempt:
            await inbox.put(tx, [await _comment(tx, source, message, text)], datetime.now(UTC))
    desk.comments.set()


async def _is_exempt(desk: Desk, message: Posted) -> bool:
    """Never the channel's own copy, an anonymous administrator, the linked channel, an administrator, or a bot."""
    sender, user = message.sender_chat, message.from_user
    if message.is_automatic_forward or user is None or user.id == ANONYMOUS:
        return True
    if sender is not None:
        return sender.id == message.chat.id or sender.id == await _linked_channel(desk, message.chat.id)
    return user.is_bot or user.id in await _admins(desk, message.chat.id)


async def _admins(desk: Desk, chat_id: int) -> frozenset[int]:
    """The group's administrators; the last known ones when Telegram does not say."""
    known, at = desk.admins.get(chat_id, (frozenset(), None))
    now = datetime.now(UTC)
    if at is not None and now - at < ADMINS_FOR:
        return known
    try:
        members = await desk.chat.bot.get_chat_administrators(chat_id)
    except TelegramError as error:
        log.warning("admins_unknown", chat=chat_id, why=error.message)
        return known
    desk.admins[chat_id] = frozenset(member.user.id for member in members), now
    return desk.admins[chat_id][0]


async def _linked_channel(desk: Desk, chat_id: int) -> int | None:
    """The channel whose discussion group this is: it does not change while the service runs."""
    if chat_id not in desk.linked:
        try:
            desk.linked[chat_id] = (await desk.chat.bot.get_chat(chat_id)).linked_chat_id
        except TelegramError as error:
            log.warning("linked_channel_unknown", chat=chat_id, why=error.message)
            return None
    return desk.linked[chat_id]


async def _comment(tx: Transaction, source: SourceSettings, message: Posted, text: str) -> Comment:
    user, sender, answered = message.from_user, message.sender_chat, message.reply_to_message
    parent = answered if answered is not None and not answered.is_automatic_forward else None
    if parent is not None and parent.forum_topic_created is not None:
        parent = None
    author_id = sender.id if sender is not None else user.id if user is not None else 0
    return Comment(
        source=source.name,
        external_id=f"{message.chat.id}/{message.message_id}",
        text=text,
        author=(sender.title or "") if sender is not None else user.full_name if user is not None else "",
        author_id=str(author_id),
        thread=await _thread(tx, message),
        parent_id=f"{message.chat.id}/{parent.message_id}" if parent is not None else "",
        parent_text=(parent.text or parent.caption or "") if parent is not None else "",
        posted_at=message.date,
        language=source.language,
        url=message.link or "",
    )


async def _thread(tx: Transaction, message: Posted) -> Thread:
    """The channel's post (or forum topic) that a message stands under; else the group itself."""
    fallback = Thread(str(message.chat.id), message.chat.title or "")
    if message.message_thread_id is None:
        return fallback
    known = await marks.get(tx, _thread_mark(message.chat.id, message.message_thread_id))
    return Thread(*json.loads(known)) if known else fallback


async def _remember_thread(tx: Transaction, message: Posted) -> None:
    """A channel's post arrives as its automatic copy, a forum topic as the message that created it."""
    for seen in (message, message.reply_to_message):
        if seen is None:
            continue
        if seen.is_automatic_forward:
            title = (seen.text or seen.caption or "").strip().split("\n")[0][:TITLE]
            origin = getattr(seen.forward_origin, "message_id", None)
            username = seen.sender_chat.username if seen.sender_chat is not None else None
            url = f"https://t.me/{username}/{origin}" if username and origin else seen.link or ""
        elif seen.forum_topic_created is not None:
            title, url = seen.forum_topic_created.name, seen.link or ""
        else:
            continue
        number = seen.message_thread_id or seen.message_id
        known = json.dumps([f"{seen.chat.id}/{number}", title, url])
        await marks.put(tx, _thread_mark(seen.chat.id, number), known)


def _thread_mark(chat_id: int, thread_id: int) -> str:
    return f"thread:{chat_id}/{thread_id}"

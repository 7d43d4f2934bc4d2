"""What the owner should know without asking: missing rights at start, scoring or effects that stall."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog
from telegram import ChatMemberAdministrator, ChatMemberOwner
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot.telegram import replies, replying
from bot.telegram.cards import Message
from bot.telegram.desk import Desk
from db import effects, history, people
from moderation.errors import DatabaseError
from moderation.pipeline import pause

log = structlog.get_logger()

T = TypeVar("T")

TRIES = 8
"""How often Telegram is asked at a start before it is taken for unwilling: some eight minutes."""
SCORING_STALLED = timedelta(minutes=5)
EFFECTS_STALLED = timedelta(minutes=10)


async def check_rights(desk: Desk) -> None:
    """Tell the owner about chats in which the bot can't do what it is there for."""
    for source in desk.settings.sources:
        chat_id = desk.current(source.chat_id)
        missing = await _missing(desk, chat_id, acts=source.mode == "act")
        if missing is not None:
            log.warning("rights_missing", chat=chat_id, rights=missing)
            day = datetime.now(UTC).date()
            await tell(desk, f"rights:{chat_id}:{day}", replies.missing_rights(source.name, missing, desk.texts))


async def insist(desk: Desk, call: Callable[[], Awaitable[T]]) -> T:
    """What Telegram answers, asked again for some minutes while it does not; raises TelegramError then."""
    for attempt in range(1, TRIES):
        try:
            return await call()
        except (BadRequest, Forbidden, ChatMigrated, InvalidToken):
            raise
        except TelegramError:
            await asyncio.sleep(pause(attempt).total_seconds() / desk.settings.telegram_speed)
    return await call()


async def _missing(desk: Desk, chat_id: int, *, acts: bool) -> list[str] | None:
    """The rights that are missing in a moderated chat; [] when the bot is no administrator, None when all is well."""
    try:
        member = await insist(desk, partial(desk.chat.bot.get_chat_member, chat_id, desk.me.id))
    except (BadRequest, Forbidden) as error:
        log.warning("chat_unknown", chat=chat_id, why=error.message)
        return []
    except TelegramError as error:
        log.warning("rights_unknown", chat=chat_id, why=error.message)
        return None
    if isinstance(member, ChatMemberOwner):
        return None
    if not isinstance(member, ChatMemberAdministrator):
        return []
    return None if member.can_delete_messages or not acts else ["can_delete_messages"]


async def check_stalls(desk: Desk, now: datetime) -> None:
    """Tell the owner, once an hour, when comments or effects do not move."""
    async with desk.database.read() as tx:
        work = await history.work(tx, now)
    hour = now.strftime("%Y%m%d%H")
    number, since = work.unscored, work.unscored_since
    if desk.scorer.failing and not since:
        number, since = work.retried, work.retried_since
    if since and now - since > SCORING_STALLED:
        message = replies.scoring_stalled(number, since, desk.texts, now)
        await tell(desk, f"stalled:scoring:{hour}", message)
    if work.pending_since and now - work.pending_since > EFFECTS_STALLED:
        message = replies.effects_stalled(work.pending, work.pending_since, desk.texts, now)
        await tell(desk, f"stalled:effects:{hour}", message)


async def tell(desk: Desk, key: str, message: Message) -> None:
    """To the owner in private; to the moderators' chat when the owner never started the bot."""
    owner = desk.settings.owner_id or 0
    try:
        async with desk.database.write() as tx:
            started = await people.has_started(tx, owner)
            await replying.want(tx, key, effects.private(owner) if started else effects.CHAT, message)
    except DatabaseError as error:
        log.error("notice_lost", key=key, why=str(error))
    desk.effects.set()

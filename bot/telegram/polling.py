"""Durable polling: an update is committed before Telegram is told that it may forget it.

The library's own polling confirms a batch as soon as it is in memory (measured: a kill loses what was queued), and
drops a whole batch when one update in it is malformed. So updates are asked for raw and stored as they came.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog
from telegram.error import Conflict, EndPointNotFound, InvalidToken, RetryAfter, TelegramError

from bot.telegram import replies
from bot.telegram.chat import LONG_POLL, asked
from bot.telegram.desk import Desk
from bot.telegram.dispatch import Dispatcher, lane_key
from bot.telegram.patience import outlast
from bot.telegram.taps import PATIENCE
from db import updates
from moderation.errors import DatabaseError, SettingsError

log = structlog.get_logger()

REFUSED = (
    "Telegram refuses the bot token: it is mistyped, or was revoked. Ask @BotFather for the current one (/token) and "
    "put it into bot_token or FLAGDESK_BOT_TOKEN. Nothing is lost meanwhile."
)
TWO_POLLERS = "another program asks for this bot's updates: end one of the two; this one waits and loses nothing"
WANTED = ["message", "edited_message", "callback_query"]
"""The kinds of updates that anything here listens to."""
FIRST_PAUSE, LAST_PAUSE = 0.5, 30.0
"""Seconds before asking again after a failure: doubling from the first to the last."""


async def poll(desk: Desk, dispatcher: Dispatcher) -> None:
    """Until cancelled. Raises SettingsError when Telegram refuses the token."""
    async with desk.database.read() as tx:
        offset = await updates.offset(tx)
    pause = FIRST_PAUSE
    while True:
        try:
            batch = await _ask(desk, offset)
            if batch:
                offset = await _keep(desk, batch)
                dispatcher.arrived.set()
            pause = FIRST_PAUSE
        except (InvalidToken, EndPointNotFound):  # the latter is what the library makes of a 401 to a raw question
            raise SettingsError(REFUSED) from None
        except (TelegramError, DatabaseError) as error:
            log.warning("polling_waits", why=TWO_POLLERS if isinstance(error, Conflict) else str(error))
            await asyncio.sleep(max(pause, asked(error)) if isinstance(error, RetryAfter) else pause)
            pause = min(pause * 2, LAST_PAUSE)


async def _keep(desk: Desk, batch: Sequence[Mapping[str, Any]]) -> int:
    """Commit a batch; the offset after it. Taps that can't be kept yet are told so: Telegram still has them."""
    offset, _ = await outlast(_commit(desk, batch), PATIENCE, partial(_excuse, desk, batch))
    return offset


async def _commit(desk: Desk, batch: Sequence[Mapping[str, Any]]) -> int:
    async with desk.database.write() as tx:
        return await updates.keep(tx, batch, [lane_key(body) for body in batch], datetime.now(UTC))


async def _excuse(desk: Desk, batch: Sequence[Mapping[str, Any]]) -> None:
    for tap in [body["callback_query"] for body in batch if "callback_query" in body]:
        try:
            await desk.chat.answer(tap["id"], replies.not_saved(desk.texts), alert=True)
        except TelegramError as error:
            log.warning("answer_lost", why=error.message)


async def _ask(desk: Desk, offset: int | None) -> list[dict[str, Any]]:
    asked_for = {"timeout": LONG_POLL, "allowed_updates": WANTED, "limit": 100}
    if offset is not None:
        asked_for["offset"] = offset
    # Method names know no case: this spelling gets the raw answer, where the library's own method parses it.
    batch: list[dict[str, Any]] = await desk.chat.bot.do_api_request(
        "getupdates", api_kwargs=asked_for, read_timeout=LONG_POLL + 10
    )
    return batch

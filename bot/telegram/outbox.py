"""The outbox at work: what is due goes out, lane by lane, until it is confirmed."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.telegram import migration
from bot.telegram.chat import asked
from bot.telegram.desk import Desk
from db import effects, people
from db.cases import ELSEWHERE
from db.engine import Transaction
from moderation.comment import Effect
from moderation.errors import DatabaseError
from moderation.pipeline import MOST_TRIES, pause

log = structlog.get_logger()

Carry = Callable[[Desk, Effect], Awaitable[None]]
"""Carries an effect out and keeps how it went; raises TelegramError when Telegram did not take it."""

URGENT, NEW, CALM = 1, 2, 9
"""Priorities: taps and replies; new cards; what can wait."""
KEEP = ((12, CALM), (10, ELSEWHERE), (8, NEW))
"""In a group, from how much room in the minute on which effects go out: taps must never wait for news."""
SILENT = ("show", "close", "apply")
"""Kinds that post nothing in their lane's chat."""
FAREWELL = 3.0
"""Seconds that the end of the service leaves to effects that are just going out."""
IDLE = 1.0
"""Seconds after which the outbox looks for itself, whoever else may have written to the database."""


class Outbox:
    """One runner for all lanes. Only one service sends for a bot: Telegram lets only one poll for it, too."""

    def __init__(self, desk: Desk, kinds: Mapping[str, Carry]) -> None:
        self._desk = desk
        self._kinds = kinds
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._leaving: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until cancelled."""
        try:
            while True:
                self._desk.effects.clear()
                await self._wait(await self._start_lanes())
        finally:
            await self._stop()

    async def _stop(self) -> None:
        """What is just going out is let through: cut off, it would go out once more after the restart."""
        lanes = list(self._lanes.values())
        for task in lanes:
            task.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)
        if self._leaving:
            _, late = await asyncio.wait(self._leaving, timeout=FAREWELL)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _start_lanes(self) -> datetime | None:
        """Set every lane going in which something is due. When the next thing will be due."""
        now = datetime.now(UTC)
        try:
            async with self._desk.database.read() as tx:
                targets, due = await effects.targets(tx, now), await effects.next_due(tx, now)
        except DatabaseError as error:
            log.error("outbox_waits", why=str(error))
            return None
        for target in targets:
            if target not in self._lanes:
                task = asyncio.create_task(self._lane(target), name=f"lane {target}")
                self._lanes[target] = task
                task.add_done_callback(partial(self._lane_ended, target))
        return due

    def _lane_ended(self, target: str, task: asyncio.Task[None]) -> None:
        del self._lanes[target]
        if not task.cancelled() and (error := task.exception()):
            log.error("lane_failed", target=target, why=repr(error))

    async def _wait(self, due: datetime | None) -> None:
        idle = IDLE / max(1.0, self._desk.settings.telegram_speed)
        soon = (due - datetime.now(UTC)).total_seconds() if due else idle
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(idle, max(0.005, soon))):  # see service.score: not wait_for
                await self._desk.effects.wait()

    async def _lane(self, target: str) -> None:
        """Effects of one target, one after the other, until none is due."""
        while True:
            least = await self._least(target)
            async with self._desk.database.write() as tx:
                effect = await self._claim(tx, target, least)
            if effect is None:
                return
            await self._see_off(effect)

    async def _see_off(self, effect: Effect) -> None:
        task = asyncio.create_task(self._carry(effect), name=f"effect {effect.id}")
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)
        await asyncio.shield(task)

    async def _claim(self, tx: Transaction, target: str, least: int) -> Effect | None:
        now = datetime.now(UTC)
        effect = await effects.claim(tx, target, now, least)
        chat_id = chat_of(self._desk, target)
        if effect is not None and chat_id is not None and effect.kind not in SILENT:
            await effects.note_send(tx, chat_id, now)
        return effect

    async def _least(self, target: str) -> int:
        """The least urgent priority that may go out in this lane now; waits until the chat takes anything at all."""
        chat_id = chat_of(self._desk, target)
        if chat_id is None:
            return CALM
        await asyncio.sleep(self._desk.chat.budget.wait(chat_id))
        room = self._desk.chat.budget.room(chat_id)
        return next((priority for bound, priority in KEEP if room > bound), URGENT)

    async def _carry(self, effect: Effect) -> None:
        try:
            await self._kinds[effect.kind](self._desk, effect)
        except DatabaseError as error:
            log.error("effect_waits", effect=effect.id, kind=effect.kind, why=str(error))
        except TelegramError as error:
            await self._failed(effect, error)
        except Exception as error:  # one strange effect must not stop its lane, nor be forgotten
            await self._failed(effect, TelegramError(f"{type(error).__name__} inside Flagdesk"))

    async def _failed(self, effect: Effect, error: TelegramError) -> None:
        """Keep what Telegram said; what can't work is for a human, everything else is tried again."""
        log.warning("effect_failed", effect=effect.id, kind=effect.kind, attempts=effect.attempts, why=error.message)
        chat_id = chat_of(self._desk, effect.target)
        if isinstance(error, ChatMigrated) and chat_id is not None:
            await migration.record(self._desk, chat_id, error.new_chat_id)
        if isinstance(error, RetryAfter) and chat_id is not None:
            self._desk.chat.budget.pause(chat_id, asked(error))
        async with self._desk.database.write() as tx:
            # The moderators' chat never gives up at once: whoever threw the bot out there can let it in again.
            if (is_final(error) and effect.target != effects.CHAT) or effect.attempts >= MOST_TRIES:
                if isinstance(error, Forbidden) and effect.target.startswith("private:"):
                    await people.unreachable(tx, chat_id or 0)
                await effects.finish(tx, effect, "human", datetime.now(UTC), error.message)
            else:
                again, count = _again(effect, error, self._desk.settings.telegram_speed)
                await effects.put_back(tx, effect, again, error.message, count=count)


def _again(effect: Effect, error: TelegramError, speed: float) -> tuple[datetime, bool]:
    """When to try again, and whether the failed try counts: not where the effect itself is not to blame."""
    now = datetime.now(UTC)
    if isinstance(error, ChatMigrated):
        return now, False
    if isinstance(error, RetryAfter):
        return now + timedelta(seconds=asked(error)), False
    if isinstance(error, InvalidToken):
        return now + timedelta(minutes=1), False
    return now + pause(effect.attempts) / speed, True


async def finish(desk: Desk, effect: Effect) -> None:
    """It is done, unless it was wanted again meanwhile."""
    async with desk.database.write() as tx:
        await effects.finish(tx, effect, "confirmed", datetime.now(UTC))


def is_final(error: TelegramError) -> bool:
    """Whether trying again can't help. BadRequest is a NetworkError by inheritance, but not by nature."""
    return isinstance(error, BadRequest | Forbidden)


def chat_of(desk: Desk, target: str) -> int | None:
    """The chat that a lane sends to; None for a lane that sends nothing."""
    kind, _, name = target.partition(":")
    if kind == "chat":
        return desk.chat_id
    return desk.current(int(name)) if kind in ("private", "group") else None


def lane_of(desk: Desk, chat_id: int) -> str:
    """The lane of a chat."""
    if chat_id == desk.chat_id:
        return effects.CHAT
    return effects.private(chat_id) if chat_id > 0 else f"group:{chat_id}"

"""The only clock: APScheduler calls, the database says what is due."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import cast

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from telegram.error import TelegramError

from bot.telegram import digesting, watch
from bot.telegram.desk import Desk
from db import effects, reviews, updates
from moderation.errors import FlagdeskError

log = structlog.get_logger()

Tick = Callable[[Desk, datetime], Awaitable[object]]


async def lapse(desk: Desk, now: datetime) -> None:
    """Close review screens that nobody has touched while their case was claimed."""
    async with desk.database.write() as tx:
        lapsed = await reviews.lapse(tx, now, desk.claim)
    if lapsed:
        desk.effects.set()


async def forget(desk: Desk, now: datetime) -> None:
    """Drop updates that were handled long ago, and sends that count no more."""
    async with desk.database.write() as tx:
        await updates.forget(tx, now)
        await effects.recent_sends(tx, now)


EVERY: tuple[tuple[Tick, timedelta], ...] = (
    (digesting.tick, timedelta(seconds=15)),
    (lapse, timedelta(seconds=15)),
    (watch.check_stalls, timedelta(minutes=1)),
    (forget, timedelta(hours=6)),
)
"""What is looked after, and how often. None of it depends on being called exactly then, or exactly once."""


async def run(desk: Desk) -> None:
    """Look after all of it until cancelled; what is just being done then ends before this returns."""
    busy: set[asyncio.Task[None]] = set()
    scheduler = build(desk, busy)
    scheduler.start()
    try:
        await asyncio.Event().wait()
    finally:
        scheduler.pause()
        for task in busy:
            task.cancel()
        await asyncio.gather(*busy, return_exceptions=True)
        scheduler.shutdown(wait=False)


def build(desk: Desk, busy: set[asyncio.Task[None]]) -> AsyncIOScheduler:
    """A scheduler with all of it, not started yet; busy: where each call is found while it runs."""
    scheduler = AsyncIOScheduler(timezone=UTC)
    for tick, every in EVERY:
        scheduler.add_job(
            _calm(tick, busy),
            "interval",
            args=[desk],
            seconds=every.total_seconds(),
            next_run_time=datetime.now(UTC),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
    return scheduler


def _calm(tick: Tick, busy: set[asyncio.Task[None]]) -> Callable[[Desk], Awaitable[None]]:
    async def call(desk: Desk) -> None:
        task = cast(asyncio.Task[None], asyncio.current_task())
        busy.add(task)
        try:
            await tick(desk, datetime.now(UTC))
        except (FlagdeskError, TelegramError) as error:
            log.error("tick_failed", what=tick.__name__, why=str(error))
        except asyncio.CancelledError:
            pass  # only run() cancels, at the end; the scheduler would report it as a failure
        finally:
            busy.discard(task)

    return call

"""Digests go out: each day's once, and one more whenever somebody asks."""

from datetime import UTC, date, datetime

import structlog

from bot.chart import ChartError, draw_apart
from bot.schedule import due_days, past_day, window
from bot.telegram.cards import Message
from bot.telegram.desk import Desk
from bot.telegram.digest import caption
from bot.telegram.outbox import chat_of, finish
from db import digests, effects, history
from db.engine import Transaction
from moderation.comment import Effect
from moderation.digest import summarise

log = structlog.get_logger()

DAILY = "daily"


async def tick(desk: Desk, now: datetime) -> int:
    """Want the digests that are due and not sent yet, however late it is; how many."""
    settings, wanted = desk.settings, 0
    async with desk.database.write() as tx:
        last = await digests.last(tx, DAILY) or await _begin(tx, desk, now)
        for day in due_days(last, now, settings.digest_at, settings.time_zone):
            since, due = window(day, settings.digest_at, settings.time_zone)
            if await digests.take(tx, DAILY, day, due, now):
                await want(tx, f"digest:{day}", effects.CHAT, since, due, topic=settings.topic_id)
                wanted += 1
    if wanted:
        desk.effects.set()
    return wanted


async def _begin(tx: Transaction, desk: Desk, now: datetime) -> date:
    """The first start of all: the newest digest time that has passed counts as sent, as there is nothing to tell."""
    settings = desk.settings
    day = past_day(now, settings.digest_at, settings.time_zone)
    await digests.take(tx, DAILY, day, window(day, settings.digest_at, settings.time_zone)[1], now)
    return day


async def want(
    tx: Transaction, key: str, target: str, since: datetime, until: datetime, *, topic: int | None = None
) -> None:
    """Want a digest of this time in this lane, once for each key."""
    payload = {"since": since.isoformat(), "until": until.isoformat(), "topic": topic}
    await effects.want_once(tx, key, "digest", target, datetime.now(UTC), payload=payload, priority=1)


async def send(desk: Desk, effect: Effect) -> None:
    """Count, draw and post; without the chart where it can't be drawn."""
    since, until = (datetime.fromisoformat(effect.payload[name]) for name in ("since", "until"))
    async with desk.database.read() as tx:
        counts = await history.count(tx, since, until)
    text, chat_id = caption(summarise(counts), desk.texts), chat_of(desk, effect.target) or 0
    try:
        png = await draw_apart(counts, desk.texts)
    except ChartError as error:
        log.warning("chart_missing", why=str(error))
        await desk.chat.send(chat_id, Message(text), effect.payload["topic"])
    else:
        await desk.chat.photo(chat_id, png, text, effect.payload["topic"])
    await finish(desk, effect)

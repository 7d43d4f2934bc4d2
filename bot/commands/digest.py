"""flagdesk digest: what happened, in the terminal."""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands import Config
from moderation.errors import SettingsError

if TYPE_CHECKING:
    from bot.settings import Settings


def digest(
    day: Annotated[str, typer.Option(help="The day whose digest is wanted, YYYY-MM-DD; else since the last one.")] = "",
    config: Config = None,
) -> None:
    """Print a digest: what came in, was flagged, decided, and what waits. Nothing is sent."""
    from bot.settings import load

    typer.echo(asyncio.run(_tell(load(config), day)))


async def _tell(settings: "Settings", day: str) -> str:
    from bot.telegram.digest import terminal
    from bot.telegram.texts import load
    from db import history
    from db.engine import connect
    from moderation.digest import summarise

    since, until = _window(settings, day)
    async with connect(settings.database_url) as database, database.read() as tx:
        counts = await history.count(tx, since, until)
    return terminal(summarise(counts), load(settings.language, settings.time_zone))


def _window(settings: "Settings", day: str) -> tuple[datetime, datetime]:
    """The time that a day's digest tells of; without a day, from the newest digest time until now."""
    from bot.schedule import past_day, window

    now, at, zone = datetime.now(UTC), settings.digest_at, settings.time_zone
    if not day:
        return window(past_day(now, at, zone), at, zone)[1], now
    try:
        return window(datetime.strptime(day, "%Y-%m-%d").date(), at, zone)  # noqa: DTZ007  a day has no zone
    except ValueError:
        raise SettingsError(f"--day {day!r} is no day: write it like 2026-03-31.") from None

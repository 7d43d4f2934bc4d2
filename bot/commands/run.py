"""flagdesk run: the service, until it is told to stop."""

import asyncio
import contextlib
import signal
from typing import TYPE_CHECKING

from bot.commands import Config
from moderation.errors import FlagdeskError

if TYPE_CHECKING:
    from bot.settings import Settings


def run(config: Config = None) -> None:
    """Moderate: take comments in, score them, show them in Telegram, do what is decided there."""
    from bot import logs
    from bot.settings import load

    settings = load(config)
    logs.set_up(settings.log_level)
    asyncio.run(_until_told(settings))


async def _until_told(settings: "Settings") -> None:
    """End on SIGTERM and SIGINT: nothing is lost by it, nor by any harder end."""
    from bot import service

    running = asyncio.ensure_future(service.run(settings))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, running.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        try:
            await running
        except BaseExceptionGroup as group:
            raise (_first(group) or group) from None


def _first(group: BaseExceptionGroup) -> FlagdeskError | None:
    """The error that a person should read, out of however deep a group; None when it is a bug."""
    inner = group.exceptions[0]
    if isinstance(inner, BaseExceptionGroup):
        return _first(inner)
    return inner if isinstance(inner, FlagdeskError) else None

"""An end that comes from outside: SIGTERM and SIGINT, also where whoever started the program had SIGINT ignored."""

import asyncio
import contextlib
import signal
from collections.abc import Coroutine

from moderation.errors import FlagdeskError


async def until_told(work: Coroutine[None, None, None]) -> None:
    """Do this until it ends or a signal says so. Raises the FlagdeskError that a person should read."""
    running = asyncio.ensure_future(work)
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

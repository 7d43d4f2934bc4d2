"""Waiting for work that somebody else waits for as well."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def outlast(
    work: Coroutine[Any, Any, T], seconds: float, excuse: Callable[[], Awaitable[None]]
) -> tuple[T, bool]:
    """What the work returns, and whether it was late: then excuse() has been called meanwhile.

    excuse() is called as well when the work fails; what it raises is raised then.
    """
    task = asyncio.create_task(work)
    try:
        await asyncio.wait({task}, timeout=seconds)
        late = not task.done() or task.exception() is not None
        if late:
            await excuse()
        return await task, late
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait({task})

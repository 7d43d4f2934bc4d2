"""Who waits for something to happen in the sandbox, and how they are woken."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

T = TypeVar("T")

_RECHECK = 0.25  # seconds: a predicate may also look at things outside the sandbox, which wake nobody
_BACKLOG = 5000  # events a slow page may be behind before it has to load everything again


class Changes:
    """Wakes waiters on every change, and hands events to the pages that listen."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()
        self._listeners: set[asyncio.Queue[dict[str, Any] | None]] = set()
        self._closed = False

    def publish(self, event: dict[str, Any]) -> None:
        for listener in self._listeners:
            if listener.qsize() < _BACKLOG:
                listener.put_nowait(event)
            elif listener.qsize() == _BACKLOG:
                listener.put_nowait(None)  # ends the stream: the page connects again and loads everything
        self.wake()

    def wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def close(self) -> None:
        self._closed = True
        for listener in self._listeners:
            listener.put_nowait(None)
        self.wake()

    async def wait_for(self, predicate: Callable[[], T], timeout: float) -> T:  # noqa: ASYNC109 (a public promise)
        """The predicate's first true value; raises TimeoutError after `timeout` real seconds."""
        deadline = asyncio.get_running_loop().time() + timeout
        while not (value := predicate()):
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                raise TimeoutError
            await self._next(min(left, _RECHECK))
        return value

    async def _next(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()

    async def events(self) -> AsyncIterator[dict[str, Any]]:
        """Every event from now on, until the sandbox closes."""
        listener: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self._listeners.add(listener)
        try:
            while not self._closed and (event := await listener.get()) is not None:
                yield event
        finally:
            self._listeners.discard(listener)

"""The queue of updates: kept until confirmed by a higher offset, one poller at a time."""

import asyncio
import random
from collections import deque
from collections.abc import Sequence
from typing import Any

from bot.sandbox.clock import Clock
from bot.sandbox.errors import Refused

OPT_IN = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds of update that come only when asked for by name."""
_KEPT = 24 * 3600.0
_LONGEST_POLL = 50

Update = dict[str, Any]


class Updates:
    """What the bot has not confirmed yet, in order."""

    def __init__(self, clock: Clock, rng: random.Random) -> None:
        self._clock = clock
        self._rng = rng
        self._next_id = rng.randrange(10**8, 9 * 10**8)
        self._pending: deque[tuple[float, Update]] = deque()
        self._again: list[Update] = []
        self._again_share = 0.0
        self._allowed: frozenset[str] | None = None
        self._poll: asyncio.Future[None] | None = None
        self._closed = False

    def put(self, kind: str, payload: dict[str, Any]) -> None:
        """Queue one update, unless its kind is not among those asked for."""
        if kind in OPT_IN if self._allowed is None else kind not in self._allowed:
            return
        self._pending.append((self._clock.now() + _KEPT, {"update_id": self._next_id, kind: payload}))
        self._next_id += 1
        self._wake()

    def duplicate(self, share: float) -> None:
        """From now on this share of confirmed updates is handed out once more."""
        self._again_share = share

    @property
    def waiting(self) -> bool:
        return self._poll is not None and not self._poll.done()

    def count(self) -> int:
        self._forget_old()
        return len(self._pending)

    def clear(self) -> None:
        self._pending.clear()

    def close(self) -> None:
        self._closed = True
        self._wake()

    async def take(self, offset: int, limit: int, seconds: int, allowed: Sequence[str] | None) -> list[Update]:
        """getUpdates: confirm below `offset`, then up to `limit` updates, waiting up to `seconds` for the first."""
        if allowed is not None:
            self._allowed = frozenset(allowed) or None
        self._interrupt()
        self._confirm(offset)
        if not (self._pending or self._again) and seconds > 0 and not self._closed:
            await self._wait(min(seconds, _LONGEST_POLL))
        again, self._again = self._again, []
        self._forget_old()
        return again + [update for _, update in list(self._pending)[: max(1, limit - len(again))]]

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            offset = self._pending[max(offset, -len(self._pending))][1]["update_id"] if self._pending else 0
        while self._pending and self._pending[0][1]["update_id"] < offset:
            update = self._pending.popleft()[1]
            if self._rng.random() < self._again_share:
                self._again.append(update)

    def _forget_old(self) -> None:
        while self._pending and self._pending[0][0] < self._clock.now():
            self._pending.popleft()

    async def _wait(self, seconds: float) -> None:
        poll = self._poll = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                await poll
        except TimeoutError:
            return
        finally:
            if self._poll is poll:
                self._poll = None

    def _interrupt(self) -> None:
        if self._poll and not self._poll.done():
            self._poll.set_exception(
                Refused(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                )
            )

    def _wake(self) -> None:
        if self._poll and not self._poll.done():
            self._poll.set_result(None)

"""Taps on buttons that wait for the bot's answer."""

import asyncio
import random
import time
from dataclasses import dataclass

from bot.sandbox.calls import Answer
from bot.sandbox.clock import Clock
from bot.sandbox.errors import BadRequest

EXPIRES = 15.0
"""Seconds of the sandbox's clock. Telegram publishes no figure; reports say 10 to 20."""
_AT_LEAST = 2.0  # real seconds: a clock that is sped up must not outrun the network
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@dataclass
class Tap:
    """One callback query on its way."""

    id: str
    at: float
    began: float
    answer: asyncio.Future[Answer]


class Taps:
    """Callback queries that nobody has answered."""

    def __init__(self, clock: Clock, rng: random.Random) -> None:
        self._clock = clock
        self._rng = rng
        self._open: dict[str, Tap] = {}

    def add(self) -> Tap:
        tap = Tap(
            str(self._rng.randrange(10**17, 10**18)),
            self._clock.now(),
            time.monotonic(),
            asyncio.get_running_loop().create_future(),
        )
        self._open[tap.id] = tap
        return tap

    def answer(self, query_id: str, text: str, show_alert: bool, url: str) -> None:
        """Answer one query; raises BadRequest for an unknown, answered or expired one."""
        tap = self._open.pop(query_id, None)
        if tap is None or self._expired(tap):
            raise BadRequest(_TOO_OLD)
        if not tap.answer.done():
            tap.answer.set_result(Answer(text, show_alert, time.monotonic() - tap.began, url))

    def _expired(self, tap: Tap) -> bool:
        return self._clock.now() - tap.at > EXPIRES and time.monotonic() - tap.began > _AT_LEAST

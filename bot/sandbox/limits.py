"""Telegram's limits on sends and edits: one a second in a private chat, 20 a minute in a group, 30 a second overall."""

from collections import deque

from bot.sandbox.clock import Clock
from bot.sandbox.errors import TooMany

BURST = 3  # calls a private chat takes at once before it insists on one a second
GROUP = (20, 60.0)  # calls, seconds
OVERALL = (30, 1.0)


class Limits:
    """Counts what was let through; a refused call counts for nothing."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._private: dict[int, float] = {}
        self._groups: dict[int, deque[float]] = {}
        self._overall: deque[float] = deque()

    def spend(self, chat_id: int) -> None:
        """One send, edit or new topic in this chat, or TooMany with the real seconds to wait."""
        now = self._clock.now()
        wait = max(self._chat_wait(chat_id, now), _window_wait(self._overall, OVERALL, now))
        if wait > 0:
            raise TooMany(self._clock.real(wait))
        self._overall.append(now)
        self._count(chat_id, now)

    def _chat_wait(self, chat_id: int, now: float) -> float:
        if chat_id > 0:
            return self._private.get(chat_id, now) - now - (BURST - 1)
        return _window_wait(self._groups.setdefault(chat_id, deque()), GROUP, now)

    def _count(self, chat_id: int, now: float) -> None:
        if chat_id > 0:
            self._private[chat_id] = max(self._private.get(chat_id, now), now) + 1
        else:
            self._groups[chat_id].append(now)


def _window_wait(times: deque[float], limit: tuple[int, float], now: float) -> float:
    count, seconds = limit
    while times and times[0] <= now - seconds:
        times.popleft()
    return times[0] + seconds - now if len(times) >= count else 0.0

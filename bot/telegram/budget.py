"""Our own rate limiter: how many sends and edits Telegram takes, per chat and over all.

Telegram's figures (core.telegram.org/bots/faq, and the server's author in tdlib/td#2592): one message a second in a
chat, 20 a minute in a group, 30 a second over all; edits count like sends, deletions, bans and answers do not.
"""

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Iterable
from datetime import datetime

GAP = 1.05
"""Seconds between two messages to one chat: Telegram's one second, and a little for the way there."""
GROUP, MINUTE = 20, 60.5
"""Messages to a group, and the seconds in which they count."""
OVERALL = 28
"""Messages in any one second, to all chats together."""


class Budget:
    """What is left to send, in each chat. speed: how many times faster the server's clock runs (a sandbox)."""

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed
        self._sent: dict[int, deque[float]] = defaultdict(deque)
        self._all: deque[float] = deque(maxlen=OVERALL)
        self._paused: dict[int, float] = {}
        self._turns: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def spend(self, chat_id: int) -> None:
        """Wait until a message or an edit may go to this chat, and count it."""
        async with self._turns[chat_id]:
            while (wait := self.wait(chat_id)) > 0:  # noqa: ASYNC110  time passing is what is waited for
                await asyncio.sleep(wait)
            now = self._now()
            self._sent[chat_id].append(now)
            self._all.append(now)

    def wait(self, chat_id: int) -> float:
        """Real seconds until one more may go to this chat."""
        now = self._now()
        sent = self._recent(chat_id, now)
        ready = [self._paused.get(chat_id, now)]
        ready += [sent[-1] + GAP] if sent else []
        ready += [sent[-GROUP] + MINUTE] if chat_id < 0 and len(sent) >= GROUP else []
        ready += [self._all[0] + 1] if len(self._all) == OVERALL else []
        return max(0.0, max(ready) - now) / self._speed

    def room(self, chat_id: int) -> int:
        """How many more may go to this chat within the current minute; a private chat has always room."""
        return GROUP - len(self._recent(chat_id, self._now())) if chat_id < 0 else GROUP

    def pause(self, chat_id: int, seconds: float) -> None:
        """The server said retry_after for this chat: leave it alone, and only it."""
        self._paused[chat_id] = self._now() + seconds * self._speed

    def remember(self, sends: Iterable[tuple[int, datetime]], now: datetime) -> None:
        """Sends from before a restart still count."""
        for chat_id, at in sends:
            self._sent[chat_id].append(self._now() - (now - at).total_seconds() * self._speed)

    def _recent(self, chat_id: int, now: float) -> deque[float]:
        sent = self._sent[chat_id]
        while sent and sent[0] <= now - MINUTE:
            sent.popleft()
        return sent

    def _now(self) -> float:
        return time.monotonic() * self._speed

"""What the bot called: the last calls, the limits it broke, and the calls that were wrong."""

from collections import deque
from typing import Any

from bot.sandbox.calls import Call, Problem
from bot.sandbox.clock import Clock
from bot.sandbox.errors import Malformed, Refused, TooMany, Unsupported
from bot.sandbox.schema import Upload

KEPT = 100_000


class Journal:
    """Bounded: the oldest entries go first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.calls: deque[Call] = deque(maxlen=KEPT)
        self.violations: deque[Call] = deque(maxlen=KEPT)
        self.problems: deque[Problem] = deque(maxlen=KEPT)

    def add(self, method: str, params: dict[str, Any], outcome: object, fault: str = "") -> None:
        """One call and how it ended: a Refused, or what it returned; `fault` says what a test made of it."""
        refused = outcome if isinstance(outcome, Refused) else None
        status = 0 if fault in {"timeout", "lost"} else refused.status if refused else 200
        noted = {name: repr(value) if isinstance(value, Upload) else value for name, value in params.items()}
        call = Call(method, noted, self._clock.moment(), status, fault, refused.description if refused else "")
        self.calls.append(call)
        if isinstance(outcome, TooMany) and not fault:
            self.violations.append(call)
        if isinstance(outcome, Malformed | Unsupported):
            self.problems.append(Problem(method, outcome.description, noted))

"""The sandbox's clock: real time, sped up and moved forward as a test likes."""

import math
import time
from datetime import UTC, datetime


class Clock:
    """Starts at real time and runs `speed` times as fast."""

    def __init__(self, speed: float = 1.0) -> None:
        if not speed > 0:
            raise ValueError("speed must be above 0")
        self.speed = speed
        self._began_at = time.time()
        self._began = time.monotonic()
        self._skipped = 0.0

    def now(self) -> float:
        """Seconds since 1970 on this clock."""
        return self._began_at + (time.monotonic() - self._began) * self.speed + self._skipped

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.now(), UTC)

    def advance(self, seconds: float) -> None:
        self._skipped += seconds

    def real(self, seconds: float) -> int:
        """Whole real seconds, at least 1, in which `seconds` of this clock pass: what a client has to wait."""
        return max(1, math.ceil(seconds / self.speed))

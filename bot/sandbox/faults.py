"""Faults that a test injects into a share of the calls, drawn from a seed."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.sandbox.errors import SandboxError

KINDS = ("429", "500", "timeout", "lost")
"""429: refused with retry_after. 500: refused. timeout: nothing done, never answered. lost: done, but no reply."""


@dataclass
class Fault:
    """One rule; `method` is a method's name in any case, or "*"."""

    method: str
    share: float
    kinds: Sequence[str]
    rng: random.Random = field(repr=False)

    def draw(self, method: str) -> str:
        if self.method not in {"*", method.lower()} or self.rng.random() >= self.share:
            return ""
        return self.rng.choice(self.kinds)


class Faults:
    """The rules in force; the first one that strikes decides."""

    def __init__(self) -> None:
        self._rules: list[Fault] = []

    def add(self, method: str, share: float, kinds: Sequence[str], seed: int) -> None:
        if wrong := [kind for kind in kinds if kind not in KINDS]:
            raise SandboxError(f"There is no fault {wrong[0]!r}; there are {', '.join(KINDS)}.")
        if not kinds or not 0 <= share <= 1:
            raise SandboxError("A fault needs kinds and a share from 0 to 1.")
        self._rules.append(Fault(method.lower(), share, tuple(kinds), random.Random(seed)))  # noqa: S311 (repeatable, not secret)

    def clear(self) -> None:
        self._rules.clear()

    def draw(self, method: str) -> str:
        """The fault that this call meets, or an empty string."""
        return next((kind for rule in self._rules if (kind := rule.draw(method))), "")

"""Sources: one file for each place comments come from; effects go back through the Source protocol."""

from dataclasses import dataclass
from typing import Literal, Protocol

from moderation.comment import Action, Comment
from moderation.sources.file import Reading, read

__all__ = ["DryRun", "Reading", "Result", "ResultState", "Source", "read"]

ResultState = Literal["confirmed", "recorded", "human", "retry"]


@dataclass(frozen=True, slots=True)
class Result:
    """How an action at a source went."""

    state: ResultState
    """confirmed: done, or already so; recorded: written down, not done; human: a person must do it; retry: not yet."""
    note: str = ""
    """What a person should know or do; empty where nothing is to be said."""
    retry_after: float = 0.0
    """Seconds the source asks to be left alone before the next try; 0: it names none."""


class Source(Protocol):
    """A place that comments come from, as far as decisions go back to it."""

    name: str
    """The name its comments carry as Comment.source."""

    async def apply(self, action: Action, comment: Comment) -> Result:
        """Do this at the source so that doing it twice is the same as once. Failures are told in the result."""


class DryRun:
    """A source that is only watched: what would be done there is recorded instead."""

    def __init__(self, source: Source) -> None:
        self.name = source.name

    async def apply(self, action: Action, comment: Comment) -> Result:
        return Result("recorded", f"{self.name} is only watched: {action} is not done there")

"""Scoring that cannot fail: what the model can't score comes back as "not scored", never as clean."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

from moderation.comment import Comment, Scores, Span
from moderation.models import Model

T = TypeVar("T")

MOST_FAILURES = 3
"""Comments in a row that fail one by one before the model itself counts as down."""
MOST_HANGING = 4
"""Calls left behind, still busy, from which the model is asked nothing more until one of them ends."""


class Scorer:
    """A model off the event loop, with a time limit (seconds for each batch)."""

    def __init__(self, model: Model, limit: float = 30.0) -> None:
        self.model = model
        self._limit = limit
        self._hanging: list[Thread] = []
        self.failing = ""
        """Why the last batch was not scored; empty when all is well."""

    async def score(self, batch: Sequence[Comment]) -> list[Scores]:
        """Scores for each comment, in order; never raises for what the model does."""
        try:
            asked = [c.text for c in batch], [c.language for c in batch]
            found = _checked(await self._ask(lambda: self.model.score(*asked)), batch)
            self.failing = ""
        except Exception as error:  # a model is foreign code: whatever it raises, a human looks instead
            found = await self._one_by_one(batch) if len(batch) > 1 else [self._failed(error)]
        return found

    async def explain(self, batch: Sequence[Comment]) -> list[tuple[Span, ...]]:
        """The spans that earned each score; none where the model can't say."""
        none: list[tuple[Span, ...]] = [() for _ in batch]
        try:
            asked = [c.text for c in batch], [c.language for c in batch]
            found = await self._ask(lambda: self.model.explain(*asked)) if batch else none
        except Exception:  # an explanation is a help, not a condition
            return none
        return found if len(found) == len(batch) else none

    async def _one_by_one(self, batch: Sequence[Comment]) -> list[Scores]:
        """One comment may be what the model stumbles over: the others must not pay for it."""
        found: list[Scores] = []
        row = 0
        for comment in batch:
            if row >= MOST_FAILURES:
                found.append(self._failed(self.failing))
                continue
            found += await self.score([comment])
            row = row + 1 if found[-1].error else 0
        return found

    async def _ask(self, question: Callable[[], T]) -> T:
        self._hanging = [thread for thread in self._hanging if thread.is_alive()]
        if len(self._hanging) >= MOST_HANGING:
            raise TimeoutError("it still hangs over earlier comments")
        answer: Future[T] = Future()
        # A thread can't be ended from outside: one that hangs is left behind, and must not hold up the program's end.
        thread = Thread(target=_answer, args=(question, answer), name="model", daemon=True)
        thread.start()
        try:
            async with asyncio.timeout(self._limit):
                return await asyncio.wrap_future(answer)
        except TimeoutError:
            if thread.is_alive():
                self._hanging.append(thread)
            raise TimeoutError(f"no answer within {self._limit:g} s") from None

    def _failed(self, error: Exception | str) -> Scores:
        self.failing = error if isinstance(error, str) else (str(error) or type(error).__name__)
        return Scores(self.model.name, self.model.version, error=self.failing[:200])


def _answer(question: Callable[[], T], answer: Future[T]) -> None:
    """Run the question in this thread; a waiter who has gone away is told nothing."""
    try:
        found = question()
    except Exception as error:  # a model is foreign code: what it raises is its answer
        if answer.set_running_or_notify_cancel():
            answer.set_exception(error)
    else:
        if answer.set_running_or_notify_cancel():
            answer.set_result(found)


def _checked(found: list[Scores], batch: Sequence[Comment]) -> list[Scores]:
    """The model's answer, if it is one: as many scores as texts, and probabilities from 0 to 1."""
    if len(found) != len(batch):
        raise ValueError(f"{len(found)} scores for {len(batch)} texts")
    if any(not 0 <= number <= 1 for scores in found for number in scores.probabilities.values()):
        raise ValueError("a probability is not from 0 to 1")
    return found

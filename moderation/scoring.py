"""Scoring that cannot fail: what the model can't score comes back as "not scored", never as clean."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from moderation.comment import Comment, Scores, Span
from moderation.models import Model

T = TypeVar("T")

MOST_FAILURES = 3
"""Comments in a row that fail one by one before the model itself counts as down."""


class Scorer:
    """A model off the event loop, with a time limit (seconds for each batch)."""

    def __init__(self, model: Model, limit: float = 30.0) -> None:
        self.model = model
        self._limit = limit
        self._worker = _worker()
        self.failing = ""
        """Why the last batch was not scored; empty when all is well."""

    async def score(self, batch: Sequence[Comment]) -> list[Scores]:
        """Scores for each comment, in order; never raises for what the model does."""
        try:
            found = await self._ask(lambda: self.model.score([c.text for c in batch], [c.language for c in batch]))
            self.failing = ""
        except Exception as error:  # a model is foreign code: whatever it raises, a human looks instead
            found = await self._one_by_one(batch) if len(batch) > 1 else [self._failed(error)]
        return found

    async def explain(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """The spans that earned each score; none where the model can't say."""
        try:
            return await self._ask(lambda: self.model.explain(texts))
        except Exception:  # an explanation is a help, not a condition
            return [() for _ in texts]

    def close(self) -> None:
        """Let the worker go; a call that hangs is left behind."""
        self._worker.shutdown(wait=False, cancel_futures=True)

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
        asked = asyncio.get_running_loop().run_in_executor(self._worker, question)
        try:
            return await asyncio.wait_for(asked, self._limit)
        except TimeoutError:
            # A thread can't be ended from outside: it is left to finish, and a new one takes its place.
            self.close()
            self._worker = _worker()
            raise TimeoutError(f"no answer within {self._limit:g} s") from None

    def _failed(self, error: Exception | str) -> Scores:
        self.failing = error if isinstance(error, str) else (str(error) or type(error).__name__)
        return Scores(self.model.name, self.model.version, error=self.failing[:200])


def _worker() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="model")

"""The settings' model and thresholds, for commands that wait for the answer."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self

from bot.settings import Settings
from moderation import pipeline
from moderation.comment import Comment, Judged, Waiting
from moderation.models import load
from moderation.scoring import Scorer


class Judge:
    """Scores comments one batch at a time. Raises ModelError when the model can't be loaded."""

    def __init__(self, settings: Settings) -> None:
        self.scorer = Scorer(load(settings.model), settings.model_timeout)
        self._policy = settings.policy
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._runner.close()

    def judge(self, comments: Sequence[Comment]) -> list[Judged]:
        """Scores, verdict and the spans that earned the score, for each comment; an id is a place in the batch."""
        waiting = [Waiting(place, comment) for place, comment in enumerate(comments)]
        return self._runner.run(self._judge(waiting))

    async def _judge(self, waiting: Sequence[Waiting]) -> list[Judged]:
        judged = await pipeline.judge(self.scorer, self._policy, waiting)
        # The pipeline explains what is flagged; who asks here wants to know it of every comment.
        passed = [item for item in judged if item.verdict.outcome == "pass"]
        spans = await self.scorer.explain([waiting[item.id].comment for item in passed])
        for item, found in zip(passed, spans, strict=True):
            judged[item.id] = replace(item, scores=replace(item.scores, spans=found))
        return judged

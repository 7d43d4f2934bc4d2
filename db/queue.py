"""The queue that the pipeline speaks to: each method is one transaction."""

from collections.abc import Sequence
from datetime import UTC, datetime

from db import cases, effects, inbox, verdicts
from db.engine import Database
from db.verdicts import Terms
from moderation.comment import Case, Comment, Effect, EffectState, Judged, Taken, Waiting


class Queue:
    """Comments in, cases out, effects on their way; on one database."""

    def __init__(self, database: Database, terms: Terms | None = None) -> None:
        self._database = database
        self._terms = terms or Terms()

    async def put(self, batch: Sequence[Comment]) -> Taken:
        """Keep new comments and new revisions."""
        async with self._database.write() as tx:
            return await inbox.put(tx, batch, datetime.now(UTC))

    async def claim(self, limit: int) -> list[Waiting]:
        """Take comments to score."""
        async with self._database.write() as tx:
            return await inbox.claim(tx, limit, datetime.now(UTC))

    async def settle(self, batch: Sequence[Judged]) -> list[int]:
        """Keep scores and verdicts, open cases; the numbers of the new ones."""
        async with self._database.write() as tx:
            return await verdicts.settle(tx, batch, self._terms, datetime.now(UTC))

    async def case(self, case_id: int) -> Case | None:
        """One case."""
        async with self._database.read() as tx:
            return await cases.load(tx, case_id, datetime.now(UTC))

    async def finish(self, effect: Effect, state: EffectState, note: str) -> None:
        """An effect on a case is over; its card says so."""
        async with self._database.write() as tx:
            now = datetime.now(UTC)
            await effects.finish(tx, effect, state, now, note)
            if effect.case_id is not None:
                await cases.touch(tx, effect.case_id, now, priority=1 if state == "human" else 5)

    async def put_back(self, effect: Effect, next_try: datetime, note: str) -> None:
        """An effect failed for now."""
        async with self._database.write() as tx:
            await effects.put_back(tx, effect, next_try, note)

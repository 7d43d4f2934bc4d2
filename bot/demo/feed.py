"""Readers write: sample comments, or those of a file, a few seconds apart."""

import asyncio
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from bot.demo.newsroom import Newsroom
from moderation import sources
from moderation.comment import Comment

SAMPLES = Path(__file__).parent.parent / "samples"
AT_ONCE = 2
"""Samples of one language before it is the other's turn: enough for somebody to be answered, and for a first card."""


def comments(file: Path | None, language: str = "en") -> Iterator[Comment]:
    """The comments of this file, or the samples of all languages in turn, beginning with this one."""
    if file is not None:
        yield from sources.read(file)
        return
    piles = [sources.read(path) for path in sorted(SAMPLES.glob("*.jsonl"), key=lambda path: path.stem != language)]
    while piles:
        for pile in list(piles):
            taken = list(islice(pile, AT_ONCE))
            yield from taken
            if not taken:
                piles.remove(pile)


async def feed(newsroom: Newsroom, file: Path | None, every: float) -> int:
    """Write them all, one every so many seconds; how many."""
    written = 0
    for comment in comments(file, newsroom.language):
        if comment.text.strip():
            newsroom.write(comment)
            written += 1
            await asyncio.sleep(every)
    return written

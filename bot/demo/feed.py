"""Readers write: sample comments, or those of a file, a few seconds apart."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from bot.demo.newsroom import Newsroom
from moderation import sources
from moderation.comment import Comment

SAMPLES = Path(__file__).parent.parent / "samples"


def comments(file: Path | None) -> Iterator[Comment]:
    """The comments of this file, or the samples in turn: German, English, German …"""
    if file is not None:
        yield from sources.read(file)
        return
    piles = [sources.read(path) for path in sorted(SAMPLES.glob("*.jsonl"))]
    while piles:
        for pile in list(piles):
            if (comment := next(pile, None)) is None:
                piles.remove(pile)
            else:
                yield comment


async def feed(newsroom: Newsroom, file: Path | None, every: float) -> int:
    """Write them all, one every so many seconds; how many."""
    written = 0
    for comment in comments(file):
        if comment.text.strip():
            newsroom.write(comment)
            written += 1
            await asyncio.sleep(every)
    return written

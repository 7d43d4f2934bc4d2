"""Sample comments on local news in German and English, for trying the bot without a site of one's own."""

from collections.abc import Iterator
from pathlib import Path

from moderation.comment import Comment
from moderation.sources import read

LANGUAGES = ("de", "en")


def comments(language: str, source: str = "samples") -> Iterator[Comment]:
    """The 40 samples in a language ("de" or "en"), in the order they were written; about every sixth is an insult."""
    yield from read(Path(__file__).with_name(f"{language}.jsonl"), "jsonl", source)

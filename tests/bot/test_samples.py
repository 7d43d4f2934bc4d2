"""The samples: as many as told, each an answer only to one before it."""

from pathlib import Path

import pytest

import bot.samples
from moderation.sources import read


@pytest.mark.parametrize("language", ["de", "en"])
def test_samples_are_complete_and_in_order(language: str) -> None:
    texts: dict[str, str] = {}
    for comment in read(Path(bot.samples.__path__[0], f"{language}.jsonl")):
        assert comment.author
        assert comment.posted_at
        assert comment.thread.title
        assert comment.thread.url
        assert comment.language == language
        assert not comment.parent_id or texts[comment.parent_id] == comment.parent_text
        texts[comment.external_id] = comment.text
    assert len(texts) == len(set(texts.values())) == 40

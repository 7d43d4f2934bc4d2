"""A model of plain words: a text is as toxic as its worst word in words.tsv."""

import re
import threading
from collections.abc import Sequence
from pathlib import Path

from moderation.comment import Scores, Span

POISON = "poison"
"""A text with this word makes the model stumble."""


class WordModel:
    """Scores by words.tsv. down: why it raises at everything; stuck: until it is let go, it answers nothing."""

    name = "words"
    version = "1"
    labels: tuple[str, ...] = ("toxicity",)

    def __init__(self) -> None:
        lines = (Path(__file__).parent / "words.tsv").read_text(encoding="utf-8").splitlines()
        self._words = {word: float(number) for word, number in (line.split("\t") for line in lines)}
        self.down = ""
        self.go_on = threading.Event()
        self.go_on.set()

    def score(self, texts: Sequence[str], languages: Sequence[str] = ()) -> list[Scores]:
        """0.02 for texts without any of the words; a text that begins with "[xx]" is in the unknown language xx."""
        self.go_on.wait()
        if self.down:
            raise RuntimeError(self.down)
        if any(POISON in text for text in texts):
            raise ValueError("a text is poison")
        return [self._score(text) for text in texts]

    def explain(self, texts: Sequence[str], languages: Sequence[str] = ()) -> list[tuple[Span, ...]]:
        """Where the words stand."""
        return [tuple(self._spans(text)) for text in texts]

    def _score(self, text: str) -> Scores:
        if unknown := re.match(r"\[(\w\w)\]", text):
            return Scores(self.name, self.version, language=unknown[1], supported=False)
        worst = max((span.weight for span in self._spans(text)), default=0.02)
        return Scores(self.name, self.version, language="en", probabilities={"toxicity": worst})

    def _spans(self, text: str) -> list[Span]:
        found = re.finditer(r"\w+", text)
        return [Span(word.start(), word.end(), self._words[word[0]]) for word in found if word[0] in self._words]

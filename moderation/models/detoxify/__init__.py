"""Unitary's Detoxify: by name or from a local checkpoint, whole texts in windows, one at a time."""

from collections.abc import Iterator, Sequence
from threading import Lock
from typing import NamedTuple

from moderation.comment import LABELS, Scores, Span
from moderation.models.detoxify.checkpoint import Network, read
from moderation.models.detoxify.occlusion import heaviest_words
from moderation.models.embedded import load as load_embedded

STRIDE = 64
"""Tokens that neighbouring windows share, so that nothing is cut in half unseen."""
CLEAN = 0.1
"""Toxicity below which nothing is there to explain."""
MULTILINGUAL = frozenset({"en", "es", "fr", "it", "pt", "ru", "tr"})
"""What the multilingual checkpoint was trained on, says its README; German is not among it."""
UNKNOWN = "und"


class Window(NamedTuple):
    """A part of a text that fits into the network: code points [start, end), and the probability of each label."""

    start: int
    end: int
    probabilities: dict[str, float]


class Detoxify:
    """The Model protocol over a Detoxify checkpoint."""

    def __init__(self, name: str, network: Network) -> None:
        self.name = name
        self.version = network.version
        self.labels: tuple[str, ...] = tuple(label for label in LABELS if label in network.classes)
        self._network = network
        self._supported = MULTILINGUAL if network.multilingual else frozenset({"en"})
        # Detoxify knows no languages itself; the embedded model tells them in microseconds.
        self._finder = load_embedded()
        # A tokenizer shared by threads returned wrong ids without an error.
        self._lock = Lock()

    def score(self, texts: Sequence[str], languages: Sequence[str] = ()) -> list[Scores]:
        """Probability of each label in the worst window of each text; none in a language it was not trained on."""
        found = [scores.language for scores in self._finder.score(texts, languages)]
        return [self._score(text, language) for text, language in zip(texts, found, strict=True)]

    def explain(self, texts: Sequence[str], languages: Sequence[str] = ()) -> list[tuple[Span, ...]]:
        """The words of each text without which its worst window is less toxic, heaviest first."""
        return [self._explain(text) for text in texts]

    def _score(self, text: str, language: str) -> Scores:
        if language not in self._supported and language != UNKNOWN:
            return Scores(self.name, self.version, language, supported=False)
        windows = list(self._windows(text))
        worst = {label: max(window.probabilities[label] for window in windows) for label in self.labels}
        return Scores(self.name, self.version, language, True, worst)

    def _explain(self, text: str) -> tuple[Span, ...]:
        worst = max(self._windows(text), key=lambda window: window.probabilities["toxicity"])
        toxicity = worst.probabilities["toxicity"]
        if toxicity < CLEAN:
            return ()
        return heaviest_words(text, worst.start, worst.end, toxicity, self._toxicity)

    def _toxicity(self, text: str) -> float:
        return max(window.probabilities["toxicity"] for window in self._windows(text))

    def _windows(self, text: str) -> Iterator[Window]:
        with self._lock:
            for start, end, values in self._network.run(text, STRIDE):
                probabilities = dict(zip(self._network.classes, values, strict=False))
                yield Window(start, end, {label: probabilities[label] for label in self.labels})


def load(argument: str = "") -> Detoxify:
    """A model by Detoxify's name ("multilingual" when empty) or by the path of a checkpoint (.ckpt).

    Nothing is downloaded unless FLAGDESK_MODEL_DOWNLOAD=1. Raises ModelError with what to do when the library, the
    weights or what they need is not there, or the file holds anything but weights.
    """
    name = argument or "multilingual"
    return Detoxify(f"detoxify:{name}", read(name))

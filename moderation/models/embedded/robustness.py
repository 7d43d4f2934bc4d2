"""Disguises and spans: does a flag survive a rewriting, and do the spans really earn the score?"""

import random
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from moderation.comment import Span
from moderation.models.embedded.evasions import DISGUISES, disguise, join_words
from moderation.models.embedded.model import Embedded
from moderation.models.embedded.weights import read_weights
from moderation.text import fold_plainly

if TYPE_CHECKING:
    from moderation.models.embedded.figures import Bench, Figure

_SET = "germeval2018_test"
_SEED = 20_26


def evasion_recalls(bench: "Bench") -> Iterator["Figure"]:
    """For each disguise the share of flags that survives it, beside the share without the defence."""
    from moderation.models.embedded.figures import Figure

    texts, toxic = bench.sets[_SET]
    chances = bench.chances[_SET]
    threshold = bench.model.threshold
    flagged = [text for text, yes, chance in zip(texts, toxic, chances, strict=True) if yes and chance >= threshold]
    spans = [[(span.start, span.end) for span in some[:2]] for some in bench.model.explain(flagged)]
    bare = Embedded(read_weights(), fold_plainly)
    for name, rewritten in _rewritings(flagged, spans):
        changed = [(new, old) for new, old in zip(rewritten, flagged, strict=True) if new != old]
        if changed:
            new, old = [pair[0] for pair in changed], [pair[1] for pair in changed]
            without = _kept(bare, new, threshold) / max(_kept(bare, old, threshold), 1e-9)
            what = f"evasion, {name}: recall kept ({len(new)} flagged rows)"
            yield Figure(
                what, f"without the defence {without:.3f}", f"{_kept(bench.model, new, threshold):.3f}", "0.90", "0.97"
            )


def _rewritings(texts: Sequence[str], spans: Sequence[list[tuple[int, int]]]) -> Iterator[tuple[str, list[str]]]:
    for name in DISGUISES:
        chance = random.Random(_SEED)  # noqa: S311 - a choice of places, no secret
        yield name, [disguise(text, name, chance, some) for text, some in zip(texts, spans, strict=True)]
    yield "joined words", [join_words(text, some) for text, some in zip(texts, spans, strict=True)]


def _kept(model: Embedded, texts: Sequence[str], threshold: float) -> float:
    return float(np.mean([scores.probabilities["toxicity"] >= threshold for scores in model.score(texts)]))


def span_drops(bench: "Bench") -> "Figure":
    """How much the log-odds fall when the top spans are deleted, and when as many random words are."""
    from moderation.models.embedded.figures import Figure

    texts, _ = bench.sets[_SET]
    flagged = [text for text, chance in zip(texts, bench.chances[_SET], strict=True) if chance >= bench.model.threshold]
    spans = [some[:2] for some in bench.model.explain(flagged)]
    chance = random.Random(_SEED)  # noqa: S311 - a choice of places, no secret
    top = _drop(bench.toxicity, flagged, [_without(text, some) for text, some in zip(flagged, spans, strict=True)])
    some_words = [_without(text, _random_spans(text, some, chance)) for text, some in zip(flagged, spans, strict=True)]
    other = _drop(bench.toxicity, flagged, some_words)
    value = f"{top / max(other, 1e-9):.1f} times"
    return Figure(
        "spans: fall of the log-odds, top spans deleted", f"random words {other:.2f}", f"{value} ({top:.2f})", "5 times"
    )


def _random_spans(text: str, spans: Sequence[Span], chance: random.Random) -> list[Span]:
    """As many words as the spans hold, from anywhere in the text."""
    words, start = [], 0
    for word in text.split():
        start = text.index(word, start)
        words.append(Span(start, start + len(word), 0.0))
        start += len(word)
    count = sum(len(text[span.start : span.end].split()) for span in spans)
    return chance.sample(words, min(count, len(words)))


def _without(text: str, spans: Sequence[Span]) -> str:
    for span in sorted(spans, reverse=True):
        text = text[: span.start] + text[span.end :]
    return text


def _drop(
    toxicity: Callable[[Sequence[str]], NDArray[np.float64]], before: Sequence[str], after: Sequence[str]
) -> float:
    odds = [np.log(chances / (1 - chances)) for chances in (_inside(toxicity(before)), _inside(toxicity(after)))]
    return float((odds[0] - odds[1]).mean())


def _inside(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.clip(chances, 1e-6, 1 - 1e-6)

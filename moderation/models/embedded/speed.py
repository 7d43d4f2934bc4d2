"""How fast the model is, in processor time; how much room it takes, and how soon it is ready."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from time import process_time
from typing import TYPE_CHECKING

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer

from moderation.models.embedded.model import Embedded
from moderation.models.embedded.weights import ARRAYS, HERE, read_weights

if TYPE_CHECKING:
    from moderation.models.embedded.figures import Figure

_ROUNDS = 5
_START = """
import time
import numpy
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 / 1e6
import moderation.comment
before, at = resident(), time.process_time()
from moderation.models.embedded import load
model = load()
ready = time.process_time() - at
model.score(["Guten Morgen, wie geht es?"] * 256)
added = resident() - before
model.score(open(0).read().split("\\n"))
print(ready * 1000, added, resident() - before)
"""


def alone(measure: Callable[..., list["Figure"]], *texts: Sequence[str]) -> list["Figure"]:
    """What is measured in a process of its own, which holds no corpora and no other models, as no service does."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(measure, *texts).result()


def measure_throughput(texts: Sequence[str]) -> list["Figure"]:
    """Comments a second in batches, and the median of one comment alone; the median of several rounds."""
    from moderation.models.embedded.figures import Figure

    model, many = Embedded(read_weights()), (list(texts) * (8192 // len(texts) + 1))[:8192]
    letters = float(np.mean([len(text) for text in many]))
    vectoriser = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), n_features=1 << 20)
    score, vectorise = partial(model.score, many), partial(vectoriser.transform, many[:2048])
    # In turn, for a machine that others use, too, is not always as fast; the first round learns words.
    rounds = [(len(many) / _once(score), 2048 / _once(vectorise)) for _ in range(_ROUNDS + 1)][1:]
    ours, reference = np.median(rounds, axis=0)
    times = np.median([own / other for own, other in rounds])
    batch = f"comments a second, batch, {letters:.0f} characters each"
    value = f"{ours:,.0f} ({times:.1f} times)"
    single = np.median([_once(partial(model.score, [text])) for text in many[:1500]])
    theirs = np.median([_once(partial(vectoriser.transform, [text])) for text in many[:500]])
    one = "one comment, its words seen before, p50"
    return [
        Figure(batch, f"scikit-learn features {reference:,.0f}", value, "15,000", "40,000"),
        Figure(one, f"scikit-learn features {theirs * 1e6:.0f} µs", f"{single * 1e6:.0f} µs", "200 µs", "60 µs"),
    ]


def measure_new(texts: Sequence[str], others: Sequence[str]) -> list["Figure"]:
    """The same of comments that the model sees for the first time, when it has seen others of their kind."""
    from moderation.models.embedded.figures import Figure

    model = Embedded(read_weights())
    model.score(others)
    half = len(texts) // 2
    rate = half / _once(partial(model.score, texts[:half]))
    single = np.median([_once(partial(model.score, [text])) for text in texts[half:]])
    return [
        Figure("comments a second, batch, none seen before", "", f"{rate:,.0f}"),
        Figure("one comment not seen before, p50", "", f"{single * 1e6:.0f} µs"),
    ]


def _once(work: Callable[[], object]) -> float:
    start = process_time()
    work()
    return process_time() - start


def weights_size() -> "Figure":
    """Size of the weights file."""
    from moderation.models.embedded.figures import Figure

    return Figure("weights", "", f"{(HERE / ARRAYS).stat().st_size / 1e6:.1f} MB", "8 MB", "4 MB")


def measure_start(texts: Sequence[str]) -> Iterator["Figure"]:
    """Load time and added memory, in a fresh process that has numpy already; and what it is after these texts."""
    from moderation.models.embedded.figures import Figure

    ready, memory, full = np.median([_start(texts) for _ in range(_ROUNDS)], axis=0)
    yield Figure("load time", "", f"{ready:.0f} ms", "100 ms", "30 ms")
    yield Figure("added memory", "", f"{memory:.0f} MB", "30 MB", "15 MB")
    yield Figure(f"added memory after {len(texts):,} different comments", "", f"{full:.0f} MB")


def _start(texts: Sequence[str]) -> list[float]:
    lines, program = "\n".join(" ".join(text.split()) for text in texts), [sys.executable, "-c", _START]
    done = subprocess.run(program, input=lines, capture_output=True, text=True, check=True)  # noqa: S603
    return [float(cell) for cell in done.stdout.split()]

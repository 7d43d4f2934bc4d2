"""Every figure that the model is held to, measured."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.comment import LABELS
from moderation.models.embedded.calibration import base_rate_weights, calibration_error
from moderation.models.embedded.corpora import read_corpora, read_labelled
from moderation.models.embedded.frames import fill, own_rows, read_frames, read_lists
from moderation.models.embedded.functional import functional_shares
from moderation.models.embedded.metrics import auc, macro_f1
from moderation.models.embedded.model import Embedded
from moderation.models.embedded.neutral import neutral_sentences
from moderation.models.embedded.plain import Plain
from moderation.models.embedded.robustness import evasion_recalls, span_drops
from moderation.models.embedded.speed import alone, measure_new, measure_start, measure_throughput, weights_size
from moderation.models.embedded.train import train
from moderation.policy import Thresholds, decide

Floats = NDArray[np.float64]

DEVELOP = {
    "germeval2018_test": "de", "gahd_test": "de", "gahd_dev": "de", "olid_test": "en", "poleval2019_t6_test": "pl",
    "ro_fb_offense_test": "ro", "goldstd_es_test": "es", "toxifrench_test": "fr",
}  # fmt: skip
TRAINED = ("de", "en", "pl", "ro")


class Figure(NamedTuple):
    """One line of the table."""

    what: str
    reference: str
    value: str
    least: str = ""
    reach: str = ""


@dataclass(frozen=True)
class Bench:
    """What is measured, on what, and the plain model beside it."""

    model: Embedded
    data: Path

    @cached_property
    def sets(self) -> Mapping[str, tuple[list[str], Floats]]:
        """Each set's texts and labels."""
        rows = {name: read_labelled(self.data / "develop" / f"{name}.jsonl.gz") for name in DEVELOP}
        return {name: ([row["text"] for row in some], _labels(some)) for name, some in rows.items()}

    @cached_property
    def chances(self) -> Mapping[str, Floats]:
        """The model's probability of toxicity for each set."""
        return {name: self.toxicity(texts) for name, (texts, _) in self.sets.items()}

    @cached_property
    def plain(self) -> Plain:
        return Plain(read_corpora(self.data / "train"))

    @cached_property
    def plain_margins(self) -> Mapping[str, Floats]:
        return {name: self.plain.margins(texts) for name, (texts, _) in self.sets.items()}

    @cached_property
    def unguarded(self) -> Embedded:
        """The model trained without our frames that name groups: before the counter-measure."""
        frames = [frame for frame in read_frames() if "{group" not in frame.text]
        rows = [*read_corpora(self.data / "train"), *own_rows(frames, read_lists())]
        return Embedded(train([row for row in rows if row.language in read_lists()]))

    def toxicity(self, texts: Sequence[str]) -> Floats:
        return _toxicity(self.model, texts)


def _toxicity(model: Embedded, texts: Sequence[str]) -> Floats:
    return np.array([scores.probabilities["toxicity"] for scores in model.score(texts)])


def _flags(model: Embedded, texts: Sequence[str]) -> NDArray[np.bool_]:
    """Which of these texts the default thresholds send to review."""
    return np.array([decide(scores, Thresholds()).outcome != "pass" for scores in model.score(texts)])


def read_bench(data: Path, model: Embedded) -> Bench:
    """The bench over a folder with train/ and develop/."""
    return Bench(model, data)


def _labels(rows: Sequence[Mapping[str, object]]) -> Floats:
    return np.array([float(row["label"] == 1) for row in rows])


def all_figures(bench: Bench) -> Iterator[Figure]:
    """The table, line by line."""
    yield from _accuracy(bench)
    yield from _own_corpus(bench)
    yield from functional_shares(bench)
    yield from _speed(bench)
    yield from evasion_recalls(bench)
    yield _calibration(bench)
    yield from _neutral(bench)
    yield span_drops(bench)
    yield from _languages(bench)


def _accuracy(bench: Bench) -> Iterator[Figure]:
    toxic = bench.sets["germeval2018_test"][1]
    flagged = bench.chances["germeval2018_test"] >= bench.model.threshold
    yield Figure("germeval2018_test, macro-F1", "winner 2018 0.767", f"{macro_f1(toxic, flagged):.3f}", "0.75", "0.78")
    bounds = {"germeval2018_test": ("0.82", "0.86"), "gahd_test": ("0.79", "0.85"), "olid_test": ("0.83", "0.87")}
    plain, ours = {}, {}
    for name, (texts, labels) in bench.sets.items():
        plain[name], ours[name] = auc(labels, bench.plain_margins[name]), auc(labels, bench.chances[name])
        reference = f"plain linear {plain[name]:.3f}"
        if name == "olid_test":
            reference += f", profanity-check {auc(labels, _profanity_check(texts)):.3f}"
        yield Figure(f"{name}, AUC", reference, f"{ours[name]:.3f}", *bounds.get(name, ("", "")))
        if name.startswith("gahd"):
            attacks = auc(labels, _attacks(bench.model, texts))
            yield Figure(f"{name}, AUC of identity_attack, which is what it labels", "", f"{attacks:.3f}")
    trained = [name for name, language in DEVELOP.items() if language in TRAINED]
    mean = {kind: float(np.mean([some[name] for name in trained])) for kind, some in (("plain", plain), ("ours", ours))}
    gain = f"{mean['ours'] - mean['plain']:+.3f}"
    yield Figure(
        "mean AUC over de, en, pl, ro",
        f"plain linear {mean['plain']:.3f}",
        f"{mean['ours']:.3f} ({gain})",
        "+0.04",
        "+0.08",
    )


def _attacks(model: Embedded, texts: Sequence[str]) -> Floats:
    """The probability of an attack on a group; of toxicity where the language found does not tell it."""
    found = [scores.probabilities for scores in model.score(texts)]
    return np.array([chances.get("identity_attack", chances["toxicity"]) for chances in found])


def _profanity_check(texts: Sequence[str]) -> Floats:
    from profanity_check import predict_prob

    return np.asarray(predict_prob(texts), dtype=np.float64)


def _own_corpus(bench: Bench) -> Iterator[Figure]:
    lists = read_lists()
    kept = [frame for frame in read_frames() if frame.measured]
    scores = bench.model.score([fill(frame, lists, 7) for frame in kept])
    for label in LABELS:
        rows = [row for row, score in enumerate(scores) if label in score.probabilities]
        if not rows:
            continue  # a label without evidence is left out, here as everywhere
        positive = np.array([kept[row].labels[label] for row in rows])
        chances = np.array([scores[row].probabilities[label] for row in rows])
        what = f"own corpus, the fifth kept apart: {label}, AUC"
        yield Figure(what, f"{int(positive.sum())} of {len(rows)} rows", f"{auc(positive, chances):.3f}")


def _speed(bench: Bench) -> Iterator[Figure]:
    texts = [text for text in bench.sets["germeval2018_test"][0] if len(text) >= 120]
    yield from alone(measure_throughput, texts)
    german = [text for name, (some, _) in bench.sets.items() if DEVELOP[name] == "de" for text in some]
    yield from alone(measure_new, list(dict.fromkeys(texts)), sorted(set(german) - set(texts)))
    yield weights_size()
    yield from measure_start(list(dict.fromkeys(german)))


def _calibration(bench: Bench) -> Figure:
    labels, chances = _german(bench)
    raw = np.concatenate([bench.plain_margins[name] for name in bench.sets if DEVELOP[name] == "de"])
    weights = base_rate_weights(labels, np.ones_like(labels))
    before = calibration_error(1 / (1 + np.exp(-raw)), labels, weights)
    value = f"{calibration_error(chances, labels, weights):.3f}"
    return Figure(
        "expected calibration error, German, base rate 10 %", f"plain, uncalibrated {before:.3f}", value, "0.08", "0.05"
    )


def _german(bench: Bench) -> tuple[Floats, Floats]:
    names = [name for name in bench.sets if DEVELOP[name] == "de"]
    return tuple(
        np.concatenate([some[name] for name in names]) for some in ({n: bench.sets[n][1] for n in names}, bench.chances)
    )  # type: ignore[return-value]


def _neutral(bench: Bench) -> Iterator[Figure]:
    """At the thresholds that decide by default, beside the same model trained without our frames that name groups."""
    groups = {language: list(names["group"]) for language, names in read_lists().items()}
    sentences = list(neutral_sentences(groups))
    before, after = (
        _flags(model, [sentence.text for sentence in sentences]) for model in (bench.unguarded, bench.model)
    )
    what = f"neutral sentences that name groups ({len(sentences)}): flagged by default"
    share = f"{after.mean():.4f} ({after.mean() / max(before.mean(), 1e-9):.2f} of it)"
    yield Figure(what, f"before the counter-measure {before.mean():.4f}", share, "half", "a fifth")
    names = [name for name, language in DEVELOP.items() if language in groups]
    without = [auc(bench.sets[name][1], _toxicity(bench.unguarded, bench.sets[name][0])) for name in names]
    cost = float(np.mean(without) - np.mean([auc(bench.sets[name][1], bench.chances[name]) for name in names]))
    yield Figure("what that costs: mean AUC over de, en", f"before {np.mean(without):.3f}", f"{cost:+.4f}", "0.005")
    worst = Counter({sentence.group for sentence, flag in zip(sentences, after, strict=True) if flag})
    listed = ", ".join(f"{group}" for group in sorted(worst)) or "none"
    yield Figure("neutral sentences: groups flagged at least once", "", listed)


def _languages(bench: Bench) -> Iterator[Figure]:
    for name, language in DEVELOP.items():
        found = [score.language for score in bench.model.score(bench.sets[name][0])]
        right, unsure = found.count(language) / len(found), found.count("und") / len(found)
        yield Figure(f"language found, {name}", f"unsure {unsure:.3f}", f"{right:.3f}")

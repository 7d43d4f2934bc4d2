"""The corpora that weights are trained on: where each is, what its labels mean here, and what one row of it weighs."""

import gzip
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moderation.comment import LABELS
from moderation.errors import ModelError

Labels = Mapping[str, float]
"""Label -> 1, 0 or between; a label that the corpus does not tell is left out."""

_NONE: Labels = dict.fromkeys(LABELS, 0.0)
_HATE: Labels = {"toxicity": 1.0, "identity_attack": 1.0}


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled comment."""

    text: str
    labels: Labels
    language: str
    corpus: str
    weight: float
    fold: int
    """0 to 4, by hash of the text: each fold is scored by a model which has not seen it."""


def _plain(row: Mapping[str, Any]) -> Labels:
    return {"toxicity": float(row["label"])} if row["label"] else _NONE


def _only_toxicity(row: Mapping[str, Any]) -> Labels:
    return {"toxicity": float(row["label"])}


def _hate(row: Mapping[str, Any]) -> Labels:
    return _HATE if row["label"] else {"toxicity": 0.0, "identity_attack": 0.0}


def _offence(row: Mapping[str, Any]) -> Labels:
    """The shared scheme of GermEval and the Romanian corpora: insult, profanity, abuse (of whom is not said)."""
    fine = row["fine"]
    found = {"INSULT": {"insult": 1.0, "identity_attack": 0.0}, "PROFANITY": {"obscene": 1.0, "insult": 0.0}}
    return {"toxicity": 1.0, **found.get(fine, {})} if row["label"] else _NONE


def _three_way(row: Mapping[str, Any]) -> Labels:
    """Hate, offensive or neither."""
    if row["fine"] == "hate":
        return _HATE
    return {"toxicity": 1.0, "identity_attack": 0.0} if row["label"] else _NONE


def _jigsaw(row: Mapping[str, Any]) -> Labels:
    names = {"toxic": "toxicity", "severe_toxic": "severe_toxicity", "identity_hate": "identity_attack"}
    return {names.get(name, name): float(value) for name, value in row["fine"].items()}


@dataclass(frozen=True, slots=True)
class Corpus:
    """One corpus of public comments, as the model card names it."""

    name: str
    language: str
    licence: str
    about: str
    read: Callable[[Mapping[str, Any]], Labels]
    weight: float
    """What one row counts in training."""
    cap: int = 1_000_000
    """How many rows of each label are taken at most, chosen by hash."""


CORPORA = (
    Corpus("germeval2018", "de", "CC BY 4.0", "tweets", _offence, 2.0),
    Corpus("gahd", "de", "CC BY 4.0", "adversarial sentences", _hate, 2.0),
    Corpus("pan_detox_de", "de", "MIT", "toxic comments", _only_toxicity, 1.0),
    Corpus("pan_detox_en", "en", "MIT", "toxic comments", _only_toxicity, 1.0),
    Corpus("paradetox", "en", "CC0", "toxic sentences, neutral paraphrases", _plain, 0.3),
    Corpus("hatexplain", "en", "MIT", "posts of Twitter and Gab", _three_way, 0.2),
    Corpus("davidson", "en", "MIT", "tweets", _three_way, 0.2, cap=4000),
    Corpus("civil_toxic_spans", "en", "CC0", "news comments", _only_toxicity, 1.0),
    Corpus("jigsaw_subset_en", "en", "CC0; text CC BY-SA (Wikipedia)", "Wikipedia's talk pages", _jigsaw, 1.0),
    Corpus("poleval2019_t6", "pl", "BSD", "tweets", _only_toxicity, 1.0),
    Corpus("ro_fb_offense", "ro", "Apache-2.0", "Facebook comments", _offence, 2.0),
    Corpus("ro_offense", "ro", "Apache-2.0", "news comments", _offence, 1.0),
)


def read_corpora(folder: Path) -> list[Row]:
    """All rows of the training corpora in a folder of NAME.jsonl.gz files. Raises ModelError when one is missing."""
    return [row for corpus in CORPORA for row in _read_corpus(folder, corpus)]


def read_labelled(path: Path) -> list[dict[str, Any]]:
    """The rows of one file. Raises ModelError when it is missing or damaged."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]
    except (OSError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or error
        raise ModelError(f"{path} cannot be read ({why}): give the folder of the corpora with --data.") from None


def _read_corpus(folder: Path, corpus: Corpus) -> Iterator[Row]:
    rows = read_labelled(folder / f"{corpus.name}.jsonl.gz")
    for label in (0, 1):
        chosen = sorted((row for row in rows if row["label"] == label), key=_by_hash)[: corpus.cap]
        for row in chosen:
            yield Row(row["text"], corpus.read(row), corpus.language, corpus.name, corpus.weight, part(row["text"]))


def _by_hash(row: Mapping[str, Any]) -> bytes:
    return digest(row["text"])


def digest(text: str) -> bytes:
    """A hash that chooses rows alike on every machine."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def part(text: str) -> int:
    """0 to 4, by hash."""
    return digest(text)[0] % 5

"""The corpora that weights are trained on: where each is, how much of it is taken, and how much a row of it weighs."""

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from moderation.errors import ModelError


@dataclass(frozen=True, slots=True)
class Corpus:
    """One corpus of public comments, as the model card names it."""

    name: str
    language: str
    licence: str
    weight: float
    """What one row counts in training."""
    cap: int = 1_000_000
    """How many rows of each label are taken at most, chosen by hash."""
    about: str = ""


CORPORA = (
    Corpus("germeval2018", "de", "CC BY 4.0", 2.0, about="tweets"),
    Corpus("gahd", "de", "CC BY 4.0", 2.0, about="adversarial sentences"),
    Corpus("pan_detox_de", "de", "MIT", 1.0, about="toxic comments"),
    Corpus("pan_detox_en", "en", "MIT", 1.0, about="toxic comments"),
    Corpus("paradetox", "en", "CC0", 0.4, about="toxic sentences and neutral paraphrases"),
    Corpus("hatexplain", "en", "MIT", 0.4, about="posts of Twitter and Gab"),
    Corpus("davidson", "en", "MIT", 0.4, cap=4000, about="tweets"),
    Corpus("civil_toxic_spans", "en", "CC0", 1.0, about="news comments"),
    Corpus("jigsaw_subset_en", "en", "CC0; Wikipedia's text CC BY-SA", 1.0, about="Wikipedia talk pages"),
    Corpus("poleval2019_t6", "pl", "BSD", 1.0, about="tweets"),
    Corpus("ro_fb_offense", "ro", "Apache-2.0", 1.0, about="Facebook comments"),
    Corpus("ro_offense", "ro", "Apache-2.0", 1.0, about="news comments"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled comment."""

    text: str
    toxic: int
    language: str
    corpus: str
    weight: float
    fold: int
    """0 to 4, by hash of the text: the rows that are scored by a model which has not seen them."""


def read_corpora(folder: Path) -> list[Row]:
    """All rows of the training corpora in a folder of NAME.jsonl.gz files. Raises ModelError when one is missing."""
    return [row for corpus in CORPORA for row in _read_corpus(folder, corpus)]


def _read_corpus(folder: Path, corpus: Corpus) -> Iterator[Row]:
    path = folder / f"{corpus.name}.jsonl.gz"
    if not path.is_file():
        raise ModelError(f"{path} is missing: give the folder of the training corpora with --data.")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    for label in (0, 1):
        chosen = sorted((row["text"] for row in rows if row["label"] == label), key=_digest)[: corpus.cap]
        for text in chosen:
            yield Row(text, label, corpus.language, corpus.name, corpus.weight, _digest(text)[0] % 5)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()

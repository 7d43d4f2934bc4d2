"""What training builds on: corpora, frames, calibration, disguises."""

import gzip
import json
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from moderation.errors import ModelError
from moderation.models.embedded.calibration import BASE_RATE, calibration_error, fit_line
from moderation.models.embedded.corpora import CORPORA, read_corpora
from moderation.models.embedded.evasions import DISGUISES, disguise, join_words
from moderation.models.embedded.frames import fill, own_rows, read_frames, read_lists
from moderation.models.embedded.metrics import auc, best_threshold, macro_f1
from moderation.models.embedded.neutral import neutral_sentences


def test_missing_corpora_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"germeval2018\.jsonl\.gz"):
        read_corpora(tmp_path)


@pytest.mark.parametrize("command", ["train", "evaluate"])
def test_without_corpora_a_command_says_what_to_do(command: str, tmp_path: Path) -> None:
    pytest.importorskip("sklearn", reason="training needs what pip install -e .[train] brings")
    module = f"moderation.models.embedded.{command}"
    done = subprocess.run(
        [sys.executable, "-m", module, "--data", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "give the folder of the corpora with --data" in done.stderr
    assert "Traceback" not in done.stderr


def test_corpora_tell_only_the_labels_they_know(tmp_path: Path) -> None:
    fines = {"civil_toxic_spans": {"n_raters": 4, "n_not_toxic": 1}, "jigsaw_subset_en": {"toxic": 1, "threat": 1}}
    for corpus in CORPORA:
        row = {"text": f"{corpus.name} says", "label": 1, "fine": fines.get(corpus.name, "hate")}
        with gzip.open(tmp_path / f"{corpus.name}.jsonl.gz", "wt") as file:
            file.write(json.dumps(row) + "\n")
    labels = {row.corpus: row.labels for row in read_corpora(tmp_path)}
    assert labels["civil_toxic_spans"] == {"toxicity": 1.0}
    assert labels["jigsaw_subset_en"] == {"toxicity": 1.0, "threat": 1.0}
    assert labels["gahd"]["identity_attack"] == 1.0


def test_frames_are_filled_alike_for_the_same_seed() -> None:
    frame = next(frame for frame in read_frames() if "{group}" in frame.text)
    assert fill(frame, read_lists(), 3) == fill(frame, read_lists(), 3)
    assert "{" not in fill(frame, read_lists(), 3)


def test_a_fifth_of_the_frames_is_never_trained_on() -> None:
    frames, lists = read_frames(), read_lists()
    measured = [frame for frame in frames if frame.measured]
    assert 0.15 < len(measured) / len(frames) < 0.25
    trained = {row.text for row in own_rows(frames, lists)}
    assert not trained & {frame.text for frame in measured}


def test_a_calibrated_curve_holds_at_the_base_rate() -> None:
    chance = np.random.default_rng(5)
    positive = (chance.random(4000) < 0.5).astype(float)
    margins = chance.normal(size=4000) + 2 * positive
    slope, offset = fit_line(margins, positive, np.ones(4000))
    chances = 1 / (1 + np.exp(-(slope * margins + offset)))
    weights = np.where(positive > 0, BASE_RATE, 1 - BASE_RATE)
    assert calibration_error(chances, positive, weights) < 0.03
    assert calibration_error(1 / (1 + np.exp(-margins)), positive, weights) > 0.1


def test_measures_know_perfect_and_blind_scores() -> None:
    positive = np.array([0.0, 0.0, 1.0, 1.0])
    assert auc(positive, np.array([1.0, 2.0, 3.0, 4.0])) == 1.0
    assert auc(positive, np.zeros(4)) == 0.5
    assert macro_f1(positive, positive > 0) == 1.0
    assert 2.0 < best_threshold(positive.repeat(50), np.linspace(1.0, 4.0, 200)) < 3.0


@pytest.mark.parametrize("name", [name for name in DISGUISES if "umlauts" not in name])
def test_a_disguise_changes_the_word_and_nothing_around_it(name: str) -> None:
    rewritten = disguise("Du bist ein Vollidiot, ja", name, random.Random(1), [(12, 21)])
    assert rewritten.startswith("Du bist ein ")
    assert rewritten.endswith(", ja")
    assert "Vollidiot" not in rewritten


def test_words_are_joined_with_the_ones_before() -> None:
    assert join_words("Du bist ein Depp", [(12, 16)]) == "Du bist einDepp"


def test_neutral_sentences_name_their_group() -> None:
    sentences = list(neutral_sentences({"de": ["Lehrer"], "en": ["teachers"]}))
    assert all(sentence.group in sentence.text for sentence in sentences)
    assert len(sentences) == 48

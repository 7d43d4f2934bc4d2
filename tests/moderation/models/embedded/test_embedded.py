"""The embedded model as its callers see it."""

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from moderation.errors import ModelError
from moderation.models import load
from moderation.models.embedded import Embedded
from moderation.models.embedded.weights import ARRAYS, FACTS, HERE, read_weights

KIND = "Danke für den guten Artikel, ich habe viel gelernt."
INSULT = "Du bist so ein dummer Idiot, halt einfach dein dreckiges Maul!"
ROOM = """
import numpy, psutil
before = psutil.Process().memory_info().rss
from moderation.models.embedded import load
load().score(["Die Bücherei hatte am Sonntag offen, und alle kamen gern. " * 4] * 1000)
print((psutil.Process().memory_info().rss - before) / 1e6)
"""


@pytest.fixture(scope="module")
def model() -> Embedded:
    return Embedded(read_weights())


def test_auto_is_the_embedded_model() -> None:
    assert load("auto").name == "embedded"


def test_an_insult_scores_above_thanks(model: Embedded) -> None:
    kind, insult = model.score([KIND, INSULT])
    assert insult.probabilities["toxicity"] > 0.5 > 0.1 > kind.probabilities["toxicity"]


def test_a_text_scores_the_same_alone_and_in_a_batch(model: Embedded) -> None:
    texts = [KIND, INSULT, "", "x", "You are a moron."] * 150
    together = model.score(texts)
    assert together[:5] == [model.score([text])[0] for text in texts[:5]]
    assert together[-5:] == together[:5]


def test_the_language_is_told(model: Embedded) -> None:
    scores = model.score(
        [KIND, "This is what they have said about it.", "Tämä on mitä he ovat sanoneet, mutta se ei ole."]
    )
    assert [(score.language, score.supported) for score in scores] == [("de", True), ("en", True), ("fi", False)]


def test_a_short_text_takes_its_source_s_language(model: Embedded) -> None:
    assert model.score(["Ok!"], ["de"])[0].language == "de"


@pytest.mark.parametrize("text", ["Ich bring dich um", "I will kill you", "Ich will dich ficken"])
def test_a_threat_or_harassment_is_toxic_and_its_words_are_shown(model: Embedded, text: str) -> None:
    [scores], [spans] = model.score([text]), model.explain([text])
    found = scores.probabilities
    assert found["toxicity"] >= max(found["threat"], found["sexual_explicit"]) > 0.35
    assert spans


def test_a_label_that_a_language_does_not_tell_is_left_out_and_earns_nothing(model: Embedded) -> None:
    [scores] = model.score(["Dziękuję za ten artykuł, bardzo ciekawy"])
    assert scores.language == "pl"
    assert "threat" not in scores.probabilities
    assert scores.probabilities["toxicity"] < 0.1


def test_a_short_text_is_explained_in_its_source_s_language(model: Embedded) -> None:
    [german], [english] = model.explain(["Penner"], ["de"]), model.explain(["Penner"], ["en"])
    assert german[0].weight > english[0].weight


def test_spans_name_the_insult_in_the_original(model: Embedded) -> None:
    text = "Du bist doch ein I.d.i.0.t, geh weg"
    (spans,) = model.explain([text])
    assert text[spans[0].start : spans[0].end] == "I.d.i.0.t"
    assert spans[0].weight > 0


def test_a_text_is_explained_alike_alone_and_in_a_batch(model: Embedded) -> None:
    texts = ["ein Wort", "ein Wort", "du Depp du Depp du Depp", "Esto es una cosa"]
    assert model.explain(texts) == [model.explain([text])[0] for text in texts]


def test_no_text_has_no_spans(model: Embedded) -> None:
    assert model.explain(["", " \n"]) == [(), ()]
    assert model.score([]) == []


@pytest.mark.parametrize("text", ["\0", "\ud800", "😀" * 10_000, "a" * 1_000_000, "\u202e\u200b", "<b>&amp;</b>"])
def test_any_text_gets_a_probability(model: Embedded, text: str) -> None:
    (scores,) = model.score([text])
    assert 0.0 <= scores.probabilities["toxicity"] <= 1.0
    assert len(model.explain([text])) == 1


@pytest.mark.parametrize("seed", [random.randrange(1 << 32)])
def test_any_mixture_of_odd_signs_is_scored_and_explained(model: Embedded, seed: int) -> None:
    choose = random.Random(seed).choices
    odd = "abcdeiosAIDÜß \ud800\udfff*.…@#1!\u200b\u0301жλ😀"
    texts = ["".join(choose(odd, k=length % 30)) for length in range(3000)]
    assert len(model.score(texts)) == len(texts)
    for text, spans in zip(texts, model.explain(texts), strict=True):
        assert all(0 <= span.start < span.end <= len(text) for span in spans), text


def test_weights_that_were_changed_are_refused(tmp_path: Path) -> None:
    for name in (ARRAYS, FACTS):
        shutil.copy(HERE / name, tmp_path / name)
    content = bytearray((tmp_path / ARRAYS).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / ARRAYS).write_bytes(content)
    with pytest.raises(ModelError, match="does not match its hash"):
        read_weights(tmp_path)


def test_missing_weights_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="install Flagdesk again"):
        read_weights(tmp_path)


def test_the_weights_are_small() -> None:
    assert (HERE / ARRAYS).stat().st_size <= 8_000_000
    assert json.loads((HERE / FACTS).read_text())["labels"]


def test_the_model_takes_less_than_thirty_megabytes() -> None:
    done = subprocess.run([sys.executable, "-c", ROOM], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 30


def test_languages_are_given_for_each_text_or_for_none(model: Embedded) -> None:
    with pytest.raises(ValueError, match="2 texts, but 1 languages"):
        model.score([KIND, INSULT], ["de"])
    with pytest.raises(ValueError, match="0 texts, but 1 languages"):
        model.explain([], ["de"])


def test_an_argument_is_refused() -> None:
    with pytest.raises(ModelError, match="takes no argument"):
        load("embedded:large")

"""The Detoxify adapter, on a tiny checkpoint that is made here: the real library, without its gigabyte of weights."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

# Set before transformers is imported, so that nothing here can ask the network.
os.environ["HF_HUB_OFFLINE"] = "1"
torch = pytest.importorskip("torch", reason="torch is not installed")
transformers = pytest.importorskip("transformers", reason="transformers is not installed")
library = pytest.importorskip("detoxify", reason="detoxify is not installed")

from moderation.errors import ModelError, ModelNotFound  # noqa: E402  what follows loads torch if it is there
from moderation.models import load  # noqa: E402
from moderation.models.detoxify import Detoxify  # noqa: E402

CLASSES = ["toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate"]
WORDS = [
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ",", ".", "!"),
    *("the", "a", "you", "are", "nice", "idiot", "to", "day", "is", "it", "good"),
]
NICE, RUDE = "it is a good day to you .", "you are the idiot !"
SEED = 7


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of two small layers that has learnt one bad word, its tokenizer, and a checkpoint in Detoxify's form."""
    path = tmp_path_factory.mktemp("tiny")
    (path / "vocab.txt").write_text("\n".join(WORDS), encoding="utf-8")
    tokenizer = transformers.BertTokenizerFast(vocab=str(path / "vocab.txt"), model_max_length=32)
    tokenizer.save_pretrained(path)
    config = transformers.BertConfig(
        vocab_size=len(WORDS), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
    )
    config.num_labels = len(CLASSES)
    config.save_pretrained(path)
    torch.manual_seed(SEED)
    network = transformers.BertForSequenceClassification(config)
    _teach(network, tokenizer)
    save(path / "tiny.ckpt", path, network.state_dict())
    return path


def _teach(network: Any, tokenizer: Any) -> None:
    shorts = [NICE, RUDE, "you are nice", "idiot", "good day , you idiot .", "good day to you", "the day", ""]
    texts = [*shorts, *_windows()]
    batch = tokenizer(texts, return_tensors="pt", padding=True)
    wanted = torch.tensor([[float("idiot" in text)] * len(CLASSES) for text in texts])
    steps = torch.optim.Adam(network.parameters(), lr=0.005)
    network.eval()
    for _ in range(60):
        steps.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(network(**batch).logits, wanted)
        loss.backward()
        steps.step()
    assert loss < 0.1, f"seed {SEED}: nothing was learnt"


def _windows() -> list[str]:
    """Texts as long as the network can take, half of them with the bad word somewhere."""
    words = NICE.split() * 6
    clean = [words[first : first + length] for first in range(8) for length in (8, 19, 29, 30)]
    rude = [[*line[: 7 * n % len(line)], "idiot", *line[7 * n % len(line) + 1 :]] for n, line in enumerate(clean)]
    return [" ".join(line) for line in (*clean, *rude)]


def save(path: Path, base: Path | str, weights: dict[str, Any], **changes: Any) -> Path:
    shape = {
        "num_classes": len(CLASSES),
        "model_type": str(base),
        "model_name": "BertForSequenceClassification",
        "tokenizer_name": "BertTokenizerFast",
    }
    config = {"arch": {"args": shape | changes}, "dataset": {"args": {"classes": CLASSES}}}
    torch.save({"state_dict": weights, "config": config}, path)
    return path


@pytest.fixture(scope="module")
def model(folder: Path) -> Detoxify:
    found = load(f"detoxify:{folder / 'tiny.ckpt'}")
    assert isinstance(found, Detoxify)
    return found


def weights(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = torch.load(folder / "tiny.ckpt", weights_only=True)["state_dict"]
    return found


def test_scores_are_the_librarys_own(folder: Path, model: Detoxify) -> None:
    theirs = library.Detoxify(checkpoint=str(folder / "tiny.ckpt"))
    for text in (NICE, RUDE):
        (ours,) = model.score([text])
        assert dict(ours.probabilities) == pytest.approx(theirs.predict(text), abs=1e-5)


def test_old_class_names_become_the_seven_labels(model: Detoxify) -> None:
    assert set(model.labels) == {"toxicity", "severe_toxicity", "obscene", "identity_attack", "insult", "threat"}
    assert len(model.version) == 8


def test_many_texts_score_as_each_alone(model: Detoxify) -> None:
    texts = [NICE, RUDE, NICE * 20, ""]
    assert model.score(texts) == [model.score([text])[0] for text in texts]


@pytest.mark.parametrize("place", [0, 100, 200])
def test_an_insult_anywhere_in_a_long_comment_counts(model: Detoxify, place: int) -> None:
    words = (f"{NICE} " * 30).split()
    clean = " ".join(words)
    words.insert(place, "idiot")
    rude, nice = model.score([" ".join(words), clean])
    assert nice.probabilities["toxicity"] < 0.3
    assert rude.probabilities["toxicity"] > 0.7


@pytest.mark.parametrize("text", [RUDE, f"{NICE} " * 30 + RUDE + f" {NICE}" * 30])
def test_the_word_that_earned_the_score_is_named_first(model: Detoxify, text: str) -> None:
    (spans,) = model.explain([text])
    assert text[spans[0].start : spans[0].end] == "idiot"
    assert [span.weight for span in spans] == sorted((span.weight for span in spans), reverse=True)


def test_what_is_not_toxic_has_nothing_to_explain(model: Detoxify) -> None:
    assert model.explain([NICE]) == [()]


@pytest.mark.parametrize("text", ["", "   ", "\x00", "😀" * 500, "\u202e", "x" * 20_000])
def test_odd_texts_are_scored(model: Detoxify, text: str) -> None:
    (scores,) = model.score([text])
    assert set(scores.probabilities) == set(model.labels)
    model.explain([text])


def test_a_language_it_was_not_trained_on_is_said_not_guessed(model: Detoxify) -> None:
    german, unsure = model.score(
        ["Das ist ja wohl nicht dein Ernst, du bist doch nicht ganz bei Trost", "ok"], ["", "de"]
    )
    assert (german.language, german.supported, german.probabilities) == ("de", False, {})
    assert (unsure.language, unsure.supported) == ("de", False)


@pytest.mark.parametrize("change", ["prefixed", "missing", "extra", "shape"])
def test_weights_that_do_not_fit_are_refused(folder: Path, tmp_path: Path, change: str) -> None:
    altered = weights(folder)
    if change == "prefixed":
        altered = {f"model.{key}": value for key, value in altered.items()}
    elif change == "missing":
        del altered["classifier.weight"]
    elif change == "extra":
        altered["second.weight"] = torch.zeros(2)
    else:
        altered["classifier.weight"] = torch.zeros(2, 32)
    path = save(tmp_path / "bad.ckpt", folder, altered)
    with pytest.raises(ModelError, match=r"bad\.ckpt"):
        load(f"detoxify:{path}")


def test_a_buffer_of_old_checkpoints_is_no_misfit(folder: Path, tmp_path: Path) -> None:
    altered = weights(folder) | {"bert.embeddings.position_ids": torch.arange(512)}
    assert load(f"detoxify:{save(tmp_path / 'old.ckpt', folder, altered)}").labels


class Attack:
    """What a pickle can do: run a command when it is loaded."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.system, (self.command,)


def test_a_checkpoint_runs_no_code(tmp_path: Path) -> None:
    torch.save({"state_dict": Attack(f"touch {tmp_path}/ran"), "config": {}}, tmp_path / "evil.ckpt")
    with pytest.raises(ModelError, match="more than weights"):
        load(f"detoxify:{tmp_path / 'evil.ckpt'}")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("content", "advice"), [(None, "No such file"), (b"", "no checkpoint"), (b"junk" * 100, "no checkpoint")]
)
def test_what_is_no_checkpoint_is_refused(tmp_path: Path, content: bytes | None, advice: str) -> None:
    if content is not None:
        (tmp_path / "x.ckpt").write_bytes(content)
    with pytest.raises(ModelError, match=advice):
        load(f"detoxify:{tmp_path / 'x.ckpt'}")


@pytest.mark.parametrize(
    "changes", [{"model_name": "BertModel"}, {"model_name": "os"}, {"tokenizer_name": "Nothing"}, {"surplus": 1}]
)
def test_a_checkpoint_of_something_else_is_refused(folder: Path, tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(ModelError, match="no Detoxify checkpoint"):
        load(f"detoxify:{save(tmp_path / 'x.ckpt', folder, weights(folder), **changes)}")


def test_plain_values_that_are_no_checkpoint_are_refused(tmp_path: Path) -> None:
    torch.save({"weights": torch.zeros(2)}, tmp_path / "x.ckpt")
    with pytest.raises(ModelError, match="state_dict"):
        load(f"detoxify:{tmp_path / 'x.ckpt'}")


def test_a_base_that_is_not_on_this_machine_is_not_fetched(folder: Path, tmp_path: Path) -> None:
    path = save(tmp_path / "x.ckpt", "nobody/has-this-model", weights(folder))
    with pytest.raises(ModelError, match=r"nobody/has-this-model.*FLAGDESK_MODEL_DOWNLOAD=1"):
        load(f"detoxify:{path}")


def test_weights_that_are_not_on_this_machine_are_not_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    with pytest.raises(ModelError, match=r"multilingual_debiased-0b549669\.ckpt.*FLAGDESK_MODEL_DOWNLOAD=1"):
        load("detoxify")
    assert not any(tmp_path.iterdir())


def test_an_unknown_name_is_told_with_the_known_ones() -> None:
    with pytest.raises(ModelNotFound, match="multilingual"):
        load("detoxify:german")


def test_torch_is_loaded_only_when_it_is_chosen() -> None:
    code = "import sys; from moderation.models import detoxify; print('torch' in sys.modules)"
    environment = {"PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert done.stdout.strip() == "False", done.stderr

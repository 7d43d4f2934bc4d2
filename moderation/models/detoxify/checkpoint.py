"""A Detoxify checkpoint on disk as a network that is ready to run. torch is imported here, and only when asked."""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moderation.errors import ModelError, ModelNotFound

if TYPE_CHECKING:
    import torch

DOWNLOAD = "FLAGDESK_MODEL_DOWNLOAD"
LONGEST = 512
"""Tokens; all of Detoxify's networks end there, whatever a tokenizer that was saved without its length says."""
CLASSES = {"toxic": "toxicity", "severe_toxic": "severe_toxicity", "identity_hate": "identity_attack"}
"""What the oldest checkpoint calls the labels."""
OLD_BUFFER = "position_ids"
"""In checkpoints of 2020; later libraries compute it."""


@dataclass(frozen=True)
class Network:
    """A network with its tokenizer. Any: both are transformers' own, chosen by what the checkpoint says."""

    model: Any
    tokenizer: Any
    classes: tuple[str, ...]
    """Labels of its first outputs."""
    version: str
    multilingual: bool

    def run(self, text: str, stride: int) -> Iterator[tuple[int, int, list[float]]]:
        """For each window of the text its place in code points and the probability of each output."""
        import torch

        length = min(self.tokenizer.model_max_length, LONGEST)
        tokens = self.tokenizer(
            text,
            truncation=True,
            max_length=length,
            stride=min(stride, length // 4),
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
        )
        for ids, offsets in zip(tokens["input_ids"], tokens["offset_mapping"], strict=True):
            with torch.inference_mode():
                logits = self.model(input_ids=torch.tensor([ids])).logits[0]
            places = [place for place in offsets if place[1] > place[0]] or [(0, len(text))]
            yield places[0][0], places[-1][1], torch.sigmoid(logits.float()).tolist()


def read(name: str) -> Network:
    """The checkpoint of this name, or at this path. Raises ModelError with what to do."""
    may_download = os.environ.get(DOWNLOAD) == "1"
    if not may_download:
        # Set before transformers is imported, which reads it once; without it a missing file costs 23 s of retries.
        os.environ["HF_HUB_OFFLINE"] = "1"
    try:
        from detoxify import detoxify
        from transformers.utils import logging as library_log
    except ImportError as error:
        raise ModelError(f"{error.name} is not installed: pip install 'flagdesk[detoxify]'.") from None
    log: Any = library_log  # it has no types
    log.disable_progress_bar()
    log.set_verbosity_error()  # what it reports of weights is checked below, and refused
    path = Path(name) if _is_path(name) else _named(name, detoxify.MODEL_URLS, may_download)
    return _build(path, _load(path))


def _is_path(name: str) -> bool:
    return "/" in name or name.endswith((".ckpt", ".pt", ".pth"))


def _named(name: str, addresses: Mapping[str, str], may_download: bool) -> Path:
    import torch

    if name not in addresses:
        raise ModelNotFound(f"detoxify:{name}: write detoxify:/path/to.ckpt, or one of {', '.join(addresses)}.")
    address = addresses[name]
    path = Path(torch.hub.get_dir(), "checkpoints", address.rsplit("/", 1)[-1])
    if path.exists():
        return path
    if not may_download:
        raise ModelError(
            f"The weights of detoxify:{name} are not on this machine. Put {path.name} into {path.parent}, name a file "
            f"with detoxify:/path/to.ckpt, or let it be fetched once with {DOWNLOAD}=1."
        )
    digest = re.search(r"-([0-9a-f]{8})\.ckpt$", path.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        torch.hub.download_url_to_file(address, str(path), digest[1] if digest else None, progress=False)
    except (OSError, RuntimeError) as error:
        raise ModelError(f"The weights of detoxify:{name} could not be fetched: {error}.") from None
    return path


def _load(path: Path) -> dict[str, Any]:
    """What a checkpoint holds: only plain values are let in, as a pickle could run any code."""
    import torch

    try:
        loaded = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror}. Name a checkpoint with detoxify:/path/to.ckpt.") from None
    except Exception:  # bytes that are no pickle make the unpickler fail in any way
        raise ModelError(f"{path} is no checkpoint, or holds more than weights. Get it again from its maker.") from None
    if not isinstance(loaded, dict) or not {"state_dict", "config"} <= set(loaded):
        raise ModelError(f"{path} is no Detoxify checkpoint: it holds no state_dict with its config.")
    return loaded


def _build(path: Path, loaded: dict[str, Any]) -> Network:
    from detoxify.detoxify import get_model_and_tokenizer

    weights: dict[str, torch.Tensor] = loaded["state_dict"]
    try:
        shape = loaded["config"]["arch"]["args"]
        classes = loaded["config"]["dataset"]["args"]["classes"]
        kind = str(shape["model_name"])
        if not kind.endswith("ForSequenceClassification"):
            raise ValueError(f"{kind} classifies no texts")
        model, tokenizer = get_model_and_tokenizer(**shape, state_dict=weights)
    except (KeyError, TypeError, AttributeError, ValueError, RuntimeError) as error:
        raise ModelError(f"{path} is no Detoxify checkpoint that this library reads: {error}.") from None
    except OSError:
        base = shape["model_type"]
        raise ModelError(
            f"{path} needs {base}, which is not on this machine. Copy it into the Hugging Face cache, or let it be "
            f"fetched once with {DOWNLOAD}=1."
        ) from None
    _compare(path, model.state_dict(), weights)
    unified = tuple(CLASSES.get(name, name) for name in classes)
    return Network(model.eval(), tokenizer, unified, _digest(path), kind.startswith("XLM"))


def _compare(path: Path, used: Mapping[str, "torch.Tensor"], given: Mapping[str, "torch.Tensor"]) -> None:
    """The library fills weights it does not find with random ones and says so only in passing."""
    import torch

    strange = [key for key in used if key not in given or not torch.equal(used[key], given[key])]
    unused = [key for key in given if key not in used and not key.endswith(OLD_BUFFER)]
    if strange or unused:
        raise ModelError(f"The weights in {path} do not fit its network ({', '.join([*strange, *unused][:3])}, …).")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:8]

"""The weights file in the package: written by training, its hash checked before anything in it is believed."""

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.errors import ModelError

HERE = Path(__file__).parent
ARRAYS = "weights.npz"
FACTS = "weights.json"


@dataclass(frozen=True, slots=True)
class Weights:
    """What training leaves behind: arrays by name, and facts about them (version, labels, calibration)."""

    arrays: Mapping[str, NDArray[Any]]
    facts: Mapping[str, Any]


def read_weights(folder: Path = HERE) -> Weights:
    """Read and check the weights. Raises ModelError when they are missing or not the ones that training wrote."""
    try:
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        with (folder / ARRAYS).open("rb") as file:
            return Weights(_read_arrays(file, facts.get("sha256")), facts)
    except (OSError, ValueError) as error:
        raise ModelError(
            f"The embedded model's weights are missing or damaged ({error}): install Flagdesk again."
        ) from None


def _read_arrays(file: BufferedReader, expected: str | None) -> dict[str, NDArray[Any]]:
    """Each array by its name; the file is never in memory as a whole."""
    if hashlib.file_digest(file, "sha256").hexdigest() != expected:
        raise ModelError(f"{file.name} does not match its hash in {FACTS}: install Flagdesk again.")
    file.seek(0)
    with np.load(file, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def write_weights(weights: Weights, folder: Path = HERE) -> int:
    """Write the weights and their hash; the answer is the size in bytes."""
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **weights.arrays)
    content = buffer.getvalue()
    facts = {**weights.facts, "sha256": hashlib.sha256(content).hexdigest()}
    (folder / ARRAYS).write_bytes(content)
    (folder / FACTS).write_text(json.dumps(facts, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return len(content)

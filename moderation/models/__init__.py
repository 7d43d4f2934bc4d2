"""Models: one file (or package) for each thing that scores; load("name") imports only that one."""

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

from moderation.comment import Scores, Span
from moderation.errors import ModelNotFound


class Model(Protocol):
    """Something that scores texts. Synchronous and CPU-bound; the caller keeps it off the event loop."""

    name: str
    version: str
    labels: tuple[str, ...]

    def score(self, texts: Sequence[str], languages: Sequence[str] = ()) -> list[Scores]:
        """Score each text, without spans. languages: per text the source's language as a fallback, or empty."""

    def explain(self, texts: Sequence[str], languages: Sequence[str] = ()) -> list[tuple[Span, ...]]:
        """For each text the spans that earned its toxicity, heaviest first; empty where nothing stands out.

        languages: as for score(), so that what is explained is what was scored.
        """


def load(name: str) -> Model:
    """Load "embedded", "detoxify:multilingual", "detoxify:/path/to.ckpt", or "auto" (the embedded model).

    What stands before ":" names the module in this package, the rest goes to its load(). Raises ModelNotFound, or
    ModelError with what to do when the model is there but cannot be loaded.
    """
    kind, _, argument = ("embedded" if name == "auto" else name).partition(":")
    if not kind.isidentifier() or find_spec(f"{__name__}.{kind}") is None:
        raise ModelNotFound(f"{name!r}: FLAGDESK_MODEL takes auto, embedded or detoxify:NAME.")
    model: Model = import_module(f"{__name__}.{kind}").load(argument)
    return model

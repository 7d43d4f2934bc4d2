"""The embedded model: Flagdesk's own, small enough to ship in the package, needing nothing but numpy."""

from moderation.errors import ModelError
from moderation.models.embedded.model import Embedded
from moderation.models.embedded.weights import read_weights

__all__ = ["Embedded", "load"]


def load(argument: str = "") -> Embedded:
    """The embedded model. Raises ModelError when something is asked of it, or its weights are damaged."""
    if argument:
        raise ModelError(f"The embedded model takes no argument, but got {argument!r}.")
    return Embedded(read_weights())

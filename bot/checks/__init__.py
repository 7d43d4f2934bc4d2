"""Checks: what must be so for the bot to work, each with its finding and, where it is not so, what to do."""

from typing import NamedTuple


class Finding(NamedTuple):
    """How one check went."""

    name: str
    said: str
    """What is so."""
    advice: str = ""
    """What to do; empty when all is well."""

"""Cases as Telegram messages: what a moderator reads, and the buttons under it."""

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple, cast, get_args

from moderation.comment import REASONS

Action = Literal["ok", "no", "why", "later", "undo", "back", "next", "leave"]
"""Approve, reject, name the reason of a rejection, later, undo, back, look again, leave review mode."""

_WITHOUT_CASE = ("back", "next", "leave")
_MOST = 2**63
_DATA = re.compile(rf"v1:({'|'.join(get_args(Action))}):(0|[1-9][0-9]{{0,18}})(?::({'|'.join(REASONS)}))?")


@dataclass(frozen=True, slots=True)
class Button:
    """One inline button: data comes back when it is tapped, or url is opened."""

    label: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """What Telegram shows: HTML of at most 4096 code points and 100 entities once parsed, and rows of buttons."""

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()


class Tap(NamedTuple):
    """What a button says when it is tapped; case_id is 0 where no case was on screen."""

    action: Action
    case_id: int
    reason: str = ""


def pack(action: Action, case_id: int = 0, reason: str = "") -> str:
    """A button's callback data, at most 41 of Telegram's 64 bytes."""
    return f"v1:{action}:{case_id}" + (f":{reason}" if reason else "")


def unpack(data: str | None) -> Tap | None:
    """What callback data means, or None where pack() never wrote it: another version, forged, or broken."""
    found = _DATA.fullmatch(data or "")
    if found is None:
        return None
    tap = Tap(cast(Action, found[1]), int(found[2]), found[3] or "")
    return tap if _is_possible(tap) else None


def _is_possible(tap: Tap) -> bool:
    has_case = 0 < tap.case_id < _MOST or (tap.case_id == 0 and tap.action in _WITHOUT_CASE)
    return has_case and bool(tap.reason) == (tap.action == "why")

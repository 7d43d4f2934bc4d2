"""Cases as Telegram messages: what a moderator reads, and the buttons under it."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, cast, get_args

from bot.telegram import lines
from bot.telegram.quote import LIMIT, quote, shown
from bot.telegram.texts import Markup, Texts, join
from moderation.comment import REASONS, Case

Action = Literal["ok", "no", "why", "later", "undo", "back", "next", "leave"]
"""Approve, reject, name the reason of a rejection, later, undo, back, look again, leave review mode."""

MARKS = 30
"""Words marked on one card: with everything else on it far from Telegram's 100 entities."""
THIRD = 10
"""Characters of a label that a third of a phone's width shows."""
Rows = tuple[tuple["Button", ...], ...]

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
    buttons: Rows = ()


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


def card(case: Case, texts: Texts, now: datetime) -> Message:
    """One case in the moderators' group: everything a decision needs, then what was decided and how far it is."""
    return Message(page(case, texts, now), rows(case, texts))


def summary_card(decided: Sequence[Case], texts: Texts, now: datetime) -> Message:
    """One message in the place of many cards that were decided in review mode; now is the time it stands for."""
    kinds = Counter(case.decision.kind for case in decided if case.decision)
    people = Counter(case.decision.person.name for case in decided if case.decision and not case.decision.rule)
    names = ", ".join(f"{lines.name(name, texts)} {texts.number(n)}" for name, n in people.most_common(10))
    count = texts("summary.decided", n=len(decided), at=texts.clock(now))
    parts = texts("summary.parts", approved=kinds["approve"], rejected=kinds["reject"])
    return Message(join("\n", (count, parts, f"👤 {names}" if names else "")))


def copy_card(texts: Texts) -> Message:
    """What a second copy of a card says when it is closed."""
    return Message(texts("card.copy"))


def page(case: Case, texts: Texts, now: datetime, foot: str = "") -> Markup:
    """A card's text: outcome, verdict, origin, author, the whole comment as far as it fits, and the foot."""
    outcome = (lines.decided(case, texts), lines.waited(case, texts, now), lines.effect(case, texts, now))
    about = (lines.verdict(case, texts), lines.origin(case, texts), lines.author(case, texts, now))
    before = (*about, lines.parent(case, texts), lines.warning(case, texts))
    head = join("\n\n", (join("\n", outcome), join("\n", before)))
    tail = join("\n", (lines.claimed(case, texts), foot))
    room = LIMIT - shown(join("\n", (head, tail))) - len("\n")
    text = quote(case.comment, case.scores.spans, room, texts, hidden=lines.is_hidden(case), marks=MARKS)
    return join("\n", (head, text, tail))


def rows(case: Case, texts: Texts) -> Rows:
    """What can be done with a case: decide it; or take it back and, once rejected, name the reason."""
    if case.state == "superseded":
        return ()
    if case.decision is None:
        return (decide_row(case.id, texts), (button("later", case.id, texts),))
    undo = button("undo", case.id, texts)
    return reason_rows(case, texts, undo) if lacks_reason(case) else ((undo,),)


def decide_row(case_id: int, texts: Texts) -> tuple[Button, ...]:
    return (button("ok", case_id, texts), button("no", case_id, texts))


def reason_rows(case: Case, texts: Texts, *last: Button, number: str = "") -> Rows:
    """The seven reasons and what comes last: three to a row, or two where a phone would cut the longest word."""
    labels = {reason: f"{number} {texts.plain(f'reason.{reason}')}".strip() for reason in REASONS}
    buttons = (*(Button(label, pack("why", case.id, reason)) for reason, label in labels.items()), *last)
    columns = 3 if max(len(button.label) for button in buttons) <= THIRD else 2
    return tuple(buttons[start : start + columns] for start in range(0, len(buttons), columns))


def lacks_reason(case: Case) -> bool:
    """Whether a person rejected it and has not said why."""
    made = case.decision
    return made is not None and made.kind == "reject" and not made.reason and not made.rule


def button(action: Action, case_id: int, texts: Texts) -> Button:
    return Button(texts.plain(f"button.{action}"), pack(action, case_id))

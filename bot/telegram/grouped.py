"""Several cases in one message, for when they come faster than a group can carry cards."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.telegram import lines
from bot.telegram.cards import Button, Message, Rows, lacks_reason, pack, reason_rows
from bot.telegram.quote import LIMIT, NOTE, link, quote, short, shown, units
from bot.telegram.texts import Markup, Texts, join
from moderation.comment import Case

MOST = 8
"""Cases in one message: with more, each would have less room than a common comment needs."""
_MARKS = 4
"""Words marked in each comment, so that eight of them stay below Telegram's 100 entities."""
_TITLE, _EFFECT_NOTE, _DECIDED = 40, 80, 90


def group_card(cases: Sequence[Case], texts: Texts, now: datetime) -> Message:
    """At most MOST cases, numbered, the decided ones struck through; the open ones share the room for their texts."""
    count = texts("group.head", n=len(cases), open=sum(_is_open(case) for case in cases))
    shared = _title(cases[0]) if len({case.comment.thread for case in cases}) == 1 else Markup()
    head = join("\n", (count, shared))
    tops = [_top(number, case, not shared, texts, now) for number, case in enumerate(cases, 1)]
    foot = _why(cases, texts)
    fixed = shown(join("\n\n", (head, *tops, foot))) + len(cases)
    wanted = [max(units(case.comment.text), NOTE) if _is_open(case) else 0 for case in cases]
    rooms = _shares(wanted, LIMIT - fixed)
    entries = [_entry(*parts, texts) for parts in zip(tops, cases, rooms, strict=True)]
    return Message(join("\n\n", (head, *entries, foot)), _rows(cases, texts))


def _title(case: Case) -> Markup:
    return link(short(case.comment.thread.title, _TITLE), case.comment.thread.url)


def _top(number: int, case: Case, titled: bool, texts: Texts, now: datetime) -> Markup:
    """Everything about one case but an open one's text; titled: with its article."""
    about = join(" · ", (f"👤 {lines.name(case.comment.author, texts)}", _title(case) if titled else ""))
    state = lines.effect(replace(case, effect_note=short(case.effect_note, _EFFECT_NOTE)), texts, now)
    rest: tuple[Markup, ...]
    if _is_open(case):
        rest = (lines.headline(case, texts), about, state, lines.claimed(case, texts), lines.warning(case, texts))
    elif case.state == "superseded":
        rest = (texts("group.edited"), about)
    else:
        rest = (lines.decided(case, texts), state, about, _struck(case))
    return join("", (Markup(f"<b>{number}</b> "), join("\n", rest)))


def _entry(top: Markup, case: Case, room: int, texts: Texts) -> Markup:
    if not _is_open(case):
        return top
    hidden = lines.is_hidden(case)
    return join("\n", (top, quote(case.comment, case.scores.spans, room, texts, hidden=hidden, marks=_MARKS)))


def _struck(case: Case) -> Markup:
    words = join("", (short(case.comment.text, _DECIDED),))
    struck = f"<s>{words}</s>" if words else ""
    return Markup(f"<tg-spoiler>{struck}</tg-spoiler>" if words and lines.is_hidden(case) else struck)


def _shares(wanted: Sequence[int], room: int) -> list[int]:
    """Room for each text: what the short ones leave goes to the long ones, which get equal parts."""
    shares = [0] * len(wanted)
    by_length = sorted(range(len(wanted)), key=lambda index: wanted[index])
    for left, index in zip(range(len(wanted), 0, -1), by_length, strict=True):
        shares[index] = min(wanted[index], room // left)
        room -= shares[index]
    return shares


def _why(cases: Sequence[Case], texts: Texts) -> Markup:
    newest = _newest_without_reason(cases)
    return texts("group.why", number=newest + 1) if newest is not None else Markup()


def _rows(cases: Sequence[Case], texts: Texts) -> Rows:
    """One row for each case, always in its place; above them the reasons for the newest rejection that lacks one."""
    newest = _newest_without_reason(cases)
    why = reason_rows(cases[newest], texts, number=str(newest + 1)) if newest is not None else ()
    return (*why, *(row for number, case in enumerate(cases, 1) if (row := _row(number, case, texts))))


def _row(number: int, case: Case, texts: Texts) -> tuple[Button, ...]:
    if case.state == "superseded":
        return ()
    approve = Button(texts.plain("button.number_ok", number=number), pack("ok", case.id))
    reject = Button(texts.plain("button.number_no", number=number), pack("no", case.id))
    undo = Button(texts.plain("button.number_undo", number=number), pack("undo", case.id))
    return (approve, reject) if _is_open(case) else (undo,)


def _newest_without_reason(cases: Sequence[Case]) -> int | None:
    lacking = [(case.decision.at, index) for index, case in enumerate(cases) if case.decision and lacks_reason(case)]
    return max(lacking)[1] if lacking else None


def _is_open(case: Case) -> bool:
    return case.state == "waiting"

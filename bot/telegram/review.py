"""Review mode's one message: a case, what is left, what was decided before; edited in place with each tap."""

from dataclasses import replace
from datetime import datetime

from bot.telegram import lines
from bot.telegram.cards import Button, Message, Rows, button, decide_row, lacks_reason, pack, page, reason_rows
from bot.telegram.texts import Markup, Texts, join
from moderation.comment import Case


def review_card(case: Case | None, left: int, last: Case | None, texts: Texts, now: datetime) -> Message:
    """The case on this person's screen (None: nothing waits), how many are left, and the case they had before.

    Back carries the id of last; Next, Leave and "Look again" that of the case on screen, or 0.
    """
    before = _before(last, texts)
    if case is None:
        return Message(join("\n\n", (texts("review.empty"), before)), _empty_rows(last, texts))
    wait = texts("review.waiting", wait=texts.duration(now - case.opened_at)) if case.state == "waiting" else ""
    foot = join("\n", (join(" · ", (texts("review.left", n=left), wait)), before))
    return Message(page(replace(case, claimed_by=None), texts, now, foot), _case_rows(case, last, texts))


def review_left(texts: Texts) -> Message:
    """What stands there once review mode was left."""
    return Message(texts("review.goodbye"), ((_look_again(texts),),))


def _before(last: Case | None, texts: Texts) -> Markup:
    if last is None:
        return Markup()
    author = lines.name(last.comment.author, texts)
    if last.decision is None or last.state == "superseded":
        return texts("review.edited" if last.state == "superseded" else "review.open", name=author)
    return texts("review.why" if lacks_reason(last) else f"review.{last.decision.kind}", name=author)


def _case_rows(case: Case, last: Case | None, texts: Texts) -> Rows:
    """First what concerns the case before, below the line that names it. The rows that are always there stand lowest:
    their place on the screen stays the same from case to case."""
    leave = Button(texts.plain("button.leave"), pack("leave", case.id))
    if case.state != "waiting":
        after = _row(*_undo(case, texts), *_back(last, texts))
        return (*_reasons(case, texts), *after, (button("next", case.id, texts), leave))
    return (*_before_rows(last, texts), decide_row(case.id, texts), (button("later", case.id, texts), leave))


def _empty_rows(last: Case | None, texts: Texts) -> Rows:
    return (*_before_rows(last, texts), (_look_again(texts),))


def _before_rows(last: Case | None, texts: Texts) -> Rows:
    return (*_reasons(last, texts), *_row(*_back(last, texts), *_undo(last, texts)))


def _row(*buttons: Button) -> Rows:
    """These buttons as a row, where there are any."""
    return (buttons,) if buttons else ()


def _reasons(case: Case | None, texts: Texts) -> Rows:
    return reason_rows(case, texts) if case is not None and _is_decided(case) and lacks_reason(case) else ()


def _back(last: Case | None, texts: Texts) -> tuple[Button, ...]:
    return (button("back", last.id, texts),) if last is not None else ()


def _undo(case: Case | None, texts: Texts) -> tuple[Button, ...]:
    return (button("undo", case.id, texts),) if case is not None and _is_decided(case) else ()


def _look_again(texts: Texts) -> Button:
    return Button(texts.plain("button.again"), pack("next"))


def _is_decided(case: Case) -> bool:
    return case.decision is not None and case.state == "decided"

"""The lines above and below a quoted comment: what the model thinks, whose it is, what was decided."""

from collections.abc import Iterator
from datetime import datetime

from bot.telegram.quote import link, short
from bot.telegram.texts import Markup, Texts, join
from moderation.comment import Case, Decision, EffectState
from moderation.digest import CLEAR, SEVERE

NAME, TITLE, ANSWERED, ERROR = 40, 90, 140, 80
"""The longest name, title, answered comment and cause that a card shows."""

_UMBRELLAS = ("toxicity", "severe_toxicity")
"""Labels that say how bad, not what: named only when nothing more telling is known."""
_GRAVE = {"threat": 0.5, "identity_attack": 0.8, "sexual_explicit": 0.8, "severe_toxicity": 0.9}
"""Probabilities from which a text is hard to bear, however severe it is over all."""


def is_worst(case: Case) -> bool:
    """Whether a comment is among the worst: grave, or far over its threshold."""
    return _is_scored(case) and (_is_grave(case) or case.verdict.severity >= SEVERE)


def is_hidden(case: Case) -> bool:
    """Whether a comment stands behind a spoiler, so that nobody reads it unprepared.

    A common insult is not hidden however sure the model is: it is most of the work, and each would cost a tap more.
    """
    telling = any(label not in _UMBRELLAS for label in case.scores.probabilities)
    return _is_grave(case) if telling and _is_scored(case) else is_worst(case)


def name(person: str, texts: Texts) -> str:
    """A person's name, short enough for a line."""
    return short(person, NAME) or texts.plain("card.nameless")


def verdict(case: Case, texts: Texts) -> Markup:
    """What the model thinks, in words: "Probably an insult (87%)", then what else it sees."""
    first, *others = list(_reasons(case, texts)) or [_not_scored(case, texts)]
    also = texts("card.also", reasons=join(", ", others[:2])) if others else ""
    return join("\n", (Markup(f"{_dot(case)} {first}"), also))


def headline(case: Case, texts: Texts) -> Markup:
    """The verdict's first line alone."""
    return Markup(verdict(case, texts).partition("\n")[0])


def origin(case: Case, texts: Texts) -> Markup:
    """The article with its link; nothing where neither is known."""
    title, url = short(case.comment.thread.title, TITLE), case.comment.thread.url
    return link(title or texts.plain("card.thread"), url) if title or url else Markup()


def author(case: Case, texts: Texts, now: datetime) -> Markup:
    """Who wrote it, where and when; below, their record: on one line, a phone would break it anywhere."""
    posted = case.comment.posted_at or case.opened_at
    who = Markup(f"👤 {_bold(name(case.comment.author, texts))}")
    flagged, rejected = case.record
    record = texts("card.record", flagged=flagged, rejected=rejected) if flagged else texts("card.no_record")
    return join("\n", (join(" · ", (who, case.comment.source, texts.moment(posted, now))), record))


def parent(case: Case, texts: Texts) -> Markup:
    """The comment that this one answers, shortened."""
    text = short(case.comment.parent_text, ANSWERED)
    return texts("card.answers", text=text) if text else Markup()


def warning(case: Case, texts: Texts) -> Markup:
    """What stands before a spoiler: neutral words on how much is hidden."""
    return texts("card.warning", n=len(case.comment.text.split())) if is_hidden(case) else Markup()


def decided(case: Case, texts: Texts) -> Markup:
    """Who decided what, and why."""
    if case.state == "superseded":
        return texts("card.edited")
    return texts(f"card.{case.decision.kind}", who=who(case.decision, texts)) if case.decision else Markup()


def who(decision: Decision, texts: Texts) -> Markup:
    """ "Anna · insult", or the rule that decided."""
    person = (
        texts("card.rule", rule=decision.rule) if decision.rule else Markup(_bold(name(decision.person.name, texts)))
    )
    return join(" · ", (person, texts(f"because.{decision.reason}") if decision.reason else ""))


def waited(case: Case, texts: Texts, now: datetime) -> Markup:
    """When it was decided and how long it had waited; while it waits, nothing: the words would grow old."""
    if case.decision is None:
        return Markup()
    wait = texts.duration(case.decision.at - case.opened_at)
    return texts("card.waited", at=texts.moment(case.decision.at, now), wait=wait)


def effect(case: Case, texts: Texts, now: datetime) -> Markup:
    """How far the decision's action is, in no stronger words than are true."""
    if case.decision is None or case.effect in ("", "cancelled", "human"):
        return texts("card.by_hand", note=case.effect_note) if case.effect_note else Markup()
    state: EffectState = case.effect
    due = case.effect_due if state == "pending" and case.effect_due and case.effect_due > now else None
    words = texts(
        f"effect.{case.decision.kind}_{'due' if due else state}", at=texts.clock(due, seconds=True) if due else ""
    )
    return join("\n", (words, case.effect_note if state != "pending" else ""))


def claimed(case: Case, texts: Texts) -> Markup:
    """Who has it on screen in review mode."""
    waits = case.claimed_by is not None and case.state == "waiting"
    return texts("card.claimed", name=name(case.claimed_by.name, texts)) if waits and case.claimed_by else Markup()


def _reasons(case: Case, texts: Texts) -> Iterator[Markup]:
    """The labels that speak against the comment, the deciding one first; no umbrella where a label says more."""
    known = case.scores.probabilities if _is_scored(case) else {}
    strong = sorted((label for label in known if known[label] >= 0.5), key=lambda label: -known[label])
    labels = dict.fromkeys([case.verdict.label, *strong] if case.verdict.label in known else strong)
    telling = [label for label in labels if label not in _UMBRELLAS] or list(labels)[:1]
    for index, label in enumerate(telling):
        words = texts(f"label.{label}")
        sure = Markup(f"<b>{texts(f'sure.{_sureness(known[label])}', label=words)}</b>") if index == 0 else words
        yield Markup(f"{sure} ({texts.percent(known[label])})")


def _not_scored(case: Case, texts: Texts) -> Markup:
    if case.scores.supported or case.scores.error:
        return texts("card.unscored", error=short(case.scores.error or case.verdict.rule, ERROR))
    code = case.scores.language
    return texts("card.unknown_language") if code == "und" else texts("card.unsupported", language=texts.tongue(code))


def _is_grave(case: Case) -> bool:
    return any(case.scores.probabilities.get(label, 0.0) >= bound for label, bound in _GRAVE.items())


def _is_scored(case: Case) -> bool:
    return case.scores.scored and case.scores.supported and bool(case.scores.probabilities)


def _sureness(probability: float) -> str:
    return "perhaps" if probability < 0.6 else "probably" if probability < 0.9 else "surely"


def _dot(case: Case) -> str:
    if not _is_scored(case):
        return "⚪"
    return "🔴" if is_worst(case) else "🟠" if case.verdict.severity >= CLEAR else "🟡"


def _bold(words: str) -> Markup:
    return Markup(f"<b>{join('', [words])}</b>")

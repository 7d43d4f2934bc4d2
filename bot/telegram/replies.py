"""What the bot says back: answers to taps, replies to commands, and notices to the owner."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.telegram import lines
from bot.telegram.cards import Button, Message
from bot.telegram.texts import Markup, Texts, join
from moderation.comment import Case
from moderation.digest import Counts, QueueCounts, SourceStatus, Status, summarise

_RIGHTS = ("can_delete_messages", "can_restrict_members", "can_manage_topics")
_SOURCES = 20


# Answers to taps: plain text of at most 200 characters, shown over the chat for a moment.


def approved(texts: Texts) -> str:
    return texts.plain("tap.approved")


def rejected(texts: Texts) -> str:
    return texts.plain("tap.rejected")


def reason_set(reason: str, texts: Texts) -> str:
    """reason: one of REASONS."""
    return texts.plain("tap.reason_set", reason=texts.plain(f"because.{reason}"))


def later(texts: Texts) -> str:
    return texts.plain("tap.later")


def undone(texts: Texts, *, exact: bool) -> str:
    """exact: nothing had left yet, or the source could be set back; else what is gone stays gone."""
    return texts.plain("tap.undone" if exact else "tap.undone_too_late")


def too_late(case: Case, texts: Texts, now: datetime) -> str:
    """Who was faster, and what they decided: "Anna rejected this 2 minutes ago: insult"."""
    made = case.decision
    if made is None or made.kind not in ("approve", "reject"):
        return texts.plain("tap.changed")
    who = texts.plain("tap.rule") if made.rule else lines.name(made.person.name, texts)
    reason = f": {texts.plain(f'because.{made.reason}')}" if made.reason else ""
    return texts.plain(f"tap.too_late_{made.kind}", who=who, ago=texts.ago(now - made.at), reason=reason)


def edited_since(texts: Texts) -> str:
    return texts.plain("tap.edited_since")


def unknown_button(texts: Texts) -> str:
    return texts.plain("tap.unknown_button")


def not_a_moderator(texts: Texts) -> str:
    return texts.plain("tap.not_a_moderator")


def undo_gone(texts: Texts) -> str:
    """There is no decision in force that could be taken back."""
    return texts.plain("tap.undo_gone")


def not_saved(texts: Texts) -> str:
    """The database does not take it now; the tap is kept and tried again."""
    return texts.plain("tap.not_saved")


# Replies to commands.


def queue(counts: QueueCounts, texts: Texts, now: datetime) -> Message:
    """What is waiting, by severity, and for how long."""
    if not counts.waiting:
        return Message(texts("queue.empty"))
    bands = ("severe", "clear", "close", "unscored")
    shown = (texts(f"queue.{band}", count=n) for band in bands if (n := getattr(counts, band)))
    oldest = texts("queue.oldest", wait=texts.duration(now - counts.oldest)) if counts.oldest else ""
    claimed = texts("queue.claimed", count=counts.claimed) if counts.claimed else ""
    later = texts("queue.later", count=counts.later) if counts.later else ""
    head = texts("queue.waiting", n=counts.waiting)
    return Message(join("\n\n", (head, join("\n", shown), join("\n", (oldest, claimed, later)), texts("queue.review"))))


def stats(counts: Counts, texts: Texts) -> Message:
    """What happened between since and until, and who decided how much."""
    digest = summarise(counts)
    since, until = (texts.day(at.astimezone(texts.zone).date()) for at in (counts.since, counts.until))
    flow = texts("stats.flow", received=counts.received, flagged=counts.flagged)
    made = texts("stats.made", approved=counts.approved, rejected=counts.rejected, undone=counts.undone)
    wait = texts("stats.wait", wait=texts.duration(counts.median_wait)) if counts.median_wait is not None else ""
    people = (join(" ", (f"👤 {lines.name(name, texts)}:", texts.number(made))) for name, made in digest.people[:20])
    head = texts("stats.head", since=since, until=until)
    return Message(join("\n\n", (head, join("\n", (flow, made, wait)), join("\n", people))))


def status(status: Status, texts: Texts, now: datetime) -> Message:
    """How the service is: the model, its thresholds, what is on its way and what needs a hand."""
    model = texts("status.model", model=status.model, version=status.version)
    backlog = texts("status.backlog", count=status.backlog) if status.backlog else texts("status.no_backlog")
    waits = texts("status.oldest", wait=texts.duration(now - status.backlog_oldest)) if status.backlog_oldest else ""
    moving = texts("status.pending", count=status.pending) if status.pending else ""
    human = texts("status.human", count=status.human) if status.human else ""
    work = (backlog, waits, texts("status.waiting", count=status.waiting), moving, human)
    rules = (_thresholds("review", status.review, texts), _thresholds("reject", status.reject, texts))
    parts = (join("\n", (model, *rules)), join("\n", work), _sources(status.sources, texts))
    return Message(join("\n\n", (texts("status.head"), *parts)))


def ids(chat_id: int, person_id: int, texts: Texts) -> Message:
    """The ids that go into the settings; a tap copies them."""
    return Message(texts("id.both", chat=str(chat_id), person=str(person_id)))


def guide(commands: Sequence[tuple[str, str]], texts: Texts) -> Message:
    """/help: what there is (each command with its line), in one screen."""
    told = (texts("help.line", command=name, text=text) for name, text in commands)
    return Message(join("\n\n", (texts("help.head"), join("\n", told), texts("help.cards"))))


def hello(name: str, texts: Texts) -> Message:
    """To a moderator who starts the bot in private."""
    return Message(texts("hello.moderator", name=lines.name(name, texts)))


def polite_no(person_id: int, texts: Texts) -> Message:
    """To somebody who is not in the settings: with the id that the operator needs to let them in."""
    return Message(texts("hello.stranger", person=str(person_id)))


def unknown_command(texts: Texts) -> Message:
    return Message(texts("hello.unknown_command"))


def start_first(bot_name: str, texts: Texts) -> Message:
    """/review in a group, or by somebody to whom the bot may not write yet: a button that opens the private chat."""
    url = f"https://t.me/{bot_name.removeprefix('@')}?start=review"
    return Message(texts("hello.start_first"), ((Button(texts.plain("button.start"), url=url),),))


# Notices to the owner.


def missing_rights(chat: str, rights: Sequence[str], texts: Texts) -> Message:
    """rights: Telegram's names, such as "can_delete_messages"; empty: the bot is no administrator there."""
    if not rights:
        return Message(texts("notice.no_administrator", chat=chat))
    named = ", ".join(texts.plain(f"right.{right}") if right in _RIGHTS else right for right in rights)
    return Message(texts("notice.missing_rights", chat=chat, rights=named))


def scoring_stalled(backlog: int, since: datetime, texts: Texts, now: datetime) -> Message:
    """Nothing was scored since then, while this many comments wait to be."""
    return Message(texts("notice.scoring", n=backlog, wait=texts.duration(now - since)))


def effects_stalled(count: int, since: datetime, texts: Texts, now: datetime) -> Message:
    """This many effects have not left, the oldest since then."""
    return Message(texts("notice.effects", n=count, wait=texts.duration(now - since)))


def _thresholds(outcome: str, bounds: Mapping[str, float], texts: Texts) -> Markup:
    named = ", ".join(f"{texts.plain(f'label.{label}')} {texts.percent(bound)}" for label, bound in bounds.items())
    return texts(f"status.{outcome}_from", thresholds=named) if named else texts(f"status.{outcome}_none")


def _sources(sources: Sequence[SourceStatus], texts: Texts) -> Markup:
    named = [texts(f"status.source_{each.mode}", name=each.name, type=each.type) for each in sources[:_SOURCES]]
    more = texts("status.more_sources", n=len(sources) - _SOURCES) if len(sources) > _SOURCES else ""
    return join("\n", (*named, more)) if sources else texts("status.no_source")

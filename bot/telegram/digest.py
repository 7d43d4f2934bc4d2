"""The digest in words: as the caption of its chart, and for a terminal."""

import html
import re
from collections.abc import Iterator

from bot.telegram.quote import link, short
from bot.telegram.texts import Markup, Texts, join
from moderation.digest import Article, Digest

_ARTICLES, _TITLE = 3, 60
"""So few and so short that everything together stays below Telegram's limit for a caption."""


def caption(digest: Digest, texts: Texts) -> Markup:
    """The digest as Telegram HTML of at most 1024 characters: what came in, what is waiting, what people decided."""
    articles = [_article(article, texts) for article in digest.busiest[:_ARTICLES] if article.flagged]
    parts = (_head(digest, texts), join("\n", _flow(digest, texts)), join("\n", _decisions(digest, texts)))
    listed = join("\n", (texts("digest.busiest"), *articles)) if articles else ""
    return join("\n\n", (*parts, listed))


def terminal(digest: Digest, texts: Texts) -> str:
    """The same for a terminal: plain text, without a line at its end."""
    return html.unescape(re.sub(r"<[^>]*>", "", caption(digest, texts)))


def _head(digest: Digest, texts: Texts) -> Markup:
    counts = digest.counts
    day = texts.day(counts.since.astimezone(texts.zone).date())
    since, until = texts.clock(counts.since), texts.moment(counts.until, counts.since)
    return texts("digest.head", day=day, since=since, until=until)


def _flow(digest: Digest, texts: Texts) -> Iterator[Markup]:
    """What came in and what is waiting."""
    counts = digest.counts
    if counts.received:
        yield texts("digest.received", n=counts.received)
    else:
        yield texts("digest.quiet")
    if digest.flagged_share is not None:
        yield texts("digest.flagged", count=counts.flagged, share=texts.percent(digest.flagged_share))
    if counts.unscored:
        yield texts("digest.unscored", count=counts.unscored)
    oldest = texts("digest.oldest", wait=texts.duration(digest.oldest_wait)) if digest.oldest_wait is not None else ""
    yield (
        join(", ", (texts("digest.waiting", count=counts.waiting), oldest)) if counts.waiting else texts("queue.empty")
    )


def _decisions(digest: Digest, texts: Texts) -> Iterator[Markup]:
    """What people decided, and how fast."""
    counts = digest.counts
    if digest.upheld_share is not None:
        yield texts("digest.decided", approved=counts.approved, rejected=counts.rejected)
        yield texts("digest.upheld", share=texts.percent(digest.upheld_share))
    if counts.undone:
        yield texts("digest.undone", count=counts.undone)
    if counts.median_wait is not None:
        yield texts("digest.wait", wait=texts.duration(counts.median_wait))


def _article(article: Article, texts: Texts) -> Markup:
    title = short(article.thread.title, _TITLE) or texts.plain("card.thread")
    numbers = {"flagged": article.flagged, "received": article.received}
    return texts("digest.article", title=link(title, article.thread.url), **numbers)

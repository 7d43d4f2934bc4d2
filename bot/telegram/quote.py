"""A comment's text as a quote: measured in Telegram's units, cut where it must be, its telling words marked."""

import html
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from bot.telegram.texts import Markup, Texts, clean, escape, join
from moderation.comment import Comment, Span

LIMIT = 4096
"""Telegram's limit for a message, once its HTML is parsed."""
NOTE = 60
"""Room for the words that say how much is missing, or that there is no text: less than this is too little."""

_TAG = re.compile(r"<[^>]*>")
_LONG, _TALL = 600, 12
"""Characters and lines from which a quote opens only on a tap."""
_NEAR = 60
"""How far back a cut looks for the end of a word."""


def units(text: str) -> int:
    """The length of a text in UTF-16 code units, the strictest way in which Telegram is known to count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def shown(markup: str) -> int:
    """The length of Telegram HTML once it is parsed, in UTF-16 code units."""
    return units(html.unescape(_TAG.sub("", markup)))


def quote(comment: Comment, spans: Sequence[Span], room: int, texts: Texts, *, hidden: bool, marks: int) -> Markup:
    """The comment as a quote of at most room units (NOTE or more), its heaviest spans (at most marks) in bold.

    What does not fit is cut at a word, and the quote says how much is missing. hidden puts it behind a spoiler.
    """
    text = clean(comment.text)
    if not text.strip():
        return texts("card.empty")
    end = len(text) if units(text) <= room else _cut(text, room - NOTE)
    words = _mark(text[:end], _heaviest(spans, end, marks))
    return join("\n", (_frame(words, text[:end], hidden), _missing(len(text) - end, comment, texts)))


def short(text: str, most: int) -> str:
    """text on one line, cut at a word to at most this many UTF-16 units."""
    line = " ".join(clean(text).split())
    return line if units(line) <= most else line[: _cut(line, most - 1)] + "…"


def cut(text: str, most: int) -> str:
    """text as it is, or its beginning that fits into this many UTF-16 units, cut at a word."""
    return text if units(text) <= most else text[: _cut(text, most)]


def link(label: str, url: str) -> Markup:
    """The label, linked where the address is one that Telegram opens."""
    safe = re.fullmatch(r"https?://[^\s<>\"]{1,1000}", url)
    return Markup(f'<a href="{html.escape(url)}">{escape(label)}</a>') if safe else escape(label)


def _cut(text: str, room: int) -> int:
    """How many code points of text fit into room units, back to the end of a word where one is near."""
    end = len(text.encode("utf-16-le", "surrogatepass")[: 2 * room].decode("utf-16-le", "ignore"))
    space = max(text.rfind(blank, end - _NEAR, end + 1) for blank in " \n") if end > _NEAR else -1
    return space if space > 0 else end


def _heaviest(spans: Iterable[Span], end: int, most: int) -> list[tuple[int, int]]:
    """The heaviest spans that stand before end, as places in order, none touching another."""
    chosen = sorted(spans, key=lambda span: -span.weight)[:most]
    places = sorted((max(span.start, 0), min(span.end, end)) for span in chosen)
    merged: list[tuple[int, int]] = []
    for start, stop in places:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        elif start < stop:
            merged.append((start, stop))
    return merged


def _mark(text: str, places: list[tuple[int, int]]) -> str:
    edges = [0, *(edge for place in places for edge in place), len(text)]
    parts = (escape(text[start:stop]) for start, stop in pairwise(edges))
    return "".join(f"<b>{part}</b>" if index % 2 else part for index, part in enumerate(parts))


def _frame(words: str, text: str, hidden: bool) -> Markup:
    kind = "blockquote expandable" if len(text) > _LONG or text.count("\n") >= _TALL else "blockquote"
    return Markup(f"<{kind}>{f'<tg-spoiler>{words}</tg-spoiler>' if hidden else words}</blockquote>")


def _missing(n: int, comment: Comment, texts: Texts) -> Markup:
    if not n:
        return Markup()
    return join(" ", (texts("card.cut", n=n), link(texts.plain("card.original"), comment.url) if comment.url else ""))

"""WordPress's comment markup, in its classic, HTML5 and block forms."""

import re
from collections.abc import Iterator
from copy import copy

from bs4 import BeautifulSoup, Tag

from moderation.comment import Comment, Thread
from moderation.sources.file.fields import moment
from moderation.sources.file.markup import plain

NUMBER = re.compile(r"^(?:li-|div-)?comment-(\d+)$")
CONTENT = ".comment-content, .wp-block-comment-content, .comment-text, .comment_text"
AUTHOR = ".fn, .wp-block-comment-author-name, .comment-author-name, .comment-author"
FRAME = ".comment-author, .comment-meta, .comment-metadata, .reply, .comment-awaiting-moderation, .children, form"


def comments(page: BeautifulSoup, thread: Thread, language: str, source: str) -> Iterator[Comment]:
    """The comments of a page, in its order; replies know the comment they answer. Pingbacks are left out."""
    texts: dict[str, str] = {}
    for item in page.find_all(id=NUMBER):
        number = _number(item)
        content = _own(item, CONTENT) or _bare(item)
        text = plain(content) if content else ""
        if number in texts or not text or {"pingback", "trackback"} & set(item.get("class") or ()):
            continue
        texts[number] = text
        parent = next((_number(above) for above in item.find_parents(id=NUMBER) if _number(above) != number), "")
        yield Comment(
            source=source,
            external_id=number,
            text=text,
            author=_author(item),
            thread=thread,
            parent_id=parent,
            parent_text=texts.get(parent, ""),
            posted_at=moment(_time(item)),
            language=language,
            url=_link(item, number),
        )


def _number(item: Tag) -> str:
    found = NUMBER.fullmatch(str(item.get("id", "")))
    return found[1] if found else ""


def _own(item: Tag, selector: str) -> Tag | None:
    """The first such element that belongs to this comment, not to a reply inside it."""
    number = _number(item)
    for found in item.select(selector):
        owner = found if NUMBER.fullmatch(str(found.get("id", ""))) else found.find_parent(id=NUMBER)
        if owner and _number(owner) == number:
            return found
    return None


def _bare(item: Tag) -> Tag | None:
    """Classic themes put the text beside the author and date; a copy without those holds only the text."""
    body = item if "comment-body" in (item.get("class") or ()) else _own(item, ".comment-body")
    if body is None:
        return None
    body = copy(body)
    for frame in body.select(FRAME):
        frame.decompose()
    return body


def _author(item: Tag) -> str:
    name = _own(item, AUTHOR)
    return re.sub(r"\s*(?:says|sagt|schreibt|meint)?\s*:?\s*$", "", plain(name)).strip() if name else ""


def _time(item: Tag) -> str:
    stamp = _own(item, "time[datetime]")
    if stamp:
        return str(stamp["datetime"])
    link = _own(item, ".comment-meta a, .comment-metadata a")
    return plain(link).replace(" um ", " ") if link else ""


def _link(item: Tag, number: str) -> str:
    link = _own(item, f'a[href$="#comment-{number}"]')
    return str(link["href"]) if link and str(link["href"]).startswith("http") else ""

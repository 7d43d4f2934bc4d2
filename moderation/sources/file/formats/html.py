"""A page as HTML: WordPress's comment markup, else the blocks of text after a heading such as "Kommentare"."""

import re
from collections.abc import Iterator
from typing import TextIO
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from moderation.comment import Comment, Thread
from moderation.errors import UnreadableFile
from moderation.sources.file import fields, wordpress
from moderation.sources.file.formats import Report
from moderation.sources.file.headings import is_heading
from moderation.sources.file.markup import after, parse, plain

suffixes = (".html", ".htm", ".xhtml")
TAG = re.compile(
    r"<!doctype html|<(?:html|head|body|div|article|section|main|p|h[1-6]|ol|ul|li|meta|title)\b[^<>]*>", re.I
)


def fits(head: str) -> float:
    start = head.lstrip()
    return 1.0 if start.startswith("<") and TAG.search(start) else 0.5 if len(TAG.findall(head)) >= 5 else 0.0


def read(file: TextIO, report: Report) -> Iterator[Comment]:
    page = parse(file.read())
    url = _attribute(page, 'link[rel="canonical"]', "href") or _attribute(page, 'meta[property="og:url"]', "content")
    thread = Thread(title=_title(page), url=url)
    language = fields.language(_attribute(page, "html", "lang"))
    source = urlsplit(url).hostname or ""
    marked = False
    for comment in wordpress.comments(page, thread, language, source):
        marked = True
        yield comment
    for text in () if marked else after(_heading(page)):
        yield Comment(source=source, external_id="", text=text, thread=thread, language=language)


def _heading(page: BeautifulSoup) -> Tag:
    """The heading above the comments: a real one if there is one, else any element that reads like one."""
    ranked = page.find_all(re.compile("^h[1-6]$"))
    others = page.find_all(["p", "div", "strong", "b", "span", "legend", "summary", "dt"])
    for element in (*ranked, *others):
        if is_heading(plain(element)) and not element.find_parent(["nav", "header", "a", "head"]):
            return element
    raise UnreadableFile('It has no heading "Kommentare" or "Comments", nor WordPress\'s comment markup.')


def _title(page: BeautifulSoup) -> str:
    """The headline: the article's own heading, else what the page tells other sites, else the window's title."""
    for selector in ("h1.entry-title", "article h1", ".wp-block-post-title", "main h1"):
        if (found := page.select_one(selector)) and (title := plain(found)):
            return title.replace("\n", " ")
    headings = [plain(heading).replace("\n", " ") for heading in page.find_all("h1")]
    shared = _attribute(page, 'meta[property="og:title"]', "content")
    window = plain(page.title) if page.title else ""
    return (headings[0] if len(headings) == 1 else "") or shared or next(iter(headings), "") or window


def _attribute(page: BeautifulSoup, selector: str, name: str) -> str:
    found = page.select_one(selector)
    return str(found.get(name) or "").strip() if found else ""

"""What a person reads in HTML: an element's text as lines, and the blocks of text that follow a heading."""

import re
from collections.abc import Iterable, Iterator

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement

ITEMS = {"li", "article", "dd"}
BLOCKS = ITEMS | {
    *("p", "div", "section", "blockquote", "pre", "ul", "ol", "dl", "dt", "table", "tr", "td", "main", "body", "html"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "figure", "details", "summary", "header"),
}
SILENT = {
    *("script", "style", "form", "nav", "footer", "aside", "button", "textarea", "select", "template", "noscript"),
    *("svg", "head", "iframe", "dialog", "menu"),
}
INVITATION = re.compile(
    r"\s*(?:schreib|(?:dein |ihr |neue[rn]? )?kommentar (?:schreib|verfass|abgeb|hinterl)|(?:leave|write|post|add) a )",
    re.IGNORECASE,
)


def plain(element: Tag) -> str:
    """The text of an element, one line for each block in it."""
    return _lines(element.descendants)


def after(heading: Tag) -> Iterator[str]:
    """The texts that follow a heading, until another of its rank or an invitation to write one.

    One for each list item or article, else for each paragraph or box; line by line where text stands bare.
    """
    unit: Tag | None = None
    parts: list[PageElement] = []
    for element in _following(heading):
        own = _unit(element)
        if own is not unit and _says(element):
            yield from _texts(unit, parts, heading)
            unit, parts = own, []
        parts.append(element)
    yield from _texts(unit, parts, heading)


def _following(heading: Tag) -> Iterator[PageElement]:
    rank = _rank(heading) or 2
    inside = set(map(id, heading.descendants))
    for element in heading.next_elements:
        if isinstance(element, Tag) and _ends(element, rank):
            return
        if id(element) not in inside and not _silent(element):
            yield element


def _ends(element: Tag, rank: int) -> bool:
    return 0 < _rank(element) <= rank or (_rank(element) > 0 and INVITATION.match(element.get_text()) is not None)


def _rank(element: Tag) -> int:
    return int(element.name[1]) if re.fullmatch("h[1-6]", element.name) else 0


def _silent(element: PageElement) -> bool:
    return any(parent.name in SILENT for parent in element.parents) or getattr(element, "name", "") in SILENT


def _says(element: PageElement) -> bool:
    return (type(element) is NavigableString and bool(element.strip())) or getattr(element, "name", "") == "img"


def _unit(element: PageElement) -> Tag | None:
    """The list item or article that a text belongs to, else the nearest block around it."""
    return element.find_parent(ITEMS) or element.find_parent(BLOCKS)


def _texts(unit: Tag | None, parts: Iterable[PageElement], heading: Tag) -> Iterator[str]:
    text = _lines(parts)
    bare = unit is None or (unit.name not in ITEMS and any(parent is unit for parent in heading.parents))
    yield from (line for line in (text.split("\n") if bare else [text]) if line)


def _lines(elements: Iterable[PageElement]) -> str:
    written: list[str] = []
    block: Tag | None = None
    for element in elements:
        if isinstance(element, Tag):
            # WordPress shows emoji as images whose alternative text is the emoji itself.
            written.append({"br": "\n", "img": str(element.get("alt") or "")}.get(element.name, ""))
        elif type(element) is NavigableString:  # not a script's, style's or comment's text
            around = element.find_parent(BLOCKS)
            written.append(("\n" if around is not block and written else "") + re.sub(r"\s+", " ", element))
            block = around
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in "".join(written).split("\n"))
    return "\n".join(line for line in lines if line)


def parse(html: str) -> BeautifulSoup:
    """The page, however broken."""
    return BeautifulSoup(html, "html.parser")

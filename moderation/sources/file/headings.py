"""The line that stands above a page's comments: "Kommentare", "12 Comments", "Leserkommentare (3)" and the like."""

import re

_NAMES = (
    r"kommentare|leser(?:[*:_]?innen)?-?\s?kommentare|user-?\s?kommentare|postings|leserbriefe|kommentarbereich"
    r"|comments|(?:readers?'?s?|user)\s+comments|commentaires|comentarios|commenti|komentarze|comentarii"
)
_ONE = r"kommentar|comment|commentaire|comentario|commento"
_ABOUT = r"\s+(?:zu[mr]?|on|to|for)\s+(?:(?:diesem|dem|this|the)\s+)?(?:artikel|beitrag|thema|text|article|story|post)"
_QUOTED = (
    r"(?:\d+|one|ein)\s+(?:thoughts?|gedanken?|responses?|antwort(?:en)?|kommentare?|comments?)\s+(?:on|zu|to|auf)\s.+"
)
HEADING = re.compile(
    rf"[\W_]*(?:(?:alle|die|all|the)\s+)?"
    rf"(?:(?P<before>\d[\d.,]*)\s+(?:{_NAMES}|{_ONE})|(?:{_NAMES})\s*[:(\[]*\s*(?P<after>\d[\d.,]*)?)"
    rf"(?:{_ABOUT})?[\W_]*|{_QUOTED}",
    re.IGNORECASE,
)


def is_heading(line: str) -> bool:
    """Whether this line announces comments."""
    return len(line) <= 160 and HEADING.fullmatch(line.strip()) is not None


def count(line: str) -> int:
    """How many comments a heading announces; 0 where it does not say."""
    found = HEADING.fullmatch(line.strip())
    digits = re.sub(r"\D", "", (found["before"] or found["after"] or "") if found else "")
    return int(digits[:9] or 0)

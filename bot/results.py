"""What was found in comments, for programs as JSON and for people as coloured text."""

import json
import re

from rich.text import Text

from moderation.comment import Comment, Judged

COLOURS = {"pass": "green", "review": "yellow", "reject": "red"}
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
LINE_ENDS = str.maketrans({"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def score_fields(text: str, judged: Judged) -> dict[str, object]:
    """What the model and the policy say of a text, by the names that `flagdesk score --json` prints."""
    said = judged.scores
    return {
        "text": text,
        "language": said.language,
        "supported": said.supported,
        "scores": {label: round(probability, 4) for label, probability in said.probabilities.items()},
        "spans": [[span.start, span.end, round(span.weight, 4)] for span in said.spans],
        "verdict": judged.verdict.outcome,
        "rule": judged.verdict.rule,
        "model": {"name": said.model, "version": said.version},
    }


def comment_fields(comment: Comment, judged: Judged) -> dict[str, object]:
    """The same for a comment, with where it comes from."""
    return {
        "external_id": comment.external_id,
        "author": comment.author,
        "thread": {"title": comment.thread.title, "url": comment.thread.url},
    } | score_fields(comment.text, judged)


def line(fields: dict[str, object]) -> str:
    """One line of JSON, also for readers that take U+2028 and the like for the end of a line."""
    return json.dumps(fields, ensure_ascii=False).translate(LINE_ENDS)


def marked(text: str, judged: Judged) -> Text:
    """The text with the spans marked that earned its score; what could steer a terminal is shown as U+FFFD."""
    shown = Text(visible(text))
    for span in judged.scores.spans:
        shown.stylize("bold underline", span.start, span.end)
    return shown


def verdict(judged: Judged) -> Text:
    """The verdict in its colour."""
    return Text(judged.verdict.outcome, style=COLOURS[judged.verdict.outcome])


def visible(text: str) -> str:
    """The text as a terminal may show it, each place where it was."""
    return UNSAFE.sub("\ufffd", text)

"""JSON Lines: one JSON object a line, with at least a text."""

import json
from collections.abc import Iterator
from typing import TextIO

from moderation.comment import Comment
from moderation.errors import UnreadableFile
from moderation.sources.file.fields import flatten, to_comment
from moderation.sources.file.formats import Report

suffixes = (".jsonl", ".ndjson", ".json")


def fits(head: str) -> float:
    start = head.lstrip()
    return 1.0 if start.startswith("{") or (start.startswith("[") and start[1:].lstrip().startswith("{")) else 0.0


def read(file: TextIO, report: Report) -> Iterator[Comment]:
    for number, line in enumerate(file, 1):
        if number == 1 and line.lstrip().startswith("["):
            raise UnreadableFile("It is one JSON list. Write one object a line (jq -c '.[]' FILE does that).")
        if not line.strip():
            continue
        try:
            yield _comment(line)
        except ValueError as error:
            report(number, str(error))


def _comment(line: str) -> Comment:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at column {error.colno}") from None
    except RecursionError:
        raise ValueError("not a comment: JSON nested too deeply") from None
    if not isinstance(record, dict):
        raise ValueError("not a JSON object; write {...} with a text")
    return to_comment(flatten(record))

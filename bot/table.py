"""Comments with their verdicts as a table for people."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from bot.results import marked, verdict, visible
from moderation.comment import Comment, Judged


def table(found: Sequence[tuple[Comment, Judged]]) -> Table:
    """One row a comment, in the order given, its whole text wrapped; the article as title where there is one."""
    titles = {comment.thread.title for comment, _ in found}
    shown = Table(title=Text(visible(next(iter(titles)))) if len(titles) == 1 else None, show_lines=True, expand=True)
    shown.add_column("Verdict", no_wrap=True)
    shown.add_column("Why", ratio=1)
    shown.add_column("Comment", ratio=4)
    for comment, judged in found:
        why = Text(visible(judged.verdict.rule))
        shown.add_row(verdict(judged), why, _what(comment, judged, named=len(titles) > 1))
    return shown


def _what(comment: Comment, judged: Judged, named: bool) -> Text:
    head = [part for part in (comment.author, comment.thread.title if named else "") if part]
    said = marked(comment.text, judged)
    return Text.assemble((visible(" · ".join(head)), "dim"), "\n", said) if head else said

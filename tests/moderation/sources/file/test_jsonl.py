"""JSON Lines: good rows are read, bad ones told by line."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from moderation.errors import UnreadableFile
from moderation.sources import read


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_row_keeps_all_it_says(tmp_path: Path) -> None:
    row = (
        '{"external_id": 7, "text": " hi ", "author": {"name": "Ann", "id": "a1"}, "parent_id": 5, "language": "de-AT",'
        ' "thread": {"id": 3, "title": "T", "url": "https://x.example"}, "posted_at": "2026-01-02T03:04:05Z"}'
    )
    reading = read(write(tmp_path / "in", row))
    (comment,) = reading
    assert reading.format == "jsonl"
    assert (comment.external_id, comment.text, comment.author, comment.author_id) == ("7", "hi", "Ann", "a1")
    assert (comment.thread.id, comment.thread.title, comment.thread.url) == ("3", "T", "https://x.example")
    assert comment.posted_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert (comment.parent_id, comment.language) == ("5", "de")


def test_bad_rows_are_told_by_line_and_cost_no_good_one(tmp_path: Path) -> None:
    path = write(
        tmp_path / "in",
        '{"text": "one"}',
        '{"text": "two"',
        "",
        '{"texxt": "three"}',
        "[1]",
        '{"text": 4, "n": ' + "9" * 5000 + "}",
        '{"text": "' + "x" + '"}',
        '{"text":' + "[" * 100_000,
    )
    reading = read(path)
    assert [comment.text for comment in reading] == ["one", "x"]
    assert [row.line for row in reading.bad] == [2, 4, 5, 6, 8]
    assert "column" in reading.bad[0].why
    assert reading.bad[1].why == "no text"


def test_a_json_list_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="one object a line"):
        list(read(write(tmp_path / "in.json", '[{"text": "one"}]')))


def test_characters_no_database_keeps_are_replaced_in_place(tmp_path: Path) -> None:
    (comment,) = read(write(tmp_path / "in", r'{"text": "a\u0000b\ud83dc", "id": "1\u0000"}'))
    assert comment.text == "a\ufffdb\ufffdc"
    assert comment.external_id == "1\ufffd"


def test_a_file_of_bad_rows_is_refused_with_the_first(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="line 1: no text"):
        list(read(write(tmp_path / "in", '{"a": 1}', '{"b": 2}')))


def test_a_parent_of_zero_is_none(tmp_path: Path) -> None:
    top, reply = read(write(tmp_path / "in", '{"text": "a", "parent": 0}', '{"text": "b", "parent": 10}'))
    assert (top.parent_id, reply.parent_id) == ("", "10")


def test_a_time_that_no_calendar_holds_costs_no_comment(tmp_path: Path) -> None:
    path = tmp_path / "comments.jsonl"
    path.write_text('{"text": "Late", "date": "9999-12-31T23:59:59-05:00"}\n', encoding="utf-8")
    assert [comment.posted_at for comment in read(path)] == [None]

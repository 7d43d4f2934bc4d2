"""CSV: delimiters, header names in two languages, and rows that are broken."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.errors import UnreadableFile
from moderation.sources import read


def write(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8", newline="")
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    rows = [["id", "author", "text"], ["1", "Ann", "a, b; c | d"], ["2", "Bob", "plain"]]
    with (tmp_path / "in").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    reading = read(tmp_path / "in")
    assert [(comment.external_id, comment.author, comment.text) for comment in reading] == [
        ("1", "Ann", "a, b; c | d"),
        ("2", "Bob", "plain"),
    ]
    assert reading.format == "csv"


def test_german_headers_and_times_are_known(tmp_path: Path) -> None:
    path = write(
        tmp_path / "in", 'Nr;Autor;Kommentar;Datum;Titel\n9;Änne;"Zeile eins\nZeile zwei";12.06.2026, 14:05 Uhr;T\n'
    )
    (comment,) = read(path)
    assert (comment.external_id, comment.author, comment.thread.title) == ("9", "Änne", "T")
    assert comment.text == "Zeile eins\nZeile zwei"
    assert comment.posted_at == datetime(2026, 6, 12, 14, 5, tzinfo=UTC)


def test_broken_rows_are_told_by_line_and_cost_no_good_one(tmp_path: Path) -> None:
    content = 'id,text\n1,one\n2,"never closed\n3,three\n4,too,many\n5,"bad"quote\n6,\n7,"seven\nlines"\n'
    reading = read(write(tmp_path / "in", content))
    assert [comment.external_id for comment in reading] == ["1", "3", "7"]
    assert [row.line for row in reading.bad] == [3, 5, 6, 7]
    assert "2" in reading.bad[1].why


def test_a_quotation_mark_inside_a_field_is_text(tmp_path: Path) -> None:
    (comment,) = read(write(tmp_path / "in", 'id,text\n1,a 5" pipe\n'))
    assert comment.text == 'a 5" pipe'


def test_a_comment_of_a_million_characters_is_read(tmp_path: Path) -> None:
    (comment,) = read(write(tmp_path / "in", f'id,text\n1,"{"x" * 1_000_000}"\n'))
    assert len(comment.text) == 1_000_000


def test_a_table_without_texts_says_how_to_name_the_column(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"foo, bar.*Name one of them text"):
        list(read(write(tmp_path / "in.csv", "foo,bar\n1,2\n")))


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip), min_size=1))
def test_what_is_written_as_csv_is_read_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.mktemp("csv") / "in.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["text", "author"], *([text, "a"] for text in texts)])
    reading = read(path, "csv")
    assert [comment.text for comment in reading] == [text.strip() for text in texts]
    assert reading.bad == []

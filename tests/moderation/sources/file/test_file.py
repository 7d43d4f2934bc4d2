"""Files: how they are spelt, which format they are, how their comments are named, and what is no file of comments."""

import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.comment import Comment
from moderation.errors import UnreadableFile
from moderation.sources import read

PAGE = "Überschrift über dem Artikel\nText – mit Strich.\nKommentare\nÄrgerlich, “so” geht’s nicht!\nzweiter Beitrag\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_usual_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "page"
    path.write_bytes(PAGE.encode(encoding))
    first, second = read(path)
    assert first.thread.title == "Überschrift über dem Artikel"
    assert (first.text, second.text) == ("Ärgerlich, “so” geht’s nicht!", "zweiter Beitrag")


def test_one_broken_byte_garbles_no_other_comment(tmp_path: Path) -> None:
    path = tmp_path / "page"
    path.write_bytes(PAGE.encode() + b"broken \xff byte\n")
    assert [comment.text for comment in read(path)][1:] == ["zweiter Beitrag", "broken \ufffd byte"]


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "Kommentare"),
        (b"%PDF-1.7\n...", "PDF"),
        (b"PK\x03\x04\x14\x00", "archive"),
        (b"\x1f\x8b\x08\x00", "gunzip"),
        (bytes(range(256)) * 10, "not text"),
        (b"\0" * 1000, "not text"),
        (b"Title\nComments\n", "no comment"),
        (b"{}\n", "no text"),
    ],
)
def test_what_holds_no_comments_is_refused_with_advice(tmp_path: Path, content: bytes, advice: str) -> None:
    path = tmp_path / "in"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=advice) as error:
        list(read(path))
    assert str(path) in str(error.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(UnreadableFile, match=str(path)):
            list(read(path))


def test_an_unknown_format_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    (tmp_path / "in").write_text("x", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="csv, html, jsonl, text"):
        list(read(tmp_path / "in", "docx"))


@pytest.mark.parametrize(
    ("content", "format"),
    [
        ("<!DOCTYPE html><h2>Comments</h2><p>x</p>", "html"),
        ("\n\n<div><h2>Comments</h2><p>x</p></div>", "html"),
        ('{"text": "x"}\n', "jsonl"),
        ('\n{"text": "x", "html": "<p>"}\n', "jsonl"),
        ("id;text\n1;x\n", "csv"),
        ('"Autor"\t"Kommentar"\nA\tx\n', "csv"),
        ("Title, with a comma\nComments\nx\n", "text"),
        ("Why <b> is bold\nComments\nx\n", "text"),
    ],
)
def test_the_content_tells_the_format(tmp_path: Path, content: str, format: str) -> None:
    path = tmp_path / "in.txt"
    path.write_text(content, encoding="utf-8")
    reading = read(path)
    assert [comment.text for comment in reading] == ["x"]
    assert reading.format == format


def test_reading_again_gives_the_same_ids_and_repeats_their_own(tmp_path: Path) -> None:
    path = tmp_path / "page"
    path.write_text("Title\nComments\nsame\nsame\nother\n", encoding="utf-8")
    first = [comment.external_id for comment in read(path)]
    moved = path.rename(tmp_path / "renamed.txt")
    assert first == [comment.external_id for comment in read(moved)]
    assert len(set(first)) == 3


def test_rows_that_share_an_id_are_comments_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "comments.csv"
    path.write_text("id,text\n1,one\n1,two\n2,three\n1,one\n", encoding="utf-8")
    first, second, third, again = (comment.external_id for comment in read(path))
    assert (first, third, again) == ("1", "2", "1")
    assert second not in ("1", "2")
    assert [comment.external_id for comment in read(path)] == [first, second, third, again]


def test_a_comment_below_another_article_is_another_comment(tmp_path: Path) -> None:
    ids = set()
    for title in ("One article", "Another article"):
        (tmp_path / "page").write_text(f"{title}\nComments\nsame\n", encoding="utf-8")
        ids |= {comment.external_id for comment in read(tmp_path / "page")}
    assert len(ids) == 2


def test_a_named_source_is_what_comments_carry(tmp_path: Path) -> None:
    (tmp_path / "page").write_text("Title\nComments\nx\n", encoding="utf-8")
    assert next(read(tmp_path / "page")).source == "file"
    assert next(read(tmp_path / "page", source="forum")).source == "forum"


def test_a_pipe_is_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("Title\nComments\none\ntwo\n",))
    writer.start()
    assert [comment.text for comment in read(pipe)] == ["one", "two"]
    writer.join()


def test_rows_are_read_as_they_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text('{"text": "x"}\n' * 100_000, encoding="utf-8")
    reading = read(path)
    next(reading)
    assert 0 < reading.share < 0.5


@pytest.mark.parametrize("text", ["😀" * 10_000, "\u202eabc\u200f\u200e", "x" * 1_000_000, "<b>*_`[a](b)</b>"])
def test_odd_texts_stay_as_they_are(tmp_path: Path, text: str) -> None:
    path = tmp_path / "page"
    path.write_text(f"Title\nComments\n{text}\n", encoding="utf-8")
    assert [comment.text for comment in read(path)] == [text]


def parse(path: Path, format: str = "") -> tuple[list[Comment], str]:
    """The comments, and the advice where there is none."""
    try:
        return list(read(path, format)), ""
    except UnreadableFile as error:
        return [], error.detail


@given(content=st.binary(max_size=300), format=st.sampled_from(["", "csv", "html", "jsonl", "text"]))
def test_any_bytes_give_comments_or_advice(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, format: str
) -> None:
    path = tmp_path_factory.mktemp("bytes") / "in"
    path.write_bytes(content)
    comments, advice = parse(path, format)
    assert all(comment.text and comment.external_id for comment in comments)
    assert comments or advice.endswith(".")


BEGINNINGS = [
    "<h2>Comments</h2>",
    "id,text\n",
    '{"text":',
    "Title\nComments\n",
    '<li id="comment-1" class=comment-body>',
]


@given(start=st.sampled_from(BEGINNINGS), content=st.text(st.sampled_from("<>/=\"' \nab,;{}[]:\\Kommentare-comment1")))
def test_any_text_gives_comments_or_advice(tmp_path_factory: pytest.TempPathFactory, start: str, content: str) -> None:
    path = tmp_path_factory.mktemp("text") / "in"
    path.write_text(start + content, encoding="utf-8")
    comments, advice = parse(path)
    assert all(comment.text for comment in comments)
    assert comments or advice.endswith(".")

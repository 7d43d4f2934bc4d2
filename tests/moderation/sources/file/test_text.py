"""Text pages: the title, and every comment after the heading."""

from pathlib import Path

import pytest

from moderation.errors import UnreadableFile
from moderation.sources import read

PAGES = Path(__file__).parent / "pages"


def texts(path: Path, content: str) -> list[str]:
    path.write_text(content, encoding="utf-8")
    return [comment.text for comment in read(path, "text")]


def title(path: Path, content: str) -> str:
    path.write_text(content, encoding="utf-8")
    return next(read(path, "text")).thread.title


def test_a_page_gives_its_title_and_each_comment() -> None:
    reading = read(PAGES / "bridge.txt")
    comments = list(reading)
    assert reading.format == "text"
    assert {comment.thread.title for comment in comments} == {"Gemeinderat verschiebt Sanierung der Murbrücke erneut"}
    assert len(comments) == 5
    assert comments[1].text == "Die Hofbauer ist doch zu dumm, um ein Loch in den Schnee zu pinkeln."


@pytest.mark.parametrize(
    "heading",
    [
        "Kommentare",
        "KOMMENTARE:",
        "Kommentare (12)",
        "12 Kommentare",
        "Leserkommentare",
        "Comments",
        "1 Comment",
        "## Comments",
        "--- Kommentare ---",
        "3 thoughts on “Title”",
        "Leser*innen-Kommentare",
        "Kommentare zum Artikel",
    ],
)
def test_headings_people_write_are_known(tmp_path: Path, heading: str) -> None:
    assert texts(tmp_path / "page", f"Title\nBody.\n{heading}\nfirst\nsecond\n") == ["first", "second"]


@pytest.mark.parametrize("line", ["Kommentar", "Kommentare sind hier geschlossen.", "Kein Kommentar", "Die Diskussion"])
def test_lines_that_only_sound_like_headings_are_none(tmp_path: Path, line: str) -> None:
    with pytest.raises(UnreadableFile, match="Kommentare"):
        texts(tmp_path / "page", f"Title\n{line}\nfirst\n")


@pytest.mark.parametrize("heading", ["3 Kommentare", "Kommentare"])
def test_a_comment_that_reads_like_the_heading_hides_nothing(tmp_path: Path, heading: str) -> None:
    found = texts(tmp_path / "page", f"Title\nBody\n{heading}\nfirst\nKommentare\nthird\n")
    assert found == ["first", "Kommentare", "third"]


def test_a_link_to_the_comments_at_the_top_is_not_their_heading(tmp_path: Path) -> None:
    found = texts(tmp_path / "page", "Title\n2 Kommentare\nLong body.\nMore body.\nKommentare\nfirst\nsecond\n")
    assert found == ["first", "second"]


def test_lines_broken_by_hand_are_joined(tmp_path: Path) -> None:
    page = (
        "Title\nKommentare\n\n"
        "This is the first of the comments and it was broken at sixty\n"
        "characters because somebody sent it through an old mail program\n"
        "which does that.\n\n"
        "The second comment is as long as the first one was, and so its\n"
        "lines were broken as well in the very same manner by the mail\n"
        "program.\n"
    )
    found = texts(tmp_path / "page", page)
    assert len(found) == 2
    assert found[0].endswith("an old mail program which does that.")


def test_short_comments_of_like_length_stay_apart(tmp_path: Path) -> None:
    lines = [f"Comment number {n} is about as long as all of the others are." for n in range(10, 16)]
    assert texts(tmp_path / "page", "Title\nComments\n" + "\n".join(lines)) == lines


@pytest.mark.parametrize(
    "above",
    [
        "",
        "\n\n  \n",
        "https://example.org/a\n",
        "Startseite > Politik > Inland\n",
        "12.06.2026, 14:05 Uhr\n",
        "POLITIK\n",
        "# ",
        "Titel: ",
    ],
)
def test_the_title_is_what_a_person_would_say(tmp_path: Path, above: str) -> None:
    page = f"{above}Council puts off repairs of the bridge\nBody text.\nComments\nfirst\n"
    assert title(tmp_path / "page", page) == "Council puts off repairs of the bridge"


def test_a_short_title_above_a_sentence_stays_the_title(tmp_path: Path) -> None:
    assert (
        title(tmp_path / "page", "Kriegsende\nVor achtzig Jahren war es vorbei.\nKommentare\nfirst\n") == "Kriegsende"
    )


def test_a_title_keeps_its_quotation_marks(tmp_path: Path) -> None:
    assert (
        title(tmp_path / "page", '"Nie wieder": Was bleibt\nText.\nKommentare\nfirst\n') == '"Nie wieder": Was bleibt'
    )


def test_a_page_may_name_its_address(tmp_path: Path) -> None:
    path = tmp_path / "page"
    path.write_text("Title here\nhttps://example.org/a\nBody.\nComments\nfirst\n", encoding="utf-8")
    assert next(read(path)).thread.url == "https://example.org/a"


def test_windows_line_ends_are_no_part_of_a_comment(tmp_path: Path) -> None:
    path = tmp_path / "page"
    path.write_bytes(b"Title\r\nComments\r\nfirst\r\n\r\nsecond\r\n")
    assert [comment.text for comment in read(path)] == ["first", "second"]

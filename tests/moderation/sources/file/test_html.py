"""HTML pages: WordPress's markup, and blocks of text after a heading."""

from datetime import datetime
from pathlib import Path

import pytest

from moderation.comment import Comment
from moderation.errors import UnreadableFile
from moderation.sources import read

PAGES = Path(__file__).parent / "pages"


def comments(path: Path, content: str) -> list[Comment]:
    path.write_text(content, encoding="utf-8")
    return list(read(path, "html"))


def texts(path: Path, content: str) -> list[str]:
    return [comment.text for comment in comments(path, content)]


def test_a_page_with_a_heading_gives_each_item_after_it() -> None:
    reading = read(PAGES / "bridge.html")
    found = list(reading)
    assert reading.format == "html"
    assert [comment.text for comment in found] == [
        "Seit zehn Jahren das gleiche Theater.\nWer zahlt eigentlich die Umleitung?",
        "Die Hofbauer ist doch zu dumm,\num ein Loch in den Schnee zu pinkeln.",
        "Sachlich bleiben & tief durchatmen, bitte.",
    ]
    assert found[0].thread.title == "Gemeinderat verschiebt Sanierung der Murbrücke erneut"
    assert found[0].thread.url == "https://murbote.example/feldkirchen/bruecke"
    assert (found[0].language, found[0].source) == ("de", "murbote.example")


def test_wordpress_comments_know_who_when_and_what_they_answer() -> None:
    first, reply, classic = list(read(PAGES / "wordpress.html"))
    assert first == Comment(
        source="harbourpost.example",
        external_id="101",
        text="Good. My kids live there.\nWorth every penny 🙂",
        author="Maud Ellery",
        thread=first.thread,
        posted_at=datetime.fromisoformat("2026-03-02T09:15:00+01:00"),
        language="en",
        url="https://harbourpost.example/2026/03/library/#comment-101",
    )
    assert (reply.external_id, reply.parent_id, reply.parent_text) == ("102", "101", first.text)
    assert reply.author == "Tom <b>"
    assert (classic.text, classic.author) == ("Who pays the Sunday shift?", "Ines")
    assert first.thread.title == "Library to stay open on Sundays"


def test_wordpress_blocks_are_read(tmp_path: Path) -> None:
    page = """<h1>T</h1><ol class="wp-block-comment-template"><li id="comment-7" class="comment">
      <div class="wp-block-comment-author-name">Ann</div><div class="wp-block-comment-content"><p>Hello there</p></div>
      </li></ol>"""
    (found,) = comments(tmp_path / "page", page)
    assert (found.external_id, found.author, found.text) == ("7", "Ann", "Hello there")


def test_a_comment_never_speaks_with_the_words_of_its_reply(tmp_path: Path) -> None:
    page = """<ol><li id="comment-1" class="comment"><div class="comment-content"><img src="x.png"></div>
      <ol><li id="comment-2" class="comment"><b class="fn">Ann</b><div class="comment-content">Nice</div></li></ol></li>
      <li id="comment-3" class="comment"><div class="comment-content">Own</div>
      <ol><li id="comment-4" class="comment"><b class="fn">Bob</b><div class="comment-content">So</div></li></ol></li>
      </ol>"""
    found = comments(tmp_path / "page", page)
    assert [(comment.external_id, comment.author, comment.text) for comment in found] == [
        ("2", "Ann", "Nice"),
        ("3", "", "Own"),
        ("4", "Bob", "So"),
    ]


def test_paragraphs_after_a_heading_are_comments(tmp_path: Path) -> None:
    assert texts(tmp_path / "page", "<h1>T</h1><p>body</p><h2>Comments</h2><p>one</p><p>two<br>lines</p>") == [
        "one",
        "two\nlines",
    ]


def test_bare_lines_after_a_heading_are_comments(tmp_path: Path) -> None:
    assert texts(tmp_path / "page", "<div><h3>Comments</h3>one<br>two <b>bold</b><br><br>three</div>") == [
        "one",
        "two bold",
        "three",
    ]


def test_comments_end_where_the_page_goes_on(tmp_path: Path) -> None:
    page = "<h1>T</h1><h3>Comments</h3><p>one</p><h4>Leave a comment</h4><p>Name</p>"
    assert texts(tmp_path / "page", page) == ["one"]


def test_an_element_that_reads_like_a_heading_is_one(tmp_path: Path) -> None:
    page = "<div class=t>T</div><div>body</div><div>Kommentare</div><div>one</div><div>two</div>"
    assert texts(tmp_path / "page", page) == ["one", "two"]


@pytest.mark.parametrize(
    "page",
    [
        "<h2>Comments</h2><ul><li>one<li>two <b>bold</ul>",
        "<h2>Comments</h2><p>one<p>two <b>bold",
        "<h2>Comments</h2></div></p><p>one</b></p><!-- <p>gone</p> --><p>two <i><b>bold</i></p></table>",
    ],
)
def test_broken_html_loses_no_comment(tmp_path: Path, page: str) -> None:
    assert texts(tmp_path / "page", page) == ["one", "two bold"]


def test_deeply_nested_html_is_read(tmp_path: Path) -> None:
    deep = "<div>" * 3000 + "deep" + "</div>" * 3000
    assert texts(tmp_path / "page", f"<h2>Comments</h2><p>one</p>{deep}") == ["one", "deep"]


def test_scripts_and_forms_are_no_comments(tmp_path: Path) -> None:
    page = "<h2>Comments</h2><script>var x</script><style>p{}</style><form><p>Name</p></form><p>one</p>"
    assert texts(tmp_path / "page", page) == ["one"]


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<title>W – Site</title><h1>Site</h1><article><h1>Headline</h1></article>", "Headline"),
        ("<title>W – Site</title><h1>Headline</h1>", "Headline"),
        ("<meta property='og:title' content='Shared'><h1>a</h1><h1>b</h1>", "Shared"),
        ("<title>Window</title>", "Window"),
    ],
)
def test_the_title_is_the_headline(tmp_path: Path, page: str, title: str) -> None:
    (found,) = comments(tmp_path / "page", f"{page}<h2>Comments</h2><p>one</p>")
    assert found.thread.title == title


def test_a_page_without_comments_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no heading"):
        comments(tmp_path / "page", "<h1>T</h1><p>body</p>")

"""flagdesk ingest: files in, comments scored and kept once."""

import json
from pathlib import Path

import pytest

from tests.bot.running import flagdesk

PAGES = Path(__file__).parents[2] / "moderation/sources/file/pages"


def test_a_page_is_shown_most_severe_first_and_counted(tmp_path: Path) -> None:
    done = flagdesk(tmp_path, "ingest", str(PAGES / "bridge.txt"), settings={"FLAGDESK_THRESHOLDS": "toxicity=0.15"})
    shown = done.stdout.decode()
    assert done.returncode == 0, done.stderr
    assert "Gemeinderat verschiebt Sanierung der Murbrücke erneut" in shown
    assert shown.index("zu dumm") < shown.index("Bravo")
    assert "5 comments: 5 new, 0 already known" in shown


def test_programs_get_one_object_a_line_most_severe_first(tmp_path: Path) -> None:
    done = flagdesk(tmp_path, "ingest", str(PAGES / "bridge.txt"), "--json")
    found = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert len(found) == 5
    assert found[0]["text"].startswith("Die Hofbauer ist doch zu dumm")
    scores = [entry["scores"]["toxicity"] for entry in found]
    assert scores == sorted(scores, reverse=True)
    assert found[0]["thread"] == {"title": "Gemeinderat verschiebt Sanierung der Murbrücke erneut", "url": ""}
    assert {"external_id", "author", "verdict", "rule", "spans", "language", "supported", "model"} <= set(found[0])


def test_ingesting_again_adds_nothing(tmp_path: Path) -> None:
    flagdesk(tmp_path, "ingest", str(PAGES / "bridge.txt"))
    done = flagdesk(tmp_path, "ingest", str(PAGES / "bridge.txt"), str(PAGES / "wordpress.html"))
    assert "8 comments: 3 new, 5 already known" in done.stdout.decode()


def test_what_ingest_prints_can_be_ingested(tmp_path: Path) -> None:
    done = flagdesk(tmp_path, "ingest", str(PAGES / "bridge.txt"), "--json")
    (tmp_path / "again.jsonl").write_bytes(done.stdout)
    assert "5 comments: 0 new, 5 already known" in flagdesk(tmp_path, "ingest", "again.jsonl").stdout.decode()


def test_bad_rows_and_bad_files_are_told_and_cost_no_good_one(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("id,text\n1,one\n2,\n3,three\n", encoding="utf-8")
    done = flagdesk(tmp_path, "ingest", "none.txt", "rows.csv")
    assert done.returncode == 1
    assert "2 comments: 2 new" in done.stdout.decode()
    assert b"none.txt" in done.stderr
    assert b"line 3: no text" in done.stderr


def test_the_format_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "in").write_text('Title\nComments\n{"text": "x"}\n', encoding="utf-8")
    done = flagdesk(tmp_path, "ingest", "in", "--format", "text", "--json")
    assert json.loads(done.stdout)["text"] == '{"text": "x"}'
    assert flagdesk(tmp_path, "ingest", "in", "--format", "pdf").returncode == 1


@pytest.mark.parametrize("text", ["😀" * 10_000, "x" * 1_000_000, "[bold]no markup[/bold] :smile:"])
def test_odd_texts_are_shown_and_kept(tmp_path: Path, text: str) -> None:
    (tmp_path / "in.jsonl").write_text(json.dumps({"text": text}), encoding="utf-8")
    done = flagdesk(tmp_path, "ingest", "in.jsonl")
    assert "1 comment: 1 new" in done.stdout.decode(), done.stderr

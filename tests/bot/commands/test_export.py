"""The record can be taken out, by people and programs, without anything in it coming to life."""

import csv
import json
from datetime import timedelta
from pathlib import Path

from db import decisions, inbox, verdicts
from db.engine import connect
from db.verdicts import Terms
from moderation.comment import Judged, Person
from tests.bot.running import flagdesk
from tests.making import NOON, THRESHOLDS, comment, scored, verdict


async def decide(url: str, text: str) -> None:
    """One comment with this text, rejected for insult."""
    async with connect(url) as database, database.write() as tx:
        taken = await inbox.put(tx, [comment(text=text)], NOON)
        scores = scored(0.9)
        [case_id] = await verdicts.settle(
            tx, [Judged(taken.new[0], scores, verdict(scores), THRESHOLDS)], Terms(), NOON
        )
        anna = Person(7, "Anna")
        await decisions.decide(tx, case_id, "reject", anna, NOON, Terms().acts, timedelta(0))
        await decisions.name_reason(tx, case_id, "insult", anna, NOON)


async def test_every_decision_comes_out_with_its_thresholds(tmp_path: Path) -> None:
    await decide(f"sqlite:///{tmp_path}/flagdesk.db", "a text")
    rows = [json.loads(line) for line in flagdesk(tmp_path, "export").stdout.splitlines()]
    assert [(row["kind"], row["reason"], row["text"]) for row in rows] == [
        ("reject", "", "a text"),
        ("reason", "insult", "a text"),
    ]
    assert rows[0]["thresholds"] == THRESHOLDS


async def test_a_spreadsheet_runs_nothing_that_a_reader_wrote(tmp_path: Path) -> None:
    await decide(f"sqlite:///{tmp_path}/flagdesk.db", "=HYPERLINK(A1)")
    flagdesk(tmp_path, "export", "--format", "csv", "-o", "record.csv")
    with Path("record.csv").open(newline="", encoding="utf-8") as file:
        assert next(csv.DictReader(file))["text"] == "'=HYPERLINK(A1)"


async def test_an_export_replaces_no_file(tmp_path: Path) -> None:
    Path("record.jsonl").write_text("mine")
    ended = flagdesk(tmp_path, "export", "-o", "record.jsonl")
    assert ended.returncode == 1
    assert b"record.jsonl" in ended.stderr
    assert Path("record.jsonl").read_text() == "mine"

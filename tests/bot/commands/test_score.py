"""flagdesk score: one text, or a stream of lines."""

import json
import shlex
import subprocess
from pathlib import Path

from moderation.comment import LABELS
from tests.bot.running import COMMAND, ENVIRONMENT, flagdesk

INSULT = "Du bist so ein dummer Vollidiot, du widerliches Arschloch!"


def lines(output: bytes) -> list[dict[str, object]]:
    return [json.loads(line) for line in output.decode().splitlines()]


def test_a_text_is_scored_for_programs(tmp_path: Path) -> None:
    done = flagdesk(tmp_path, "score", INSULT, "--json", settings={"FLAGDESK_THRESHOLDS": "toxicity=0.1"})
    (found,) = lines(done.stdout)
    assert set(found) == {"text", "language", "supported", "scores", "spans", "verdict", "rule", "model"}
    assert found["text"] == INSULT
    assert (found["language"], found["supported"], found["verdict"]) == ("de", True, "review")
    scores, spans = found["scores"], found["spans"]
    assert isinstance(scores, dict)
    assert isinstance(spans, list)
    assert "toxicity" in scores
    assert set(scores) <= set(LABELS)
    assert all(INSULT[start:end].strip() and weight > 0 for start, end, weight in spans)
    assert any("Vollidiot" in INSULT[start:end] for start, end, _ in spans)


def test_a_text_is_shown_to_people(tmp_path: Path) -> None:
    done = flagdesk(tmp_path, "score", INSULT, settings={"FLAGDESK_THRESHOLDS": "toxicity=0.1"})
    shown = done.stdout.decode()
    assert shown.startswith("review")
    assert ">= 0.10" in shown
    assert INSULT in shown


def test_each_line_of_standard_input_is_scored(tmp_path: Path) -> None:
    stdin = b'one\n\n{"text": "two\\nlines", "language": "de"}\n{"tex": 1}\n{broken\n' + b"caf\xe9\n" + b"last"
    done = flagdesk(tmp_path, "score", "-", "--json", stdin=stdin)
    assert [found["text"] for found in lines(done.stdout)] == [
        "one",
        "two\nlines",
        '{"tex": 1}',
        "{broken",
        "café",
        "last",
    ]


def test_a_line_is_answered_before_the_next_one_is_written(tmp_path: Path) -> None:
    command = [*COMMAND, "score", "-", "--json"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENVIRONMENT) as process:
        assert process.stdin
        assert process.stdout
        for text in ("first", "second"):
            process.stdin.write(f"{text}\n".encode())
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["text"] == text


def test_line_ends_inside_a_text_end_no_line_of_json(tmp_path: Path) -> None:
    text = "a\u2028b\x85c\u2029d"
    done = flagdesk(tmp_path, "score", text, "--json")
    assert [found["text"] for found in lines(done.stdout)] == [text]


def test_a_text_cannot_steer_the_terminal(tmp_path: Path) -> None:
    done = flagdesk(tmp_path, "score", "red \x1b[31m \u202e back")
    assert b"\x1b" not in done.stdout
    assert "\u202e" not in done.stdout.decode()


def test_odd_bytes_in_an_argument_are_shown(tmp_path: Path) -> None:
    done = flagdesk(tmp_path, "score", b"caf\xe9 now", "--json")
    assert done.returncode == 0, done.stderr
    assert lines(done.stdout)[0]["text"] == "caf\ufffd now"


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    command = f"yes hello | head -20000 | {shlex.join(COMMAND)} score - | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, env=ENVIRONMENT, timeout=60)
    assert done.stdout.count(b"\n") == 1
    assert b"Traceback" not in done.stderr
    assert b"Exception" not in done.stderr

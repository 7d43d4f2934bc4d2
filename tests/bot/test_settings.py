"""Settings: where they come from, and what is said of wrong ones."""

from datetime import time
from pathlib import Path

import pytest

from bot.settings import Settings, load, parse
from moderation.errors import SettingsError
from moderation.policy import DEFAULT_REVIEW, Thresholds

FILE = """
bot_token = "123:abc-DEF"
owner_id = 1000
chat_id = -1001000000001
moderators = [1001, 1002]
time_zone = "Europe/Vienna"
digest_at = "07:30"
[thresholds]
toxicity = 0.4
threat = 0.2
[[source]]
name = "readers"
chat_id = -1001000000002
mode = "act"
thresholds = { toxicity = 0.7 }
"""


def said(text: str) -> str:
    with pytest.raises(SettingsError) as error:
        parse(text)
    return str(error.value)


def test_a_fresh_machine_needs_no_settings() -> None:
    settings = load()
    assert (settings.database_url, settings.model, settings.language) == ("sqlite:///flagdesk.db", "auto", "en")
    assert settings.policy("anything") == Thresholds(dict(DEFAULT_REVIEW), {})


def test_the_file_in_the_folder_is_read() -> None:
    Path("flagdesk.toml").write_text(FILE, encoding="utf-8")
    settings = load()
    assert settings.bot_token.get_secret_value() == "123:abc-DEF"
    assert (settings.owner_id, settings.chat_id, settings.moderators) == (1000, -1001000000001, (1001, 1002))
    assert settings.time_zone.key == "Europe/Vienna"
    assert settings.digest_at == time(7, 30)
    assert (settings.sources[0].name, settings.sources[0].mode, settings.sources[0].restore) == (
        "readers",
        "act",
        False,
    )


def test_a_source_is_only_watched_unless_told_otherwise() -> None:
    assert parse('[[source]]\nname = "a"\nchat_id = -5').sources[0].mode == "watch"


def test_the_named_file_wins_over_the_one_in_the_folder(tmp_path: Path) -> None:
    Path("flagdesk.toml").write_text("owner_id = 1", encoding="utf-8")
    Path("other.toml").write_text("owner_id = 2", encoding="utf-8")
    assert load(Path("other.toml")).owner_id == 2


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLAGDESK_MODERATORS", "7, 8")
    monkeypatch.setenv("FLAGDESK_OWNER_ID", "9")
    monkeypatch.setenv("FLAGDESK_THRESHOLDS", "insult=0.3, threat=0.1")
    monkeypatch.setenv("FLAGDESK_CHAT_ID", "")
    settings = parse(FILE)
    assert (settings.moderators, settings.owner_id) == ((7, 8), 9)
    assert settings.thresholds == {"insult": 0.3, "threat": 0.1}
    assert settings.chat_id == -1001000000001


def test_a_sources_own_thresholds_win_label_by_label() -> None:
    settings = parse(FILE)
    assert settings.policy("readers").review == {"toxicity": 0.7, "threat": 0.2}
    assert settings.policy("elsewhere").review == {"toxicity": 0.4, "threat": 0.2}


def test_no_secret_is_ever_shown() -> None:
    settings = parse('bot_token = "123:secretsecret"\ndatabase_url = "postgresql://me:hunter2@db/flagdesk"')
    shown = f"{settings!r} {settings!s}"
    assert "secretsecret" not in shown
    assert "hunter2" not in shown


@pytest.mark.parametrize("line", ['bot_token = "123secret"', 'database_url = "mysql://me:secret@db/x"'])
def test_a_wrong_secret_is_not_repeated(line: str) -> None:
    assert "secret" not in said(line)


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("chatid = 3", ["chatid is not a setting", "chat_id"]),
        ('owner_id = "me"', ["owner_id = 'me'", "whole number"]),
        ("owner_id = -4", ["owner_id = -4", "greater than 0"]),
        ('moderators = ["x"]', ["moderators.0 = 'x'", "whole number"]),
        ('language = "fr"', ["language = 'fr'", "'en' or 'de'"]),
        ('time_zone = "Wien"', ["time_zone = 'Wien'", "Europe/Vienna"]),
        ('time_zone = "../../etc/passwd"', ["time_zone", "Europe/Vienna"]),
        ('digest_at = "25:00"', ["digest_at = '25:00'", "08:00"]),
        ('bot_token = "hello"', ["bot_token", "@BotFather"]),
        ('telegram_api = "telegram"', ["telegram_api", "https://api.telegram.org"]),
        ('database_url = "mysql://x"', ["database_url", "sqlite:///"]),
        ("model_timeout = 0", ["model_timeout = 0", "greater than 0"]),
        ("[thresholds]", ["thresholds", "at least 1"]),
        ("thresholds = { toxicty = 0.5 }", ["thresholds", "toxicty", "severe_toxicity"]),
        ("thresholds = { toxicity = 0.0 }", ["thresholds", "above 0"]),
        ("thresholds = { toxicity = nan }", ["thresholds", "above 0"]),
        ("reject = { toxicity = 50 }", ["reject", "up to 1"]),
        ('role = "score"', ["role", "PostgreSQL"]),
        ('[[source]]\nname = "a"', ["[[source]] 1 chat_id", "missing"]),
        ('[[source]]\nname = "a"\nchat_id = 1\nmode = "do"', ["[[source]] 1 mode = 'do'", "'act' or 'watch'"]),
        ('[[source]]\nname = "a"\nchat_id = 1\nmod = "act"', ["[[source]] 1 mod", "not a setting"]),
        ('[[source]]\nname = "a"\nchat_id = 1\n[[source]]\nname = "a"\nchat_id = 2', ["same name"]),
        ('chat_id = -5\n[[source]]\nname = "a"\nchat_id = -5', ["stands twice"]),
        ('[[source]]\nname = "a"\nchat_id = -5\n[[source]]\nname = "b"\nchat_id = -5', ["stands twice"]),
        ('[[source]]\nname = "a"\nchat_id = -5\nlanguage = "German"', ["language = 'German'", 'such as "de"']),
        ("[[sources]]", ["[[source]]"]),
        ("_env_prefix = 1", ["_env_prefix is not a setting"]),
        ("owner_id = ", ["not TOML"]),
    ],
)
def test_a_wrong_setting_is_named_with_what_to_write(line: str, parts: list[str]) -> None:
    message = said(line)
    assert all(part in message for part in parts), message
    assert "pydantic" not in message


def test_all_wrong_settings_are_told_at_once() -> None:
    assert len(said('owner_id = "a"\nchat_id = "b"\nlanguage = "c"').splitlines()) == 3


def test_a_misspelt_variable_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLAGDESK_THRESHOLD", "toxicity=0.1")
    assert "FLAGDESK_THRESHOLDS" in said("")


def test_variables_of_others_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLAGDESK_HTTP", "127.0.0.1:8080")
    monkeypatch.setenv("FLAGDESK_MODEL_DOWNLOAD", "1")
    assert parse("").model == "auto"


def test_sources_in_the_environment_are_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLAGDESK_SOURCES", '[{"name": "a", "chat_id": -5}]')
    assert parse("").sources[0].chat_id == -5
    monkeypatch.setenv("FLAGDESK_SOURCES", "readers")
    assert "JSON" in said("")


def test_a_file_that_cannot_be_read_is_told() -> None:
    with pytest.raises(SettingsError, match=r"none\.toml"):
        load(Path("none.toml"))
    Path("flagdesk.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="UTF-8"):
        load()


def test_what_a_command_needs_is_asked_for_by_name() -> None:
    with pytest.raises(SettingsError, match=r"owner_id \(or FLAGDESK_OWNER_ID\)"):
        parse("").require("bot_token", "owner_id")
    parse(FILE).require("bot_token", "owner_id", "chat_id")


def test_every_setting_says_what_it_means() -> None:
    assert all(field.description for field in Settings.model_fields.values())

"""Every setting once: name, type, default, meaning. The environment (FLAGDESK_…) wins over flagdesk.toml."""

import tomllib
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

import pydantic_settings
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic import model_validator as check
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from bot import setting_values as values
from bot.setting_errors import explain, refuse_misspelt
from moderation.errors import SettingsError
from moderation.policy import DEFAULT_REVIEW, Thresholds

FILE = Path("flagdesk.toml")

Probabilities = Annotated[dict[str, float], NoDecode, BeforeValidator(values.pairs), AfterValidator(values.thresholds)]
Zone = Annotated[ZoneInfo, BeforeValidator(values.zone)]
ClockTime = Annotated[time, BeforeValidator(values.clock_time)]
PersonIds = Annotated[tuple[Annotated[int, Field(gt=0)], ...], NoDecode, BeforeValidator(values.listed)]


class SourceSettings(BaseModel):
    """One [[source]]: a place whose comments are moderated."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(
        description="The name its comments are filed under; unique.", min_length=1, max_length=64, examples=["readers"]
    )
    type: Literal["telegram"] = Field("telegram", description="What kind of place it is.")
    chat_id: int = Field(
        description="The group or channel discussion that is moderated, as /id says it there.",
        examples=[-1001000000002],
    )
    mode: Literal["act", "watch"] = Field("watch", description="act: do what is decided; watch: only record it.")
    thresholds: Probabilities = Field(
        {}, description="Review thresholds that differ from the general ones.", examples=[{"toxicity": 0.6}]
    )
    reject: Probabilities = Field(
        {}, description="Rejection thresholds that differ from the general ones.", examples=[{"threat": 0.9}]
    )
    language: str = Field(
        "",
        description="Language of its texts (ISO 639-1) where a text is too short to tell.",
        pattern="^([a-z]{2})?$",
        examples=["de"],
    )
    restore: bool = Field(False, description="Undoing a deletion posts the text again as a quote in its author's name.")


class Settings(BaseSettings):
    """What the operator chose. An environment variable is FLAGDESK_ and the name in capitals."""

    model_config = SettingsConfigDict(env_prefix="FLAGDESK_", env_ignore_empty=True, extra="forbid", frozen=True)

    bot_token: Annotated[SecretStr, AfterValidator(values.token)] = Field(
        SecretStr(""), description="The bot's token, as @BotFather gave it.", examples=["123456:ABC-DEF"]
    )
    owner_id: int | None = Field(
        None, description="Telegram id of the person who runs the bot; /id tells it.", gt=0, examples=[1000]
    )
    chat_id: int | None = Field(
        None, description="The moderators' chat: a group's id is negative; /id tells it.", examples=[-1001000000001]
    )
    topic_id: int | None = Field(
        None, description="The forum topic for cards; unset: the chat itself.", gt=0, examples=[7]
    )
    moderators: PersonIds = Field(
        (), description="Telegram ids of the people who may decide, beside the owner.", examples=[[1001, 1002]]
    )
    sources: tuple[SourceSettings, ...] = Field((), description="The places that are moderated, each a [[source]].")
    language: Literal["en", "de"] = Field("en", description="The language the bot speaks.")
    time_zone: Zone = Field(ZoneInfo("UTC"), description="Time zone of all times people see, such as Europe/Vienna.")
    digest_at: ClockTime = Field(time(8), description="Local time of the daily digest, HH:MM.")
    thresholds: Probabilities = Field(
        dict(DEFAULT_REVIEW), description="Per label the probability from which a person looks.", min_length=1
    )
    reject: Probabilities = Field(
        {}, description="Per label the probability from which no person is asked.", examples=[{"severe_toxicity": 0.95}]
    )
    reject_limit: int = Field(50, description="Rejections a day without a person; after them a person looks.", ge=0)
    undo_seconds: float = Field(10, description="Seconds a deletion waits, in which Undo is exact.", ge=0)
    claim_minutes: float = Field(5, description="Minutes a case stays with the person who has it on screen.", gt=0)
    later_minutes: float = Field(30, description="Minutes that Later hides a case.", gt=0)
    model: str = Field("auto", description="auto, embedded, detoxify:NAME or detoxify:/path/to.ckpt.", min_length=1)
    model_timeout: float = Field(30, description="Seconds after which a scoring counts as failed.", gt=0)
    database_url: Annotated[str, AfterValidator(values.database_url)] = Field(
        "sqlite:///flagdesk.db", description="sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.", repr=False
    )
    role: Literal["all", "score"] = Field(
        "all", description="score: only a scoring worker beside the others, PostgreSQL only, without Telegram."
    )
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(values.lower)] = Field(
        "info", description="How much is logged: debug, info, warning or error."
    )
    telegram_api: Annotated[str, AfterValidator(values.base_url)] = Field(
        "https://api.telegram.org", description="Base URL of the Bot API server."
    )
    telegram_speed: float = Field(
        1.0, description="How many times Telegram's own rate the server allows; above 1 only for a sandbox.", gt=0
    )

    @check(mode="after")
    def _fits_together(self) -> Self:
        names = [source.name for source in self.sources]
        if len(set(names)) < len(names):
            raise ValueError("two [[source]] have the same name; give each its own")
        chats = [self.chat_id, *(source.chat_id for source in self.sources)]
        if len(set(chats)) < len(chats):
            raise ValueError(
                "a chat_id stands twice; the moderators' chat and each [[source]] need a chat of their own"
            )
        if self.role == "score" and not self.database_url.startswith("postgres"):
            raise ValueError("role = score works only on PostgreSQL; set database_url to postgresql://…")
        return self

    def policy(self, source: str) -> Thresholds:
        """The thresholds for a source's comments: its own where it has some, the general ones else."""
        own = next((entry for entry in self.sources if entry.name == source), None)
        if own is None:
            return Thresholds(self.thresholds, self.reject)
        return Thresholds(self.thresholds | own.thresholds, self.reject | own.reject)

    def require(self, *names: str) -> None:
        """Raise SettingsError naming the settings among these that are not set."""
        missing = [name for name in names if getattr(self, name) in (None, (), SecretStr(""))]
        if missing:
            told = ", ".join(f"{name} (or FLAGDESK_{name.upper()})" for name in missing)
            raise SettingsError(f"Not set: {told}. Write them into {FILE}; `flagdesk init` asks for them.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then what load() read from the file."""
        return env_settings, init_settings


def load(config: Path | None = None) -> Settings:
    """Settings from the environment and a TOML file: config, else flagdesk.toml in the current folder if it is there.

    Raises SettingsError, in one message naming each setting that is wrong and what to write.
    """
    path = config or (FILE if FILE.is_file() else None)
    return parse(_text(path), str(path)) if path else parse("")


def parse(text: str, name: str = str(FILE)) -> Settings:
    """Settings from the environment and this TOML text; errors as load()'s, which call the text by its name."""
    written = _tables(text, name)
    refuse_misspelt(Settings.model_fields)
    try:
        return Settings(**written)
    except ValidationError as error:
        raise SettingsError(explain(error, Settings.model_fields)) from None
    except pydantic_settings.SettingsError:
        raise SettingsError("FLAGDESK_SOURCES: write a JSON list, or write each [[source]] into the file.") from None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}. `flagdesk init` writes a new one.") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path} is not UTF-8 text. Save it as UTF-8.") from None


def _tables(text: str, name: str) -> dict[str, Any]:  # Any: what is written has no known type until Settings checked it
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{name} is not TOML: {error}.") from None
    for key in written:
        if key == "sources" or key.startswith("_"):
            raise SettingsError(f"{name}: {key} is not a setting; a source is written under its own [[source]].")
    if "source" in written:
        written["sources"] = written.pop("source")
    return written

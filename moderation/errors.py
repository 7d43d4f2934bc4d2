"""The error tree. Each docstring is the message a person may read; the details follow it."""


class FlagdeskError(Exception):
    """Flagdesk could not do this."""

    def __init__(self, detail: str = "") -> None:
        message = (type(self).__doc__ or "").strip()
        super().__init__(f"{message} {detail}".strip())
        self.detail = detail


class SettingsError(FlagdeskError):
    """The settings are not usable."""


class ModelError(FlagdeskError):
    """The model could not be used."""


class ModelNotFound(ModelError):
    """There is no such model."""


class SourceError(FlagdeskError):
    """The source could not be read."""


class UnreadableFile(SourceError):
    """This file holds no comments that Flagdesk can read."""


class DatabaseError(FlagdeskError):
    """The database could not be used."""


class SchemaTooNew(DatabaseError):
    """The database was written by a newer Flagdesk. Install that version, or point FLAGDESK_DATABASE_URL elsewhere."""

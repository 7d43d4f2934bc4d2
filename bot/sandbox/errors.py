"""What can go wrong in the sandbox: for the bot (answers of the Bot API) and for whoever plays the people."""

from moderation.errors import FlagdeskError


class SandboxError(FlagdeskError):
    """The sandbox cannot do this."""


class Refused(Exception):
    """An answer of the Bot API that is not "ok": HTTP status, description as Telegram words it, parameters."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, object]:
        answer: dict[str, object] = {"ok": False, "error_code": self.status, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


class BadRequest(Refused):
    """400: the call is well formed, but what it asks for cannot be done."""

    def __init__(self, detail: str, **parameters: int) -> None:
        super().__init__(400, f"Bad Request: {detail}", **parameters)


class Malformed(BadRequest):
    """400: no state of the chats could make this call right; recorded in Sandbox.problems."""


class Forbidden(Refused):
    """403: the person or the chat does not want the bot there."""

    def __init__(self, detail: str) -> None:
        super().__init__(403, f"Forbidden: {detail}")


class TooMany(Refused):
    """429: the sandbox's own limits are broken; recorded in Sandbox.violations."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


class Unsupported(Refused):
    """501: Telegram could do this, the sandbox does not act on it; recorded in Sandbox.problems."""

    def __init__(self, what: str) -> None:
        super().__init__(501, f"Not Implemented: the sandbox does not act on {what}")

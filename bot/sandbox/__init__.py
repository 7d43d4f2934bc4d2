"""A strict Bot API server on loopback with a chat page: for trying Flagdesk without a token, and for its tests."""

from bot.sandbox.calls import Answer, Call, Problem
from bot.sandbox.errors import SandboxError
from bot.sandbox.sandbox import Sandbox

__all__ = ["Answer", "Call", "Problem", "Sandbox", "SandboxError"]

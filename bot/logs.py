"""Logs: one line for each event on standard error, with ids, never with a comment's text or a secret."""

import logging
import sys

import structlog


def set_up(level: str) -> None:
    """Log from this level (debug, info, warning, error) on; in colour on a terminal, as key=value elsewhere."""
    tty = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%Y-%m-%dT%H:%M:%S", utc=False),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(colors=tty)
            if tty
            else structlog.processors.LogfmtRenderer(bool_as_flag=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    # Libraries name addresses in their logs, and a Bot API address holds the token: only their warnings are wanted.
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)

"""Logs: one line an event on standard output, as JSON (`LOG_FORMAT=json`) or for a person (`console`).

`request_id` and `traceparent` travel: from the request into the outbox row, with the job, into the receiver's
log. Never log bodies, tokens or names of sources.
"""

import logging
import sys
from contextvars import ContextVar

from pythonjsonlogger.json import JsonFormatter

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
traceparent: ContextVar[str | None] = ContextVar("traceparent", default=None)


class _Context(logging.Filter):
    def __init__(self, service: str) -> None:
        super().__init__()
        self.service = service

    def filter(self, record: logging.LogRecord) -> bool:
        record.service = self.service
        record.request_id = request_id.get()
        record.traceparent = traceparent.get()
        return True


def set_up(service: str, level: str = "INFO", style: str = "console") -> None:
    """Send this process's logs to standard output as `service`, unless somebody has set up logging already."""
    root = logging.getLogger()
    if root.handlers:
        return
    handler = logging.StreamHandler(sys.stdout)
    handler.addFilter(_Context(service))
    if style == "json":
        handler.setFormatter(
            JsonFormatter(
                "{asctime}{levelname}{name}{message}{service}{request_id}{traceparent}",
                style="{",
                rename_fields={"asctime": "timestamp", "levelname": "level", "name": "logger", "message": "event"},
            )
        )
    else:
        handler.setFormatter(logging.Formatter("%(asctime)s %(service)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)
    root.setLevel(level.upper())


def words_of(error: Exception) -> str:
    """What went wrong, for whoever runs the desk. Of what a database says the first line: the others tell what the row held."""
    cause = getattr(error, "orig", None)
    return f"{type(error).__name__}: {str(cause).partition(chr(10))[0] if cause else error}"[:2000]

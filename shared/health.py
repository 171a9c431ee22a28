"""Whether a service is well, for whoever keeps it running: `/healthz`, the process answers; `/readyz`, it can do what it is
asked to; `/version`, what runs.

Redis, and messages that do not arrive, are reported and not required: without them a service still answers whoever asks it.
"""

import logging
from typing import Any

from flask import Flask, Response, current_app, jsonify
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field

from shared import outbox
from shared.migrations import is_current
from shared.openapi import operation
from shared.queues import is_reachable
from shared.service import Service

log = logging.getLogger(__name__)

MOST_COUNTED = 1_000


class ReadyOut(BaseModel):
    """Whether a service can do what it is asked to."""

    ready: bool = Field(description="The database answers and is migrated.")
    service: str
    checks: dict[str, str] = Field(
        description="What was found of `database`, `migrations`, `messages` and `redis`; the last two are reported, not required."
    )


class VersionOut(BaseModel):
    """What runs."""

    service: str
    version: str


def add_to(app: Flask, version: str) -> None:
    """Have an app say how its service is, and which version of it runs."""

    @operation({200: VersionOut}, secured=False, any_query=True)
    def show_version() -> ResponseReturnValue:
        """What runs."""
        return jsonify({"service": _service().name, "version": version})

    app.add_url_rule("/healthz", "healthz", lambda: Response("ok\n", content_type="text/plain"))
    app.add_url_rule("/readyz", view_func=show_readiness)
    app.add_url_rule("/version", view_func=show_version)


@operation({200: ReadyOut, 503: ReadyOut}, secured=False, any_query=True)
def show_readiness() -> ResponseReturnValue:
    """Whether the service can do what it is asked to, for whoever keeps it running.

    Redis, and messages that do not arrive, are reported and not required: without them a service still answers whoever asks it.
    """
    service = _service()
    checks = {"database": "ok", "migrations": "behind", "messages": "not known"}
    try:
        if is_current(service.database, service.migrations):
            checks |= {"migrations": "current", "messages": _messages(service)}
    except Exception as error:
        log.exception("the database does not answer")
        checks["database"] = type(error).__name__
    checks["redis"] = "ok" if is_reachable(service.settings.redis_url) else "away: messages wait in the outbox"
    ready = checks["database"] == "ok" and checks["migrations"] == "current"
    return jsonify({"ready": ready, "service": service.name, "checks": checks}), 200 if ready else 503


def _service() -> Service[Any]:
    service: Service[Any] = current_app.config["SERVICE"]
    return service


def _messages(service: Service[Any]) -> str:
    """Whether others get to know what they have to."""
    with service.reading() as session:
        count, since = outbox.late(session, service.outbox, MOST_COUNTED)
    if since is None:
        return "ok"
    return (
        f"late: {count} sent in vain {outbox.LATE_AFTER} times or more, the oldest written {since:%Y-%m-%dT%H:%M:%SZ}"
    )

"""Whether a service is well, for whoever keeps it running: `/healthz`, the process answers; `/readyz`, it can do what it is
asked to.

Redis, and messages that do not arrive, are reported and not required: without them a service still answers whoever asks it.
"""

import logging
from typing import Any

from flask import Flask, Response, jsonify
from flask.typing import ResponseReturnValue

from shared import outbox
from shared.migrations import is_current
from shared.queues import is_reachable
from shared.service import Service

log = logging.getLogger(__name__)

MOST_COUNTED = 1_000


def add_to(app: Flask, service: Service[Any]) -> None:
    """Have an app say how its service is."""
    app.add_url_rule("/healthz", "healthz", lambda: Response("ok\n", content_type="text/plain"))
    app.add_url_rule("/readyz", "readyz", lambda: _readiness(service))


def _readiness(service: Service[Any]) -> ResponseReturnValue:
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


def _messages(service: Service[Any]) -> str:
    """Whether others get to know what they have to."""
    with service.reading() as session:
        count, since = outbox.late(session, service.outbox, MOST_COUNTED)
    if since is None:
        return "ok"
    return (
        f"late: {count} sent in vain {outbox.LATE_AFTER} times or more, the oldest written {since:%Y-%m-%dT%H:%M:%SZ}"
    )

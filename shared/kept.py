"""Answers what is kept as bytes before the framework is asked: a page that was made once costs a reader one indexed read.

What is compressed is kept compressed; whoever has the page already is told so (304) and nothing is read but the row. Requests
are logged and counted as the framework's are, and carry the same headers.
"""

import logging
import re
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple
from wsgiref.types import StartResponse, WSGIEnvironment

from shared import log as logs
from shared.clock import new_id
from shared.metrics import Metrics
from shared.wsgi import SECURITY_HEADERS

log = logging.getLogger("shared.web")
TAGS = re.compile(r'"([^"]*)"')
SAFE = re.compile(r"[A-Za-z0-9._-]{1,128}")
STATUS = {200: "200 OK", 304: "304 Not Modified"}
COMMON = [*SECURITY_HEADERS.items(), ("Vary", "Accept-Encoding")]


class Document(NamedTuple):
    """A page as it is sent: plain, compressed (where it is kept so), and what changes whenever it does."""

    body: bytes
    gzip: bytes | None
    etag: str


class Kept:
    """A WSGI app around another: what `find` has for a path is answered here, all else there.

    `wanted` are the paths that it is asked for, `route` their name in figures; `max_age` is how many seconds caches may keep them.
    """

    def __init__(
        self,
        app: Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]],
        find: Callable[[str], Document | None],
        wanted: re.Pattern[str],
        route: str,
        metrics: Metrics,
        max_age: int,
    ) -> None:
        self._app, self._find, self._wanted, self._route, self._metrics = app, find, wanted, route, metrics
        self._always = [
            *COMMON,
            ("Content-Type", "text/html; charset=utf-8"),
            ("Cache-Control", f"public, max-age={max_age}, stale-while-revalidate=300"),
        ]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        found = self._wanted.fullmatch(environ["PATH_INFO"]) if method in ("GET", "HEAD") else None
        if found is None:
            return self._app(environ, start_response)
        began = time.perf_counter()
        document = self._find(found.group(1))
        if document is None:
            return self._app(environ, start_response)
        zipped = document.gzip if _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")) else None
        tag = f"{document.etag}-gzip" if zipped else document.etag
        known = environ.get("HTTP_IF_NONE_MATCH", "")
        status = 304 if known.strip() == "*" or tag in TAGS.findall(known) else 200
        body = zipped or document.body
        asked = environ.get("HTTP_X_REQUEST_ID", "")
        request_id = asked if asked and SAFE.fullmatch(asked) else str(new_id())
        headers = [*self._always, ("ETag", f'"{tag}"'), ("X-Request-ID", request_id)]
        if status == 200:
            headers.append(("Content-Length", str(len(body))))
            headers += [("Content-Encoding", "gzip")] if zipped else []
        start_response(STATUS[status], headers)
        self._note(method, environ["PATH_INFO"], status, request_id, time.perf_counter() - began)
        return [body] if status == 200 and method == "GET" else []

    def _note(self, method: str, path: str, status: int, request_id: str, took: float) -> None:
        self._metrics.count(method, self._route, status, took)
        if log.isEnabledFor(logging.INFO):
            logs.request_id.set(request_id)
            logs.traceparent.set(None)
            log.info(
                "%s %s %s", method, path, status, extra={"duration_ms": round(took * 1000, 1), "status": status}
            )  # fmt: skip


def _takes_gzip(given: str) -> bool:
    """Whether `Accept-Encoding` names gzip and does not refuse it (`gzip;q=0`)."""
    for part in given.split(","):
        name, _, quality = part.partition(";")
        if name.strip().lower() in ("gzip", "*"):
            return not re.fullmatch(r"\s*q=0(\.0{0,3})?\s*", quality)
    return False

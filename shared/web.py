"""What every service's web side has in common: how a request is read, how an answer and an error look.

Errors are problems (RFC 9457) for machines and a page for people. Bodies are read strictly: what two parsers
could read differently (duplicate keys, NaN, lone surrogates) is refused before it reaches a verb.
"""

import codecs
import json
import logging
import re
import time
from collections.abc import Callable
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from flask import Flask, Request, Response, current_app, g, jsonify, redirect, render_template, request, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix

from shared import broken_json, cursor, faults, health, wsgi
from shared import log as logs
from shared.clock import new_id
from shared.errors import BadRequest, Invalid, NotFound, Problem, TooLarge, WrongMediaType
from shared.metrics import Metrics
from shared.readable import finalize
from shared.service import Service
from shared.unable import unable

log = logging.getLogger(__name__)

M = TypeVar("M", bound=BaseModel)
MOST_BODY = 1_000_000  # bytes
OF_EVERY_FORM = frozenset({"csrf_token", "press"})  # what a form has beside what it asks for; see `shared.pressing`
VERSION = "0.1.0"
TITLES = {one.status: one.title for one in (TooLarge, Invalid)}  # Python knew others before RFC 9110
NOTHING_HERE = "There is nothing at this address."


def new_app(import_name: str, service: Service[Any]) -> Flask:
    """A Flask app with our errors, headers, health pages and limits, for a service that has been started.

    The service brings a template `error.html`, which is given `problem`: status, title, detail, request_id.
    """
    app = _App(import_name)
    app.jinja_options = {**app.jinja_options, "finalize": finalize}
    app.config.update(
        MAX_CONTENT_LENGTH=MOST_BODY,
        MAX_FORM_MEMORY_SIZE=MOST_BODY,
        SECRET_KEY=service.settings.secret_key,
        SERVICE=service,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.session_interface = _Sessions()
    if service.settings.trusted_proxies:
        hops = service.settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    app.wsgi_app = wsgi.secured(wsgi.in_ascii(wsgi.with_whole_bodies(app.wsgi_app)))  # type: ignore[method-assign,assignment]
    metrics = app.extensions["metrics"] = Metrics(service)
    app.before_request(_begin)
    app.after_request(_finish)
    app.after_request(metrics.observe)
    app.register_error_handler(Problem, _answer_problem)
    app.register_error_handler(ValidationError, lambda error: _answer_problem(invalid(error)))
    app.register_error_handler(HTTPException, _answer_http_exception)
    app.register_error_handler(Exception, _answer_bug)
    health.add_to(app, VERSION)
    app.add_url_rule("/metrics", view_func=metrics.show, endpoint="metrics")
    app.context_processor(
        lambda: {"static_url": _static_url, "sample_desk": service.settings.sample_desk, "version": VERSION}
    )
    return app


def read_json(schema: type[M]) -> M:
    """The request's JSON body as a `schema`.

    Raises WrongMediaType (415), TooLarge (413), BadRequest (400: not JSON as we read it) or Invalid (422).
    """
    if request.mimetype != "application/json":
        raise WrongMediaType("Send JSON, with the header Content-Type: application/json.")
    return parse_json(schema, read_body())


def parse_json(schema: type[M], body: bytes) -> M:
    """JSON as a `schema`. Raises BadRequest (not JSON as we read it) or Invalid."""
    strict_json(body)
    try:
        return schema.model_validate_json(body, strict=True)
    except ValidationError as error:
        raise invalid(error) from error


def read_body() -> bytes:
    """The request's body. Raises TooLarge or, if it is compressed, WrongMediaType."""
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise WrongMediaType("Send the body uncompressed, without Content-Encoding.")
    try:
        body = request.get_data()
    except RequestEntityTooLarge as error:
        raise _too_large() from error
    if len(body) >= MOST_BODY and request.content_length is None:  # sent in chunks, and cut off at the limit
        raise _too_large()
    return body


def read_form(schema: type[M], leaving_out: tuple[str, ...] = ()) -> M:
    """The request's form as a `schema`; fields left empty count as not given. Raises Invalid (422)."""
    passed_over = {*OF_EVERY_FORM, *leaving_out}
    given = {name: value for name, value in request.form.items() if value.strip() and name not in passed_over}
    return validated(schema, given)


def validated(schema: type[M], given: Any) -> M:
    """Fields as a `schema`. Raises Invalid (422)."""
    try:
        return schema.model_validate(given)
    except ValidationError as error:
        raise invalid(error) from error


def strict_json(body: bytes) -> Any:
    """Parse JSON that every parser reads alike (RFC 8259 with the cautions of RFC 7493). Raises BadRequest."""
    if body.startswith(codecs.BOM_UTF8):
        raise BadRequest("The body begins with a byte-order mark, as JSON does not (RFC 8259, 8.1). Send it without.")
    try:
        text = body.decode("utf-8")
        value = _STRICT.decode(text)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode("utf-8")  # a lone surrogate can't be encoded
    except UnicodeError as error:
        raise BadRequest("The body is not UTF-8 text, or holds half a surrogate pair.") from error
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"The body is not JSON as it is read here: {broken_json.words_of(error)}.") from error
    return value


def invalid(error: ValidationError) -> Invalid:
    """What pydantic found wrong, as a problem that names each field by a JSON pointer."""
    found = [
        {
            "pointer": "#" + "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in one["loc"]),
            "detail": faults.words_of(one),
        }
        for one in error.errors(include_url=False)
    ]
    first = found[0]
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return Invalid(f"{first['pointer'][2:] or 'body'}: {first['detail']}{more}", errors=found)


def etag_of(*parts: object) -> str:
    """A strong ETag's value for what is made from these parts."""
    return sha256("\x00".join(map(str, parts)).encode()).hexdigest()[:32]


def answer_page(out: BaseModel, more: str | None) -> Response:
    """A page of a list as JSON; where the next one begins stands in `Link` (RFC 8288), too."""
    answer = jsonify(out.model_dump(mode="json"))
    answer.headers["Cache-Control"] = "private, no-cache"
    if more:
        answer.headers["Link"] = f'<{cursor.next_page(request.full_path, more)}>; rel="next"'
    return answer


def conditional(response: Response, etag: str, max_age: int, stale: int = 300) -> Response:
    """A public answer that caches may keep `max_age` seconds; 304 if the reader has it already."""
    response.set_etag(etag)
    response.headers["Cache-Control"] = f"public, max-age={max_age}, stale-while-revalidate={stale}"
    response.make_conditional(request)
    return response


def keep_robots_out(app: Flask) -> None:
    """Serve a robots.txt that asks crawlers for nothing of this service."""
    body = "User-agent: *\nDisallow: /\n"
    app.add_url_rule("/robots.txt", "robots", lambda: Response(body, content_type="text/plain; charset=utf-8"))


def readable_anywhere(response: Response) -> Response:
    """Let scripts and pages of any site read this answer: it is public, and no cookie is looked at (CORS)."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Link, X-Request-ID"
    shown_anywhere(response)
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "Accept, If-None-Match, If-Modified-Since, X-Request-ID"
        response.headers["Access-Control-Max-Age"] = "86400"
    return response


def shown_anywhere(response: Response) -> Response:
    """Let pages of any site show this answer, and our own in a sandbox: a browser takes those for another site's."""
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def wants_json() -> bool:
    """Machines get problems as JSON: under /v1, where the OpenAPI document names JSON first unless a browser asks, and wherever
    they ask for JSON rather than a page. Who does not say what they take takes anything."""
    if re.match(r"/v\d", request.path):
        return True
    operation = getattr(current_app.view_functions.get(request.endpoint or ""), "operation", None)
    is_page = operation is None or operation.gives[0] == "text/html"
    kinds = ["text/html", "application/json"] if is_page else ["application/json", "text/html"]
    return request.accept_mimetypes.best_match(kinds, kinds[0]) == "application/json"


def problem_body(problem: Problem) -> dict[str, Any]:
    """A problem's members as RFC 9457 names them, with our `request_id`."""
    return {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": request.path,
        **problem.members,
        "request_id": logs.request_id.get(),
    }


def _too_large() -> TooLarge:
    return TooLarge(f"The body is larger than {MOST_BODY:,} bytes.")


def _begin() -> None:
    g.started = time.perf_counter()
    headers = request.headers
    asked = headers.get("X-Request-ID", "")
    logs.request_id.set(asked if asked and re.fullmatch(r"[A-Za-z0-9._-]{1,128}", asked) else str(new_id()))
    parent = headers.get("traceparent")
    is_trace = parent and re.fullmatch(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}", parent)
    logs.traceparent.set(parent if is_trace else None)
    if "\0" in request.path:  # no record is called so, and PostgreSQL can't even be asked
        raise NotFound(NOTHING_HERE)


def _finish(response: Response) -> Response:
    response.headers["X-Request-ID"] = logs.request_id.get() or ""
    if log.isEnabledFor(logging.INFO) and request.path not in ("/healthz", "/readyz", "/metrics"):
        took = time.perf_counter() - g.started
        log.info(
            "%s %s %s",
            request.method,
            json.dumps(_loggable_path())[1:-1],
            response.status_code,
            extra={"duration_ms": round(took * 1000, 1), "status": response.status_code},
        )
    return response


def _loggable_path() -> str:
    """The path, without a token in it: whoever has such an address may go there."""
    token = (request.view_args or {}).get("token")
    return request.path.replace(token, "...") if token else request.path


def _answer_problem(problem: Problem) -> ResponseReturnValue:
    body = problem_body(problem)
    if wants_json():
        response = jsonify(body)
        response.content_type = "application/problem+json"
    else:
        response = Response(render_template("error.html", problem=body), content_type="text/html; charset=utf-8")
    response.status_code = problem.status
    response.headers.update(problem.headers)
    response.headers["Cache-Control"] = "no-store"
    return response


def _answer_http_exception(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:  # a redirect of the router's
        return error.get_response()
    if status == 404 and error is request.routing_exception and (place := _without_slash()):
        return redirect(place, 301)
    problem = Problem(_words_for(error))
    problem.status, problem.title = status, TITLES.get(status) or HTTPStatus(status).phrase
    problem.headers = {
        name: value for name, value in error.get_headers() if name.lower() in ("retry-after", "location")
    }
    if isinstance(error, MethodNotAllowed):
        problem.headers["Allow"] = ", ".join(_methods_of(error))
    return _answer_problem(problem)


def _without_slash() -> str | None:
    """Where an address leads that ends in a slash, as ours don't, if there is something without it."""
    path = "/" + request.path.strip("/")
    adapter = current_app.create_url_adapter(request)
    if request.method not in ("GET", "HEAD") or path == request.path or adapter is None:
        return None
    try:
        _, found = adapter.match(path, "GET")
    except HTTPException:
        return None
    request.view_args = dict(found)  # so that no token in it is logged
    asked = request.query_string.decode("ascii", "replace")
    return quote(path, safe="/:@!$&'()*+,;=~-._") + (f"?{asked}" if asked else "")


def _words_for(error: HTTPException) -> str:
    if error.code == 404:
        return NOTHING_HERE
    if isinstance(error, MethodNotAllowed):
        *others, last = _methods_of(error)
        known = f"{', '.join(others)} and {last}" if others else last
        return f"This address does not answer to {request.method[:20]}, only to {known}."
    if error.code == 413:
        return f"The body is larger than {(request.max_content_length or MOST_BODY) // 1_000_000:,} MB."
    return error.description or "The request can't be answered."


def _methods_of(error: MethodNotAllowed) -> list[str]:
    return sorted(error.valid_methods or ["GET"])


def _answer_bug(error: Exception) -> ResponseReturnValue:
    if (problem := unable(error)) is not None:
        log.error("unable to answer", extra={"path": _loggable_path(), "error": logs.words_of(error)})
        return _answer_problem(problem)
    log.exception("unexpected error", extra={"path": _loggable_path()})
    return _answer_problem(Problem("Something went wrong here. It has been logged under the request id."))


def _static_url(filename: str) -> str:
    """A static file's address that changes with its content, so that it may be cached for ever."""
    folder = Path(current_app.static_folder or "")
    known: dict[str, str] = current_app.extensions.setdefault("static_hashes", {})
    if filename not in known:
        known[filename] = sha256((folder / filename).read_bytes()).hexdigest()[:12]
    return url_for("static", filename=filename, v=known[filename])


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def is_beside_page() -> bool:
    """Whether it is no page that is asked for, but a part of one, or what a script looks up."""
    asked = request.headers
    return request.endpoint == "static" or asked.get("Accept") == "application/json" or "X-Background" in asked


class _Request(Request):
    """Flask's; a form that comes in chunks, and is cut off at the limit, is not taken for a whole one."""

    def _load_form_data(self) -> None:
        is_read = "form" in self.__dict__
        super()._load_form_data()
        if not is_read and self.content_length is None and getattr(self.stream, "is_exhausted", False):
            raise RequestEntityTooLarge


class _App(Flask):
    """Flask's, at no cost for functions that are not asynchronous: none of ours is, and it would look at six for each request."""

    request_class = _Request

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


class _Sessions(SecureCookieSessionInterface):
    """Flask's, at no cost for requests without a cookie: most come from systems."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return super().open_session(app, request) if "HTTP_COOKIE" in request.environ else self.session_class()

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """A page renews the cookie, what is asked for beside it does not: its answer may come after that of an act, or of a page
        which has just shown what the cookie told, and would take that back, or tell it again."""
        return super().should_set_cookie(app, session) and (session.modified or not is_beside_page())


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON value")


def _finite(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise ValueError("a number is too large")
    return value


_STRICT = json.JSONDecoder(object_pairs_hook=_without_repeats, parse_constant=_refuse_constant, parse_float=_finite)

"""Asks the desk over HTTP, and asks again where that is safe.

Safe is what changes nothing, or carries an `Idempotency-Key`: the desk does it once and gives repeats the first answer. Anything
else is repeated only if the desk can't have done it: no connection came about, or it answered 429. (With 503 a desk may have lost
sight of a commit.)
"""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from factdesk.broken import is_never_sent, words_of
from factdesk.errors import FactdeskError, NotAnswered, NotOffered, Problem, TryLater, UnexpectedAnswer, problem_of
from factdesk.patience import Patience, Waiting, retry_after

log = logging.getLogger("factdesk")

VERSION = "0.1.0"
PASSING = (429, 500, 502, 503, 504)
NOT_DONE = (429,)
BROKEN = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)
OF_PROXIES = (502, 503, 504)
PROXYS = "What stands before the desk answers for it: the desk can't be reached, or not in time. Try again later."
AT_ONCE = 8192  # bytes read between two looks at the clock


@dataclass(frozen=True)
class Ask:
    """A request. `is_door`: that there is nothing at the path means that this desk does not offer it."""

    method: str
    path: str
    query: Mapping[str, str | int] = field(default_factory=dict)
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    is_door: bool = False

    @property
    def may_repeat(self) -> bool:
        """Whether the desk does the same once, however often it is asked."""
        return self.method in ("GET", "DELETE") or "Idempotency-Key" in self.headers


@dataclass(frozen=True)
class Answer:
    """What the desk answered: below 400."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body's value. Raises UnexpectedAnswer."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise UnexpectedAnswer(
                f"The answer is not JSON, but begins with {self.body[:40]!r}. Is this the address of a desk?"
            ) from None


class Wire:
    """Connections to one desk with one key. For one thread at a time."""

    def __init__(self, base_url: str, api_key: str, timeout: float, patience: Patience) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError(f"{base_url!r} is not the address of a desk, such as https://intake.example.org")
        if not api_key or not api_key.isascii() or not api_key.isprintable() or " " in api_key:
            raise ValueError("The API key has to be one word, such as fdk_…")
        self.base_url = base_url.rstrip("/")
        self.patience = patience
        self._timeout = timeout
        self._session = requests.Session()
        self._session.auth = _Bearer(api_key)
        self._session.headers["User-Agent"] = f"factdesk-python/{VERSION}"

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def ask(self, ask: Ask) -> Answer:
        """Ask until there is an answer. Raises Problem, NotAnswered or UnexpectedAnswer."""
        waiting, may_be_done = Waiting(self.patience), False
        while True:
            try:
                with self.open(ask, waiting) as response:
                    body = b"".join(self.parts(response, waiting))
                    return Answer(response.status_code, response.headers, body)
            except (TryLater, NotAnswered) as error:
                may_be_done = may_be_done or _may_be_done(error)
                error.may_be_done = may_be_done
                wait(waiting, ask, error)

    @contextmanager
    def open(self, ask: Ask, waiting: Waiting) -> Iterator[requests.Response]:
        """One try: the response below 400, its body still to be read. Raises Problem, NotAnswered or UnexpectedAnswer."""
        try:
            response = self._session.request(
                ask.method,
                self.base_url + ask.path,
                params=dict(ask.query) or None,
                data=ask.body,
                headers={"Accept": "application/json, application/x-ndjson", **ask.headers},
                timeout=max(0.001, min(self._timeout, waiting.left)),
                allow_redirects=False,
                stream=True,
            )
        except requests.exceptions.SSLError as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):  # trying again won't change that
                raise UnexpectedAnswer(
                    f"The certificate of {self.base_url} does not hold: {words_of(error)}"
                ) from error
            raise NotAnswered(f"{self.base_url} does not answer: {words_of(error)}") from error
        except BROKEN as error:
            raise NotAnswered(f"{self.base_url} does not answer: {words_of(error)}") from error
        except requests.RequestException as error:
            raise UnexpectedAnswer(f"{self.base_url} can't be asked: {error}") from error
        with response:
            if response.status_code >= 300 and response.status_code != HTTPStatus.NOT_MODIFIED:
                raise self._problem(response, ask, waiting)
            yield response

    def parts(self, response: requests.Response, waiting: Waiting) -> Iterator[bytes]:
        """A response's body as it comes. Raises NotAnswered if it breaks off or takes too long."""
        try:
            for part in response.iter_content(AT_ONCE):
                yield part
                if not waiting.left:
                    raise NotAnswered(f"{self.base_url} did not finish its answer in time.")
        except BROKEN as error:
            raise NotAnswered(f"The answer of {self.base_url} broke off.") from error

    def _problem(self, response: requests.Response, ask: Ask, waiting: Waiting) -> FactdeskError:
        status = response.status_code
        if status < 400:
            return UnexpectedAnswer(f"{self.base_url} points to {response.headers.get('Location')}: use that address.")
        members = _members(b"".join(self.parts(response, waiting)))
        if members is None:
            detail = PROXYS if status in OF_PROXIES else "The answer is not a desk's. Is this its address?"
            members = {"title": response.reason, "detail": detail}
        if status == HTTPStatus.NOT_FOUND and ask.is_door:
            return NotOffered(status, {**members, "detail": f"This desk does not offer {ask.method} {ask.path}."})
        return problem_of(status, members, retry_after(response.headers.get("Retry-After")))


class _Bearer(AuthBase):
    """Set as `auth`, so that requests does not put a password from a .netrc file in the key's place."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._key}"
        return request


def wait(waiting: Waiting, ask: Ask, error: TryLater | NotAnswered) -> None:
    """Wait before asking again. Raises the error if that is not safe, of no use, or takes too long."""
    if isinstance(error, Problem):
        again = error.status in NOT_DONE or (ask.may_repeat and error.status in PASSING)
    else:
        again = ask.may_repeat or is_never_sent(error)
    if not again:
        raise error
    log.info("%s %s: %s; it is tried again", ask.method, ask.path, error)
    waiting.wait(error, error.retry_after if isinstance(error, Problem) else None)


def _may_be_done(error: TryLater | NotAnswered) -> bool:
    """Whether the desk may have done what was asked, though it did not say so."""
    return error.status not in NOT_DONE if isinstance(error, Problem) else not is_never_sent(error)


def _members(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None

"""What can go wrong, as exceptions.

FactdeskError
├── NotAnswered           no answer came in time: what was asked may have been done, unless `may_be_done` is false
├── UnexpectedAnswer      an answer that is none of this API's, such as a proxy's page
└── Problem               the desk's own answer (RFC 9457)
    ├── Unauthenticated   401  the key opens nothing
    ├── Forbidden         403  the key may not do this
    ├── NotFound          404
    │   └── NotOffered    404  this desk does not have that door
    ├── Conflict          409  not in its present state
    ├── Gone              410  the desk was put back to an older state: begin anew, without a cursor
    ├── Invalid           400, 413, 415, 422: what was sent does not hold; `errors` names the fields
    └── TryLater          429, 5xx: later, please; `retry_after` says when, if the desk knows
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class FactdeskError(Exception):
    """Whatever this client raises. `may_be_done`: the desk may have done what was asked, in one of the tries, though no answer
    says so."""

    may_be_done = False


class NotAnswered(FactdeskError):
    """No answer came in time, however often it was tried. With the same idempotency key it can be sent again safely."""

    may_be_done = True  # unless no connection came about, as `Wire.ask` finds out


class UnexpectedAnswer(FactdeskError):
    """What came back is no answer of this API: another address, or something in between answered."""


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field. `pointer` is a JSON pointer in a fragment, such as `#/claimant/name`."""

    pointer: str
    detail: str


class Problem(FactdeskError):
    """The desk refused. `status` is the HTTP status; `request_id` finds the request in the desk's log; `members` is the
    whole answer."""

    def __init__(self, status: int, members: Mapping[str, Any], retry_after: float | None = None) -> None:
        self.status = status
        self.members = dict(members)
        self.title = str(members.get("title") or "")
        self.detail = str(members.get("detail") or self.title or f"The answer is {status}.")
        self.errors = field_errors(members.get("errors"))
        self.request_id = _text(members.get("request_id"))
        self.retry_after = retry_after
        super().__init__(self.detail)

    def __str__(self) -> str:
        where = f" [request {self.request_id}]" if self.request_id else ""
        return f"{self.status} {self.title}: {self.detail}{where}"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.status, self.members, self.retry_after)


class Unauthenticated(Problem):
    """The API key is missing, wrong, expired or revoked."""


class Forbidden(Problem):
    """The API key may not do this."""


class NotFound(Problem):
    """There is no such thing, or it is not yours."""


class NotOffered(NotFound):
    """This desk does not offer that: it is older than this client."""


class Conflict(Problem):
    """Not in its present state."""


class Gone(Problem):
    """The place of a cursor is gone: the desk was put back to an older state. Begin anew, without a cursor."""


class Invalid(Problem):
    """What was sent does not hold."""


class TryLater(Problem):
    """The desk can't do it now. It was tried again for as long as there was patience."""


KINDS: dict[int, type[Problem]] = {
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Gone,
    400: Invalid,
    413: Invalid,
    415: Invalid,
    422: Invalid,
    429: TryLater,
}


def problem_of(status: int, members: Mapping[str, Any], retry_after: float | None = None) -> Problem:
    """The exception for a status."""
    kind = TryLater if status >= 500 else KINDS.get(status, Problem)
    return kind(status, members, retry_after)


def field_errors(given: Any) -> tuple[FieldError, ...]:
    """The `errors` of a problem or of a line, leaving out what is none."""
    if not isinstance(given, list):
        return ()
    return tuple(
        FieldError(str(one.get("pointer", "#")), str(one.get("detail", ""))) for one in given if isinstance(one, dict)
    )


def _text(given: Any) -> str | None:
    return given if isinstance(given, str) else None

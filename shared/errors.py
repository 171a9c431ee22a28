"""Errors a caller can do something about; `shared.web` turns them into answers.

Problem
├── BadRequest            400  it can't be read
├── Unauthenticated       401  who is asking?
├── Forbidden             403  not this person's right
├── NotFound              404  there is no such thing
├── NotAllowed            409  not in its present state
├── Gone                  410  it was there once
├── Stale                 412  somebody else changed it first
├── TooLarge              413
├── WrongMediaType        415
├── Invalid               422  the input does not hold; names the fields
├── PreconditionRequired  428  say which version you saw
├── TooManyRequests       429  later, please
└── Unavailable           503  later, please

Anything else that is raised is a bug and answers 500.
"""

from typing import Any


class Problem(Exception):
    """A problem as RFC 9457 describes it. `members` are extension members of the answer."""

    status = 500
    title = "Internal Server Error"

    def __init__(self, detail: str, **members: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.members = members
        self.headers: dict[str, str] = {}


class BadRequest(Problem):
    status, title = 400, "Bad Request"


class Unauthenticated(Problem):
    status, title = 401, "Unauthorized"

    def __init__(self, detail: str, **members: Any) -> None:
        super().__init__(detail, **members)
        self.headers = {"WWW-Authenticate": "Bearer"}


class Forbidden(Problem):
    status, title = 403, "Forbidden"


class NotFound(Problem):
    status, title = 404, "Not Found"


class NotAllowed(Problem):
    status, title = 409, "Conflict"


class Gone(Problem):
    status, title = 410, "Gone"


class Stale(Problem):
    status, title = 412, "Precondition Failed"


class TooLarge(Problem):
    status, title = 413, "Content Too Large"


class WrongMediaType(Problem):
    status, title = 415, "Unsupported Media Type"


class Invalid(Problem):
    """`errors` is a list of `{"pointer": "#/claimant/name", "detail": "…"}` (RFC 6901 in a fragment)."""

    status, title = 422, "Unprocessable Content"

    @classmethod
    def field(cls, name: str, detail: str) -> "Invalid":
        """One field is wrong."""
        return cls(f"{name}: {detail}", errors=[{"pointer": f"#/{name}", "detail": detail}])


class PreconditionRequired(Problem):
    status, title = 428, "Precondition Required"


class TooManyRequests(Problem):
    status, title = 429, "Too Many Requests"

    def __init__(self, detail: str, retry_after: int, **members: Any) -> None:
        super().__init__(detail, **members)
        self.headers = {"Retry-After": str(retry_after)}


class Unavailable(Problem):
    status, title = 503, "Service Unavailable"

    def __init__(self, detail: str, retry_after: int, **members: Any) -> None:
        super().__init__(detail, **members)
        self.headers = {"Retry-After": str(retry_after)}

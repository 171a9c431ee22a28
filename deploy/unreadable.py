"""What a web process answers to a request that it can't read, such as one with an address of a hundred thousand letters. It never
reaches a service, and is answered as services answer: by a problem (RFC 9457) rather than gunicorn's page."""

import json
import socket
from http import HTTPStatus

from gunicorn import util

from shared.clock import new_id

WORDS = {
    HTTPStatus.REQUEST_URI_TOO_LONG: "The address is longer than {line:,} bytes. Send what is so long in a body.",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "The request's headers are too many, or one of them is too long.",
}


def answer_with_problems(longest_line: int) -> None:
    """Have this process answer so. gunicorn has no setting for it."""

    def write_problem(sock: socket.socket, status: int, reason: str, words: str) -> None:
        util.write_nonblock(sock, problem(status, reason, words, longest_line))

    util.write_error = write_problem


def problem(status: int, reason: str, words: str, longest_line: int) -> bytes:
    """The whole answer. `words` are gunicorn's own, and hold what was sent: of a server's fault nothing is said."""
    known = WORDS.get(HTTPStatus(status), "The request is not HTTP as it is read here." if status < 500 else "")
    detail = known.format(line=longest_line) or "Something went wrong here."
    request_id = str(new_id())
    members = {"type": "about:blank", "title": reason, "status": status, "detail": detail, "request_id": request_id}
    body = json.dumps(members).encode()
    head = (
        f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\nContent-Type: application/problem+json\r\n"
        f"Cache-Control: no-store\r\nX-Request-ID: {request_id}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("latin-1") + body

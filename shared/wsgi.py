"""What stands around every service's app, before Flask reads a request and behind its answer."""

import string
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import quote
from wsgiref.types import InputStream, StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.exceptions import BadRequest, RequestTimeout

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
}


def secured(wsgi_app: WSGIApplication) -> WSGIApplication:
    """Every answer has the security headers that it does not bring itself. They are known to be good: Flask's headers would look at
    each of them anew with each answer."""
    usual = [(name.lower(), (name, value)) for name, value in SECURITY_HEADERS.items()]

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def begin(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            given = {name.lower() for name, _ in headers}
            return start_response(status, [*headers, *(one for name, one in usual if name not in given)], *error)

        return wsgi_app(environ, begin)

    return answer


class _Body:
    """A body that the server reads; what it finds wrong on the way is the sender's fault. Of `length` bytes that were announced
    none may be missing: half a story is no story."""

    def __init__(self, stream: InputStream, length: int = 0) -> None:
        self._stream = stream
        self._left = length

    def read(self, size: int = -1, /) -> bytes:
        return self._or_refuse(self._stream.read, size, to_the_end=size < 0)

    def readline(self, size: int = -1, /) -> bytes:
        return self._or_refuse(self._stream.readline, size)

    def readlines(self, hint: int = -1, /) -> list[bytes]:
        return list(iter(self.readline, b""))

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def _or_refuse(self, read: Callable[[int], bytes], size: int, to_the_end: bool = False) -> bytes:
        try:
            got = read(size)
        except TimeoutError as error:
            raise RequestTimeout("The body came too slowly. Nothing was done with it.") from error
        except Exception as error:
            raise BadRequest("The body broke off, or its chunks are not as HTTP has them (RFC 9112, 7.1).") from error
        self._left -= len(got)
        if self._left > 0 and (to_the_end or (size != 0 and not got)):
            raise BadRequest("The body broke off: it is shorter than its Content-Length says.")
        return got


def with_whole_bodies(wsgi_app: WSGIApplication) -> WSGIApplication:
    """A body that the server can't read to its end, or that it waits for in vain, is the sender's problem rather than ours."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("CONTENT_LENGTH") or environ.get("HTTP_TRANSFER_ENCODING"):
            length = environ.get("CONTENT_LENGTH", "")
            environ["wsgi.input"] = _Body(environ["wsgi.input"], int(length) if length.isdecimal() else 0)
        return wsgi_app(environ, start_response)

    return answer


def in_ascii(wsgi_app: WSGIApplication) -> WSGIApplication:
    """Bytes in a query that nobody has written as an address holds them (RFC 3986, 2.1) are written so: Flask fails at those that
    are no UTF-8."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        query = environ.get("QUERY_STRING", "")
        if not query.isascii():
            environ["QUERY_STRING"] = quote(query, safe=string.printable, encoding="latin-1")
        return wsgi_app(environ, start_response)

    return answer

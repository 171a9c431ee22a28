"""Questions that are too long for an address. Google's clients send those as POST, with `X-HTTP-Method-Override: GET` and the
parameters as a form: a claim of three hundred Cyrillic letters is one. Behind this such a request is the GET that it stands for.
"""

from collections.abc import Callable, Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

App = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]
MOST = 64_000  # bytes of parameters
FORM = "application/x-www-form-urlencoded"


class LongQuestions:
    """A WSGI app around another. A body that is too long, or none, is left to what refuses POST."""

    def __init__(self, app: App) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if _stands_for_a_get(environ) and 0 < (length := _length(environ)) <= MOST:
            asked = environ["wsgi.input"].read(length).decode("latin-1")
            asked = "&".join(filter(None, (asked, environ.get("QUERY_STRING"))))  # where the next page's token is
            environ.update({"REQUEST_METHOD": "GET", "QUERY_STRING": asked, "CONTENT_LENGTH": "0"})
        return self._app(environ, start_response)


def _stands_for_a_get(environ: WSGIEnvironment) -> bool:
    return bool(
        environ["REQUEST_METHOD"] == "POST"
        and environ.get("HTTP_X_HTTP_METHOD_OVERRIDE", "").upper() == "GET"
        and environ["PATH_INFO"].startswith("/v1alpha1/")
        and environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() == FORM
    )


def _length(environ: WSGIEnvironment) -> int:
    given = environ.get("CONTENT_LENGTH") or ""
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0

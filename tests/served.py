"""Servers on loopback for one test: what an app answers, and a way to it that can be cut."""

import socket
import threading
from contextlib import closing, contextmanager, nullcontext, suppress

from werkzeug.serving import WSGIRequestHandler, make_server


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"  # so that a stream comes in chunks, as from gunicorn
    timeout = (
        20  # seconds of a connection that lies idle, should one have come in the very moment that the server closes
    )

    def setup(self):
        super().setup()
        self.server.connections.add(self.connection)

    def finish(self):
        self.server.connections.discard(self.connection)
        super().finish()

    def log(self, *_):
        pass


@contextmanager
def served(app):
    """The address where an app is served."""
    server = make_server("127.0.0.1", 0, _closed(app), threaded=True, request_handler=_Quiet)
    server.daemon_threads = False  # closing waits for what is being answered
    server.connections = set()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        for connection in list(server.connections):  # a browser keeps one that lies idle for minutes
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RD)
        thread.join()
        server.server_close()


def _closed(app):
    """The app, its answers closed once they are read: the server forgets it when a browser hangs up at that moment."""

    def answer(environ, start_response):
        body = app(environ, start_response)
        with closing(body) if hasattr(body, "close") else nullcontext():
            yield from body

    return answer


class Way:
    """WSGI in front of an app, where the next answers can be taken away or replaced. What was asked is in `asked`, as
    (method, path, Idempotency-Key)."""

    def __init__(self, app):
        self._app = app
        self.troubles = []
        self.asked = []
        self.bodies = []

    def __call__(self, environ, start_response):
        self.asked.append((environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("HTTP_IDEMPOTENCY_KEY")))
        if not self.troubles:
            return self._app(environ, start_response)
        return self.troubles.pop(0)(environ, start_response, self._app)


def cut_after(lines):
    """The app does its work to the end, and the connection breaks after so many lines of its answer, in a line's middle."""

    def trouble(environ, start_response, app):
        told = {}

        def note(status, headers, exc_info=None):
            told.update(status=status, headers=headers)

        answer = app(environ, note)
        whole = b"".join(answer)
        answer.close()
        rows = whole.splitlines(keepends=True)
        start_response(told["status"], told["headers"])
        return _then_cut([*rows[:lines], *(row[:20] for row in rows[lines : lines + 1])], environ)

    return trouble


def drop(environ, start_response, app):
    """The app does its work, and its answer never comes."""
    answer = app(environ, lambda *_: None)
    b"".join(answer)
    answer.close()
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    start_response("200 OK", [])
    return []


def refuse(status, **headers):
    """Nothing is done; a proxy answers."""

    def trouble(environ, start_response, app):
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        start_response(status, [("Content-Type", "text/html"), *((k.replace("_", "-"), v) for k, v in headers.items())])
        return [b"<h1>Not now</h1>"]

    return trouble


def done_but(status):
    """The app does its work, and a proxy answers in its place."""

    def trouble(environ, start_response, app):
        answer = app(environ, lambda *_: None)
        b"".join(answer)
        answer.close()
        start_response(status, [("Content-Type", "text/html")])
        return [b"<h1>Not now</h1>"]

    return trouble


def _then_cut(parts, environ):
    yield from parts
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)

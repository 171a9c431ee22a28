"""How long a web process waits for what is sent to it. It has a thread for each request, so whoever sends a byte a second, in the
headers or in a body, would hold a thread for as long as they like; a few dozen of them hold all.

A proxy that takes in whole requests before it passes them on does the same better; the desk does not depend on it.
"""

import select
import socket
import time
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

SLOWEST = 4_096  # bytes a second, beside the patience
SIGN_OF_LIFE = 1.0  # seconds between two


class Impatient(socket.socket):
    """A connection on which a request has to arrive within `patience` seconds, and a second more for each 4 kB of it."""

    patience = 20.0

    def __init__(self, connection: socket.socket) -> None:
        super().__init__(connection.family, connection.type, connection.proto, connection.detach())
        self.expect(in_body=False)

    def expect(self, *, in_body: bool) -> None:
        """From now on: a request's first byte, or its body."""
        self._until = time.monotonic() + self.patience
        self._in_body = in_body

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """What is there, as soon as something is. Where time is over: the end of what is sent, if it was no whole head so far;
        else raises TimeoutError."""
        own = self.gettimeout()
        while own != 0:
            try:
                got = super().recv(size, flags | socket.MSG_DONTWAIT)
            except BlockingIOError:
                left = self._until - time.monotonic()
                if own is not None and own < left:
                    return super().recv(size, flags)
                if left > 0 and self._is_readable(left):
                    continue
                if self._in_body:
                    raise TimeoutError("The body came too slowly.") from None
                return b""
            self._until += len(got) / SLOWEST
            return got
        return super().recv(size, flags)

    def _is_readable(self, seconds: float) -> bool:
        line = select.poll()
        line.register(self, select.POLLIN)
        return bool(line.poll(seconds * 1_000))


def _is_closed(graceful: bool = False) -> None:
    """What is left to do for a connection that has been closed."""


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's worker of threads, whose connections are so.

    Its loop tells the master at each turn that it lives, by the time of a file: where somebody writes to the same disk, that waits
    for them, and with it whoever asks for a page. A sign each second is enough for a master that waits thirty.
    """

    _next_sign = 0.0

    def notify(self) -> None:
        moment = time.monotonic()
        if moment >= self._next_sign:
            self._next_sign = moment + SIGN_OF_LIFE
            super().notify()

    def handle(self, conn: TConn) -> Any:
        if not self.cfg.is_ssl:
            if not isinstance(conn.sock, Impatient):
                conn.sock = Impatient(conn.sock)
            conn.sock.expect(in_body=False)
        more = super().handle(conn)
        if more is False:
            # the end waits two seconds for what is still sent: not in the loop that all connections wait for
            conn.close(graceful=True)
            conn.close = _is_closed
        return more

    def handle_request(self, req: Any, conn: TConn) -> Any:
        if isinstance(conn.sock, Impatient):
            conn.sock.expect(in_body=True)
        return super().handle_request(req, conn)

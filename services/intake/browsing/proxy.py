"""The only way out of a browser that shows what strangers wrote: a proxy on loopback, for one picture and its time.

It lets through what `shared.fetch` would fetch. A page over http is fetched by that very function; for https a tunnel is opened to
the address that was checked, whatever the name resolves to a moment later.
"""

import socket
import threading
import time
from collections.abc import Collection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from select import select
from typing import Any

from shared.fetch import USER_AGENT, Refused, Unreachable, connect, fetch

AT_ONCE = 64  # connections; a browser opens 32 to a proxy
MOST_REQUESTS = 600
PART = 65_536  # bytes
PASSED_ON = ("Accept", "Accept-Language", "Origin", "Referer")
OF_THE_WAY = frozenset(
    {"connection", "content-encoding", "content-length", "keep-alive", "proxy-authenticate", "proxy-connection", "set-cookie"}
    | {"te", "trailer", "transfer-encoding", "upgrade"}
)  # fmt: skip


class Proxy(ThreadingHTTPServer):
    """A proxy that is open while the block lasts, `seconds` at most, and lets so many bytes through. `address` is its host and
    port; `asked` what it was asked for, as `host:port`, and `refused` what of it was not let through."""

    daemon_threads = True
    block_on_close = False  # connections end with the deadline, and with the browser

    def __init__(self, private_hosts: Collection[str], seconds: float, most_bytes: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.address = f"127.0.0.1:{self.server_port}"
        self.private_hosts = private_hosts
        self.deadline = time.monotonic() + seconds
        self.asked: list[str] = []
        self.refused: list[str] = []
        self._left = most_bytes
        self._lock = threading.Lock()
        self._room = threading.BoundedSemaphore(AT_ONCE)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.1,), name="proxy", daemon=True)

    def __enter__(self) -> "Proxy":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.deadline = 0.0
        self.shutdown()
        self._thread.join()
        self.server_close()

    @property
    def seconds_left(self) -> float:
        return max(0.0, self.deadline - time.monotonic())

    @property
    def bytes_left(self) -> int:
        return self._left

    def count(self, size: int) -> None:
        """Note that so many bytes went through. Raises Refused when there were too many."""
        with self._lock:
            self._left -= size
            if self._left < 0:
                raise Refused("More than enough has come.")

    def process_request(self, request: Any, client_address: Any) -> None:
        if len(self.asked) < MOST_REQUESTS and self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """The browser has gone, or sent what is no request."""


class _Counted(BytesIO):
    """What is fetched, counted as it comes: of many that come at once no more is held than one picture may have."""

    def __init__(self, proxy: Proxy) -> None:
        super().__init__()
        self._proxy = proxy

    def write(self, part: Any) -> int:
        self._proxy.count(len(part))
        return super().write(part)


class _Handler(BaseHTTPRequestHandler):
    """One request, after which the connection is closed: HTTP/1.0."""

    server: Proxy
    timeout = 30.0  # seconds for the request itself
    server_version, sys_version = "Factdesk", ""

    def do_GET(self) -> None:
        """A page, picture or style over http."""
        named = {name: self.headers[name] for name in PASSED_ON if name in self.headers}
        self.server.asked.append(self.path)
        body = _Counted(self.server)
        try:
            got = fetch(
                self.path,
                headers=named | {"User-Agent": USER_AGENT},
                timeout=self.server.seconds_left,
                most_bytes=self.server.bytes_left,
                into=body,
                redirects=0,
                private_hosts=self.server.private_hosts,
            )
        except (Refused, Unreachable) as error:
            self._refuse(error)
            return
        self.send_response(got.status)
        for name, value in got.headers.items():
            if name not in OF_THE_WAY:
                self.send_header(name, " ".join(value.split()))
        self.send_header("Content-Length", str(body.tell()))
        self.end_headers()
        self.wfile.write(body.getbuffer())

    def do_CONNECT(self) -> None:
        """A tunnel, for https."""
        self.server.asked.append(self.path)
        try:
            far = connect(
                f"https://{self.path}", timeout=self.server.seconds_left, private_hosts=self.server.private_hosts
            )
        except (Refused, Unreachable) as error:
            self._refuse(error)
            return
        with far:
            self.send_response(200)
            self.end_headers()
            self._carry(far)

    def _refuse(self, error: Exception) -> None:
        self.server.refused.append(self.path)
        self.send_error(403 if isinstance(error, Refused) else 502)

    def _carry(self, far: socket.socket) -> None:
        """Carry what comes on either side to the other, until one has ended or there was enough of it."""
        near = self.connection
        other = {near: far, far: near}
        while left := self.server.seconds_left:
            for side in select(list(other), [], [], min(left, 1.0))[0]:
                part = side.recv(PART)
                if not part:
                    return
                try:
                    self.server.count(len(part))
                except Refused:
                    return
                other[side].settimeout(self.server.seconds_left or 0.1)
                other[side].sendall(part)

    def log_message(self, *_: object) -> None:
        """Nothing: what a page asks for is its own."""

"""A web site on this machine, for tests of what is fetched: pages that behave, and pages that don't."""

import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ARTICLE = """<!doctype html><html lang="en"><head><title>Bridge shut again | Ellery Courier</title>
<meta property="og:title" content="Bridge shut again"><meta property="og:site_name" content="Ellery Courier">
<meta name="author" content="Jo Writer"><meta property="article:published_time" content="2026-03-30T10:00:00+02:00"></head>
<body><nav>Home News Sport</nav><article><h1>Bridge shut again</h1>
<p>The harbour bridge was closed on four days in March, the mayor said on Monday, and nobody had been told of it.</p>
<p>The board denies that, and says that it was closed only once during the month, for the time of an hour.</p>
</article><script>alert(1)</script></body></html>"""


class Site:
    """`site.pages["/a"] = body`, bytes or text; or (status, headers, body); or a function of the request's handler."""

    def __init__(self):
        self.pages = {}
        self.asked = []  # paths, in order
        self.headers = []  # of each request
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                site.asked.append(self.path)
                site.headers.append(dict(self.headers))
                page = site.pages.get(self.path, (404, {}, b"none"))
                if callable(page):
                    page(self)
                    return
                status, headers, body = page if isinstance(page, tuple) else (200, {"Content-Type": "text/html"}, page)
                body = body.encode() if isinstance(body, str) else body
                self.send_response(status)
                for name, value in ({"Content-Length": str(len(body))} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

            def handle(self):
                with suppress(OSError):  # the other side has gone
                    super().handle()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.host}"

    def secure(self, context):
        """Speak TLS from now on."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def close(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def drip(handler):
    """A byte now and then, for ever."""
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b".")
        time.sleep(0.02)

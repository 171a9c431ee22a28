"""A time-stamping authority of our own: OpenSSL's, behind a web server. Its clock is this machine's."""

import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = A Root for Tests
[authority]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[stamper]
extendedKeyUsage = critical, timeStamping
keyUsage = critical, digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
default_tsa = stamps
[stamps]
serial = {folder}/serial
digests = sha256
default_policy = 1.2.3.4.1
signer_digest = sha256
ess_cert_id_alg = sha256
"""


class Authority:
    """`url` stamps, `root` is the file by which it is trusted; `is_away` makes it answer 503, `alters` is done to each answer."""

    def __init__(self, folder):
        self.folder, self.root, self.is_away, self.url = folder, folder / "root.pem", False, ""
        self.alters, self._one_at_a_time = lambda answer: answer, threading.Lock()
        (folder / "config").write_text(CONFIG.format(folder=folder))
        (folder / "serial").write_text("01\n")
        self._make("root", "authority")
        self._make("stamper", "stamper", "-CA", "root.pem", "-CAkey", "root.key")

    def stamp(self, query):
        with self._one_at_a_time:
            (self.folder / "query").write_bytes(query)
            self._run("ts", "-reply", "-config", "config", "-queryfile", "query", "-signer", "stamper.pem",
                      "-inkey", "stamper.key", "-out", "reply")  # fmt: skip
            return self.alters((self.folder / "reply").read_bytes())

    def holds(self, reply, content):
        """Whether OpenSSL finds that this answer stamps this content."""
        (self.folder / "given").write_bytes(reply)
        (self.folder / "content").write_bytes(content)
        found = self._run("ts", "-verify", "-in", "given", "-data", "content", "-CAfile", "root.pem", check=False)
        return found.returncode == 0

    def _make(self, name, extensions, *signed_by):
        self._run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config", "config",
                  "-extensions", extensions, "-subj", f"/CN={name}", "-days", "2", "-keyout", f"{name}.key", "-out",
                  f"{name}.pem", *signed_by)  # fmt: skip

    def _run(self, *words, check=True):
        return subprocess.run(["openssl", *words], cwd=self.folder, check=check, capture_output=True)


@contextmanager
def time_stamper(folder):
    """An `Authority` that can be asked."""
    authority = Authority(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            query = self.rfile.read(int(self.headers["Content-Length"]))
            answer = b"" if authority.is_away else authority.stamp(query)
            self.send_response(503 if authority.is_away else 200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    authority.url = f"http://127.0.0.1:{server.server_port}/"
    try:
        yield authority
    finally:
        server.shutdown()
        server.server_close()

"""nginx as `deploy/nginx.conf` sets it up, in front of a publish service that listens on loopback."""

import re
import shutil
import ssl
import subprocess
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPSConnection
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from desk import free_ports

CONFIGURATION = Path(__file__).parents[1] / "deploy/nginx.conf"
FOUND = shutil.which("nginx") or next((path for path in ("/usr/sbin/nginx",) if Path(path).exists()), None)
AROUND = """\
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    sendfile on;
    {paths}
    include {folder}/factdesk.conf;
    {more}
}}
"""
PATHS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@contextmanager
def in_front_of(port, folder, more="", name="facts.example", others=""):
    """nginx with our configuration, its ports and folders changed alone; gives the port on which it listens, `{port}` in `more`."""
    own = free_ports()
    more = more.replace("{port}", str(own))
    _certificate(folder, name)
    text = CONFIGURATION.read_text()
    for here, there in (
        (r"listen 443 ssl", f"listen 127.0.0.1:{own} ssl"), (r"127\.0\.0\.1:8003", f"127.0.0.1:{port}"),
        (r"/etc/ssl/", f"{folder}/"), (r"/var/cache/nginx/", f"{folder}/cache-"), (r"/var/log/nginx/", f"{folder}/"),
    ):  # fmt: skip
        assert re.search(here, text), here
        text = re.sub(here, there, text)
    text = text.replace("server_name facts.example;", f"server_name facts.example {others};")
    (folder / "factdesk.conf").write_text(text)
    paths = "\n    ".join(f"{one}_temp_path {folder}/{one};" for one in PATHS)
    user = "user root;" if Path("/proc/self").stat().st_uid == 0 else ""
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, paths=paths, more=more, user=user))
    server = subprocess.Popen([FOUND, "-c", f"{folder}/nginx.conf", "-e", f"{folder}/error.log"])
    try:
        _until_it_listens(server, own, folder)
        yield own
    finally:
        server.terminate()
        server.wait(240)


def ask(port, path, method="GET", host="facts.example", **headers):
    """An answer through nginx, whoever has signed its certificate."""
    connection = HTTPSConnection("127.0.0.1", port, context=ssl._create_unverified_context(), timeout=240)
    try:
        connection.request(method, path, headers={"Host": host} | {n.replace("_", "-"): v for n, v in headers.items()})
        answer = connection.getresponse()
        answer.body = answer.read()
        return answer
    finally:
        connection.close()


def _until_it_listens(server, port, folder):
    deadline = time.monotonic() + 240
    while server.poll() is None and time.monotonic() < deadline:
        try:
            ask(port, "/healthz")
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"nginx did not start: {(folder / 'error.log').read_text()}")


def _certificate(folder, name):
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    began = datetime.now(UTC) - timedelta(days=1)
    made = x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(began)
    signed = made.not_valid_after(began + timedelta(days=9)).sign(key, hashes.SHA256())
    (folder / "facts.example.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    kind = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "facts.example.key").write_bytes(key.private_bytes(*kind))

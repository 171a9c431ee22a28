"""Requests to addresses that somebody else chose: what is fetched, and what never is."""

import gzip
import socket
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from shared.fetch import Fetched, Refused, Unreachable, asked_wait, check_destination, fetch


class Site(BaseHTTPRequestHandler):
    """A web site whose pages misbehave."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.seen.append((self.command, self.path, dict(self.headers)))
        self.given = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        getattr(self, "show_" + self.path.strip("/").split("/")[0])()

    do_POST = do_GET  # noqa: N815 - as http.server names it

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def show_page(self):
        self.answer(200, b"hello " + self.given, Content_Type="text/plain")

    def show_to(self):
        self.answer(302, Location=self.path.removeprefix("/to/"))

    def show_loop(self):
        self.answer(302, Location="/loop")

    def show_large(self):
        self.answer(200, b"x" * 200_000)

    def show_bomb(self):
        self.answer(200, gzip.compress(b"\0" * 50_000_000), Content_Encoding="gzip")

    def show_drip(self):
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(b".")
            time.sleep(0.05)

    def show_headers(self):
        while True:
            self.wfile.write(b"X")
            time.sleep(0.05)

    def show_cut(self):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"only this")
        self.close_connection = True

    def show_noise(self):
        self.wfile.write(b"\x00\xff not http at all\r\n\r\n")
        self.close_connection = True

    def log_message(self, *_):
        pass

    def handle(self):
        with suppress(OSError):  # the other side has gone, which is what is tested
            super().handle()


@pytest.fixture(scope="module")
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    server.seen = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    server.host = f"127.0.0.1:{server.server_port}"
    server.url = f"http://{server.host}"
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_is_asked_for_comes_with_who_answered(site):
    got = fetch(f"{site.url}/page", private_hosts={site.host})
    assert (got.status, got.body, got.headers["content-type"]) == (200, b"hello ", "text/plain")
    assert (got.url, got.address) == (f"{site.url}/page", "127.0.0.1")
    sent = fetch(f"{site.url}/page", method="POST", body=b"you", headers={"X-One": "1"}, private_hosts={site.host})
    assert sent.body == b"hello you"
    assert site.seen[-1][2]["X-One"] == "1"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/",
        "http://0.0.0.0/", "http://[::1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/", "http://[64:ff9b::7f00:1]/",
        "http://[::127.0.0.1]/", "http://[::ffff:0:7f00:1]/",
        "http://10.0.0.1/", "http://172.16.0.1/", "http://192.168.1.1/", "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/", "http://[fe80::1]/", "http://[fc00::1]/", "http://[fec0::1]/", "http://[2002:7f00:1::]/",
        "http://224.0.0.1/", "http://240.0.0.1/", "http://255.255.255.255/", "http://192.0.2.1/", "http://198.18.0.1/",
    ],
)  # fmt: skip
def test_nothing_that_is_not_public_is_connected_to(site, url):
    for look in (check_destination, fetch):
        with pytest.raises(Refused, match="public internet"):
            look(url)


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://example.org/", "gopher://example.org/", "javascript:alert(1)", "//example.org/", "http://", "",
     "http://user:secret@example.org/", "http://example.org:22/", "http://example.org:99999/", "http://[::1", "http://exa mple"],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(url):
    for look in (check_destination, fetch):
        with pytest.raises((Refused, Unreachable)):
            look(url)


def test_a_host_is_meant_with_its_port_alone(site):
    with pytest.raises(Refused):
        fetch(f"{site.url}/page", private_hosts={"127.0.0.1:1"})
    with pytest.raises(Refused):
        fetch(f"{site.url}/page", private_hosts={"127.0.0.1"})
    check_destination(f"{site.url}/page", private_hosts={site.host})


def test_redirects_are_followed_as_far_as_is_allowed(site):
    got = fetch(f"{site.url}/to//page", private_hosts={site.host})
    assert (got.status, got.url) == (200, f"{site.url}/page")
    assert fetch(f"{site.url}/to//page", redirects=0, private_hosts={site.host}).status == 302
    with pytest.raises(Refused, match="redirects more than 3"):
        fetch(f"{site.url}/loop", redirects=3, private_hosts={site.host})


@pytest.mark.parametrize(
    "to",
    [
        "http://169.254.169.254/",
        "http://localhost:1/",
        "file:///etc/passwd",
        "http://[::1]/",
        "//10.0.0.1/",
        "http://[::1",
    ],
)
def test_a_redirect_leads_nowhere_that_could_not_be_asked_for(site, to):
    with pytest.raises(Refused):
        fetch(f"{site.url}/to/{to}", private_hosts={site.host})


def test_a_post_that_is_redirected_does_not_carry_its_body_on(site):
    fetch(f"{site.url}/to//page", method="POST", body=b"secret", private_hosts={site.host})
    assert site.seen[-1][:2] == ("GET", "/page")


@pytest.mark.parametrize("path", ["large", "bomb"])
def test_more_than_was_allowed_is_not_read(site, path):
    with pytest.raises(Refused, match="larger than 100,000 bytes"):
        fetch(f"{site.url}/{path}", most_bytes=100_000, private_hosts={site.host})


@pytest.mark.parametrize("path", ["large", "bomb"])
def test_what_is_beyond_may_be_cut_off(site, path):
    found = fetch(f"{site.url}/{path}", most_bytes=1_000, cut=True, private_hosts={site.host})
    assert (found.status, len(found.body)) == (200, 1_000)


def test_what_is_large_goes_into_a_file(site, tmp_path):
    whole = fetch(f"{site.url}/large", private_hosts={site.host}).body
    with open(tmp_path / "found", "w+b") as file:
        found = fetch(f"{site.url}/large", into=file, private_hosts={site.host})
        file.seek(0)
        assert (found.status, found.body, file.read()) == (200, b"", whole)
        with pytest.raises(Refused):
            fetch(f"{site.url}/large", into=file, most_bytes=1_000, private_hosts={site.host})


@pytest.mark.parametrize("path", ["drip", "headers"])
def test_a_server_that_sends_a_byte_at_a_time_is_left_in_time(site, path):
    began = time.monotonic()
    with pytest.raises(Unreachable, match="too long"):
        fetch(f"{site.url}/{path}", timeout=0.4, private_hosts={site.host})
    assert time.monotonic() - began < 60


@pytest.mark.parametrize("path", ["cut", "noise"])
def test_a_broken_answer_is_no_answer(site, path):
    with pytest.raises(Unreachable):
        fetch(f"{site.url}/{path}", private_hosts={site.host})


def test_nobody_listening_is_said_so():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(Unreachable, match="connection failed"):
        fetch(f"http://127.0.0.1:{port}/", private_hosts={f"127.0.0.1:{port}"})


def test_a_name_that_resolves_to_something_else_a_moment_later_leads_nowhere_else(site, monkeypatch):
    """DNS rebinding: public while it is checked, private when it is connected to."""
    answers = iter(["93.184.215.14", "127.0.0.1", "127.0.0.1"])
    connected = []

    def resolve(host, port, *_arguments, **_named):
        # a name is looked up once; an address that is connected to is itself
        address = next(answers) if host == "rebind.example" else host
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def connect(_socket, address):
        connected.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(Unreachable):
        fetch("http://rebind.example/")
    assert connected == ["93.184.215.14"]


def test_proxies_of_the_environment_are_not_used(site, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert fetch(f"{site.url}/page", private_hosts={site.host}).status == 200


@pytest.mark.parametrize(
    ("asked", "waits"),
    [
        ("120", 120),
        ("9" * 5_000, 86_400),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Thu, 01 Jan 2026 99999999999999999999:00:00 GMT", 0),
        ("soon", 0),
        ("", 0),
    ],
)
def test_how_long_a_server_asks_to_wait_is_read_and_nonsense_is_nothing(asked, waits):
    assert asked_wait(Fetched(503, {"retry-after": asked}, b"", "http://a.example/", "192.0.2.1")) == waits

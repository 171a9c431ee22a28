"""Nobody holds a thread of a web process by sending slowly."""

import http.client
import os
import socket
import subprocess
import sys
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

APP = """
def app(environ, start):
    body = environ["wsgi.input"].read()
    start("200 OK", [("Content-Length", str(len(body)))])
    return [body]
"""
THREADS = 2
HALF_A_HEAD = b"GET / HTTP/1.1\r\nHost: x\r\nX-Half"
HALF_A_BODY = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nhalf"


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    """A web process as the desk's are, but for an app that gives back what it is sent; and its address."""
    folder = tmp_path_factory.mktemp("web")
    (folder / "echo.py").write_text(APP)
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        host, port = free.getsockname()
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "-b", f"{host}:{port}", "echo:app"]
    environment = os.environ | {"WEB_PATIENCE": "0.5", "WEB_THREADS": str(THREADS), "PYTHONPATH": f".:{folder}"}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        while "Listening" not in process.stderr.readline():
            assert process.poll() is None
        yield process, (host, port)
    finally:
        process.terminate()
        process.communicate(timeout=240)


@pytest.fixture
def address(web):
    return web[1]


@contextmanager
def slow_ones(address, begins):
    """As many connections as there are threads, each with the beginning of a request."""
    lines = [socket.create_connection(address, timeout=240) for _ in range(THREADS)]
    try:
        for line in lines:
            line.sendall(begins)
        yield lines
    finally:
        for line in lines:
            line.close()


@pytest.mark.parametrize("begins", [HALF_A_HEAD, HALF_A_BODY])
def test_requests_that_never_end_keep_no_other_waiting(address, begins):
    with slow_ones(address, begins) as lines, closing(http.client.HTTPConnection(*address, timeout=240)) as other:
        other.request("POST", "/", b"a whole one")
        assert other.getresponse().read() == b"a whole one"
        assert [line.recv(100)[:12] for line in lines] in ([b""] * THREADS, [b"HTTP/1.1 500"] * THREADS)


def test_a_large_body_and_a_second_request_are_read_as_ever(address):
    with closing(http.client.HTTPConnection(*address, timeout=240)) as line:
        for body in (b"x" * 3_000_000, b"y"):
            line.request("POST", "/", body)
            assert line.getresponse().read() == body


def test_a_process_says_that_it_lives_at_most_once_a_second_however_much_it_is_asked(web):
    process, address = web
    seen = []  # on the clock that the process sets its file by
    with closing(http.client.HTTPConnection(*address, timeout=240)) as line:
        while len(seen) < 4:
            line.request("GET", "/")
            line.getresponse().read()
            if (at := _sign_of(process).stat().st_mtime) not in seen:
                seen.append(at)
    assert all(later - earlier >= 1 for earlier, later in pairwise(seen[1:]))  # the first may be its master's


def _sign_of(process):
    """The file by whose time its worker says that it lives."""
    [worker] = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    [sign] = [file for file in Path(f"/proc/{worker}/fd").iterdir() if "wgunicorn" in os.readlink(file)]
    return sign

"""What a verdict page costs: served as bytes by publish, beside a Flask view that answers "hello" on the same server.

They are asked by wrk, where it is installed: readers in Python take as much of the processor as the server, and more of it for a
page than for a word.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

from bench.door import ROOT, environment, serve
from bench.figures import Figure

ROUNDS, ASKED, READERS, SECONDS = 5, 2_000, 16, 2
READ = Path(__file__).with_name("read.py")


def measure(folder: Path) -> Iterator[Figure]:
    """Publish a page, and read it as often as one can; in turns with the other, because machines have moods."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.publishing"],
        cwd=ROOT, env=environment(folder), capture_output=True, text=True, check=True,
    )  # fmt: skip
    path = f"/checks/{done.stdout.strip()}"
    with (
        serve("services.publish.app:create_app()", folder) as ours,
        serve("bench.nothing:create_app()", folder) as theirs,
    ):
        etag = _headers(ours, path)["etag"]
        rates: dict[str, list[float]] = {"page": [], "gzip": [], "304": [], "hello": []}
        for _ in range(ROUNDS):
            rates["page"].append(_rate(ours, path))
            rates["hello"].append(_rate(theirs, "/hello"))
            rates["gzip"].append(_rate(ours, path, "Accept-Encoding: gzip"))
            rates["304"].append(_rate(ours, path, f"If-None-Match: {etag}"))
    hello = median(rates["hello"])
    for name, what in (("page", "A verdict page"), ("gzip", "the same compressed"), ("304", "the same, not changed")):
        yield Figure(what, median(rates[name]), hello, "a Flask view that says hello", "a second", 0.8)


def _rate(port: int, path: str, header: str = "") -> float:
    """Answers a second; every one is a 200 or a 304."""
    if wrk := shutil.which("wrk"):
        more = ["-H", header] if header else []
        done = subprocess.run(
            [wrk, "-t1", f"-c{READERS}", f"-d{SECONDS}", *more, f"http://127.0.0.1:{port}{path}"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert "Non-2xx" not in done.stdout, done.stdout
        return float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout).group(1))
    arguments = [sys.executable, str(READ), str(port), path, str(READERS), str(ASKED), header]
    return float(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout)


def _headers(port: int, path: str) -> dict[str, str]:
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    return {name.lower(): value for name, value in answer.getheaders()}

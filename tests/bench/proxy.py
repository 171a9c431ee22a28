"""A verdict page through the nginx of `deploy/nginx.conf`, from its cache, beside the same bytes as a file that the same nginx
serves: plain, and compressed. TLS, its ciphers and the log are the same for both. The limit is a file as nginx serves one unless
told otherwise, which opens it for each reader; told beside it is one that it keeps open (`open_file_cache`)."""

import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import nginx

from bench.door import ROOT, environment, serve
from bench.figures import Figure

ROUNDS, SECONDS, READERS = 5, 3, 16
FILES = """
server {{
    listen 127.0.0.1:{{port}} ssl http2;
    server_name {name};
    ssl_certificate {folder}/facts.example.pem;
    ssl_certificate_key {folder}/facts.example.key;
    server_tokens off;
    open_file_cache {kept};
    access_log {folder}/files.log combined buffer=64k flush=5s;
    root {folder}/files;
}}
"""
OPENED, KEPT = "files.example", "kept.example"


class Rates(NamedTuple):
    """Pages a second: ours, a file that is opened for each reader, and one that is kept open."""

    ours: float
    opened: float
    kept: float


def measure(folder: Path) -> Iterator[Figure]:
    """In turns, because machines have moods; the median of the rounds' ratios counts."""
    wrk = shutil.which("wrk")
    if nginx.FOUND is None or wrk is None:
        print("(nginx or wrk is not installed: the page through nginx is not measured)")
        return
    done = subprocess.run(
        [sys.executable, "-m", "bench.publishing"],
        cwd=ROOT, env=environment(folder), capture_output=True, text=True, check=True,
    )  # fmt: skip
    path = f"/checks/{done.stdout.strip()}"
    (folder / "files").mkdir()
    hosts = ((OPENED, "off"), (KEPT, "max=10000 inactive=60s"))
    files = "".join(FILES.format(folder=folder, name=name, kept=kept) for name, kept in hosts)
    with (
        serve("services.publish.app:create_app()", folder) as port,
        nginx.in_front_of(port, folder, files) as front,
    ):
        for what, accepted, file in (
            ("A verdict page", "", "plain.html"),
            ("the same compressed", "gzip", "small.html"),
        ):
            body = nginx.ask(front, path, Accept_Encoding=accepted).body
            (folder / "files" / file).write_bytes(body)
            rounds = sorted(
                (_rates(wrk, front, path, accepted, file) for _ in range(ROUNDS)), key=lambda one: one.ours / one.opened
            )
            median = rounds[ROUNDS // 2]
            least, most = (one.ours / one.opened for one in (rounds[0], rounds[-1]))
            beside = statistics.median(one.ours / one.kept for one in rounds)
            note = f"{len(body):,} bytes; {least:.2f} to {most:.2f} × in {ROUNDS} rounds; {beside:.2f} × a file that is kept open"
            what = f"{what} through nginx"
            yield Figure(what, median.ours, median.opened, "the same bytes as a file", "a second", 0.9, note=note)


def _rates(wrk: str, port: int, path: str, accepted: str, file: str) -> Rates:
    asked = (("facts.example", path), (OPENED, f"/{file}"), (KEPT, f"/{file}"))
    return Rates(*(_rate(wrk, port, host, path, accepted) for host, path in asked))


def _rate(wrk: str, port: int, host: str, path: str, accepted: str) -> float:
    """Pages a second; every answer is a 200."""
    done = subprocess.run(
        [wrk, "-t1", f"-c{READERS}", f"-d{SECONDS}", "-H", f"Host: {host}", "-H", f"Accept-Encoding: {accepted}",
         f"https://127.0.0.1:{port}{path}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "Non-2xx" not in done.stdout, done.stdout
    return float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout).group(1))

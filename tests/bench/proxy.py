"""A verdict page through the nginx of `deploy/nginx.conf`, from its cache, beside the same bytes as a file that the same nginx
serves: plain, and compressed. TLS, its ciphers and the log are the same for both."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nginx

from bench.door import ROOT, environment, serve
from bench.figures import Figure

ROUNDS, SECONDS, READERS = 5, 3, 16
FILES = """
server {{
    listen 127.0.0.1:{{port}} ssl http2;
    server_name files.example;
    ssl_certificate {folder}/facts.example.pem;
    ssl_certificate_key {folder}/facts.example.key;
    server_tokens off;
    open_file_cache max=10000 inactive=60s;
    access_log {folder}/files.log combined buffer=64k flush=5s;
    root {folder}/files;
}}
"""


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
    with (
        serve("services.publish.app:create_app()", folder) as port,
        nginx.in_front_of(port, folder, FILES.format(folder=folder)) as front,
    ):
        for what, accepted, file in (
            ("A verdict page", "", "plain.html"),
            ("the same compressed", "gzip", "small.html"),
        ):
            body = nginx.ask(front, path, Accept_Encoding=accepted).body
            (folder / "files" / file).write_bytes(body)
            rounds = sorted(
                (_both(wrk, front, path, accepted, file) for _ in range(ROUNDS)), key=lambda one: one[0] / one[1]
            )
            ours, static = rounds[ROUNDS // 2]
            least, most = (one[0] / one[1] for one in (rounds[0], rounds[-1]))
            note = f"{len(body):,} bytes; {least:.2f} to {most:.2f} × in {ROUNDS} rounds"
            yield Figure(f"{what} through nginx", ours, static, "the same bytes as a file", "a second", 0.9, note=note)


def _both(wrk: str, port: int, path: str, accepted: str, file: str) -> tuple[float, float]:
    return _rate(wrk, port, "facts.example", path, accepted), _rate(wrk, port, "files.example", f"/{file}", "")


def _rate(wrk: str, port: int, host: str, path: str, accepted: str) -> float:
    """Pages a second; every answer is a 200."""
    done = subprocess.run(
        [wrk, "-t1", f"-c{READERS}", f"-d{SECONDS}", "-H", f"Host: {host}", "-H", f"Accept-Encoding: {accepted}",
         f"https://127.0.0.1:{port}{path}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "Non-2xx" not in done.stdout, done.stdout
    return float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout).group(1))

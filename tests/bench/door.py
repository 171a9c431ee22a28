"""Intake alone, served as it is in use; clients that post to it, and limits, from processes of their own."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent


@contextmanager
def serve(app: str, folder: Path, processes=2, threads=16, **more: str):
    """gunicorn with this app; gives the port. Intake's database is in `folder`, if not elsewhere by what `more` says."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "deploy/gunicorn.conf.py"), "-b", f"127.0.0.1:{port}", app],
        cwd=ROOT,
        env=environment(folder) | {"WEB_CONCURRENCY": str(processes), "WEB_THREADS": str(threads)} | more,
        stderr=subprocess.DEVNULL,
    )
    try:
        _until_it_answers(port)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def environment(folder: Path) -> dict[str, str]:
    return os.environ | {
        "SECRET_KEY": "only for measuring, not for use",
        "INTAKE_DATABASE_URL": os.environ.get("BENCH_DATABASE_URL", f"sqlite:///{folder}/intake.sqlite3"),
        "PUBLISH_DATABASE_URL": f"sqlite:///{folder}/publish.sqlite3",
        "REDIS_URL": f"unix://{folder}/none.sock",
        "LOG_LEVEL": "WARNING",
        "INTAKE_MAX_UNACKNOWLEDGED": "1000000000",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}",
    }


def prepare(folder: Path, **more: str) -> str:
    """Make intake's tables and a key; returns the key."""
    for arguments in (
        ["migrate"],
        [
            "keys",
            "create",
            "--newsroom",
            "Bench",
            "--name",
            "bench",
            "--per-minute",
            "100000000",
            "--per-day",
            "1000000000",
            "--json",
        ],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "services.intake", *arguments],
            cwd=ROOT, env=environment(folder) | more, capture_output=True, text=True, check=True,
        )  # fmt: skip
    return json.loads(done.stdout)["key"]


def load(port: int, path: str, key: str, clients=32, count=3000) -> dict:
    """Post `count` claims with so many clients; what `load.py` says of it. Fails unless all were answered 2xx."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    done = subprocess.run(
        [sys.executable, str(HERE / "load.py"), "127.0.0.1", str(port), path, str(clients), str(count), json.dumps(headers)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert set(found["statuses"]) <= {"200", "201"}, found["statuses"]
    return found | {"rate": count / found["seconds"]}


def raw(kind: str, where: str | Path, count: int, **more: str) -> dict[str, float]:
    """What a database does by itself, and what a flush takes: see `raw.py`."""
    done = subprocess.run(
        [sys.executable, str(HERE / "raw.py"), kind, str(where), str(count)],
        env=os.environ | more, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def slow_disk(folder: Path, ms: int) -> dict[str, str] | None:
    """The environment in which every flush of a file takes so much longer; None without a C compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    library = folder / "slow_disk.so"
    source = str(HERE / "slow_disk.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", str(library), source, "-ldl"], check=True)
    return {"LD_PRELOAD": str(library), "FLUSH_MS": str(ms)}


def _until_it_answers(port: int) -> None:
    for _ in range(300):
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("the server did not start")

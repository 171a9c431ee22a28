"""Pictures of pages that strangers wrote, made by a browser that reaches nothing but what `shared.fetch` would fetch.

The browser is the operator's (`INTAKE_BROWSER`). Each picture is made by one that is started for it, with a profile that is thrown
away, by a child of ours that knows no database and no secret; its only way out is a `Proxy` that this process opens for it. It runs
no scripts. Seconds, bytes and memory are limited, and all of it is killed at the end.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from services.intake.browsing.proxy import Proxy
from shared.fetch import Refused, Unreachable, check_destination, host_of

SECONDS = 40.0  # for all of a picture; on a busy machine a browser needs some of them to start
MEMORY = 1_500_000_000  # bytes that all processes of a browser hold by themselves
MOST_FETCHED = 60_000_000  # bytes that come through the proxy for one picture
MOST_BYTES = 5_000_000  # of a picture
PICTURE, REASON = "picture.webp", "reason.txt"  # what the child leaves
LOOK = 0.2  # seconds between two looks at the child


class NoPicture(Exception):
    """There is no picture of this page, and why, in words."""


class Browser(NamedTuple):
    """The operator's browser, and what else it is started with."""

    path: str
    arguments: Sequence[str] = ()


def can_be_started(path: str) -> bool:
    """Whether there is something that this process may start."""
    return os.path.isfile(path) and os.access(path, os.X_OK)


def take_picture(url: str, browser: Browser, private_hosts: Collection[str] = ()) -> bytes:
    """A page as it is now, as WebP: `browser.WIDTH` wide, as high as it is, up to `browser.HIGHEST`. Raises NoPicture.

    Of the private hosts the page reaches its own alone: else a stranger's page would show what another has.
    """
    if not can_be_started(browser.path):
        raise NoPicture("There is no browser.")
    try:
        check_destination(url, private_hosts)
    except (Refused, Unreachable) as error:
        raise NoPicture(str(error)) from error
    with (
        TemporaryDirectory(prefix="factdesk-picture-", ignore_cleanup_errors=True) as folder,
        Proxy({host_of(url)} & set(private_hosts), SECONDS, MOST_FETCHED) as proxy,
    ):
        order = {
            "url": url,
            "browser": browser.path,
            "arguments": list(browser.arguments),
            "proxy": proxy.address,
            "folder": folder,
            "seconds": SECONDS,
        }
        with _child(folder, order) as child:
            _wait(child)
        return _left_in(Path(folder))


@contextmanager
def _child(folder: str, order: Mapping[str, object]) -> Iterator[subprocess.Popen[bytes]]:
    """The child that starts the browser; at the end it is killed with all that it has started."""
    known = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LANG") if name in os.environ}
    child = subprocess.Popen(
        [sys.executable, "-m", "services.intake.browsing"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=known | {"HOME": folder, "TMPDIR": folder},
        start_new_session=True,
    )
    try:
        child.stdin.write(json.dumps(order).encode() + b"\n")  # type: ignore[union-attr]
        child.stdin.flush()  # type: ignore[union-attr]
        yield child
    finally:
        os.killpg(child.pid, signal.SIGKILL)  # not waited for yet, so that the number is still its own
        child.wait()
        with suppress(BrokenPipeError):  # open until now, as the child ends without it
            child.stdin.close()  # type: ignore[union-attr]


def _wait(child: subprocess.Popen[bytes]) -> None:
    """Until the child has ended, which is left to be waited for. Raises NoPicture if it takes too long, or too much."""
    deadline = time.monotonic() + SECONDS
    while os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if time.monotonic() >= deadline:
            raise NoPicture("It took too long.")
        if _memory_of(child.pid) > MEMORY:
            raise NoPicture("The page takes too much memory.")
        time.sleep(LOOK)


def _memory_of(group: int) -> int:
    """The bytes that the processes of a group hold, each by itself."""
    held = 0
    for one in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(one.name)) == group:
                lines = (one / "status").read_text().splitlines()
                held += sum(int(line.split()[1]) for line in lines if line.startswith(("RssAnon:", "RssShmem:")))
        except (OSError, ValueError):
            continue  # it has ended
    return held * 1_024


def _left_in(folder: Path) -> bytes:
    """The picture that the child left. Raises NoPicture."""
    with_picture, with_reason = folder / PICTURE, folder / REASON
    if with_picture.is_file():
        with open(with_picture, "rb") as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise NoPicture(f"The picture would be larger than {MOST_BYTES:,} bytes.")
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return content
    if with_reason.is_file():
        with open(with_reason, encoding="utf-8", errors="replace") as said:
            raise NoPicture(said.read(1_000))
    raise NoPicture("The browser ended before there was a picture.")

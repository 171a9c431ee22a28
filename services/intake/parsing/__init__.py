"""Reads what others wrote, pages and feeds, in a process of its own.

Whoever writes a page decides how long it takes to read, and how much memory. So it is read by a child that knows no
database and no secret, may take so many seconds and bytes, and whose end ends nothing else.
"""

import json
import os
import subprocess
import sys
import threading
from typing import Any

SECONDS = 15  # for one page or feed
MOST_REVIEWED = 15_000_000  # bytes of a page in which reviews are looked for
MEMORY = 1_500_000_000  # bytes of addresses


class Unreadable(Exception):
    """It can't be read, or takes too much to read."""


class Reader:
    """The child, started when it is needed and again when it has ended. One thing is read at a time."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def parse(self, kind: str, body: bytes, url: str = "", content_type: str = "") -> dict[str, Any]:
        """Read a "page" (`pages`), an "article" (`articles`), the "reviews" in a page (`reviews`) or a "feed" (`feeds`).

        Raises Unreadable.
        """
        order = {"kind": kind, "url": url, "content_type": content_type, "bytes": len(body)}
        with self._turn:
            line = self._ask(json.dumps(order).encode() + b"\n" + body)
        if not line:
            raise Unreadable("It takes too long, or too much, to read.")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise Unreadable(answer["error"])
        return answer

    def close(self) -> None:
        """End the child."""
        with self._turn:
            self._end()

    def _ask(self, order: bytes) -> bytes:
        """The child's answer, a line; empty if it ended instead."""
        child = self._running()
        try:
            child.stdin.write(order)  # type: ignore[union-attr]
            child.stdin.flush()  # type: ignore[union-attr]
            line: bytes = child.stdout.readline()  # type: ignore[union-attr]
        except OSError:
            line = b""
        if not line.endswith(b"\n"):
            self._end()
            return b""
        return line

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._end()
            self._child = subprocess.Popen(
                [sys.executable, "-m", "services.intake.parsing"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={
                    **{name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LANG") if name in os.environ},
                    # trafilatura loads numpy, which would take addresses for each processor: a child is given few
                    "OPENBLAS_NUM_THREADS": "1",
                },
            )
        return self._child

    def _end(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None


_reader = Reader()
parse = _reader.parse
close = _reader.close

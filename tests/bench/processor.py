"""Processor time: what a page costs, whatever else the machine does meanwhile. Time on the clock is told beside it."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from databases import PostgresServer


class Processor:
    """The seconds of processor time that this process takes, and the processes of a PostgreSQL server if there is one."""

    def __init__(self, server: PostgresServer | None = None) -> None:
        self._server = server

    def cost(self, work: Callable[[], Any]) -> tuple[float, float, Any]:
        """What a piece of work takes, in seconds of processor time and of the clock; and what it returns."""
        before, ours, began = self._backends(), time.process_time(), time.perf_counter()
        done = work()
        took, ours = time.perf_counter() - began, time.process_time() - ours
        theirs = sum(spent - before.get(pid, 0) for pid, spent in self._backends().items())
        return ours + theirs / 1e9, took, done

    def _backends(self) -> dict[str, int]:
        """Nanoseconds that each process of the server has taken."""
        found: dict[str, int] = {}
        if self._server is not None:
            pid = self._server.process.pid
            for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
                with suppress(OSError):  # it has ended
                    found[child] = int(Path(f"/proc/{child}/schedstat").read_text().split()[0])
        return found

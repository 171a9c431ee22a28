"""A figure and what it is held against."""

import json
import os
import platform
import time
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass
class Figure:
    """`ours` and `beside` in `unit`; `ratio` is ours by beside, and is to be at least, or at most, `bar`."""

    name: str
    ours: float
    beside: float
    what_beside: str
    unit: str
    bar: float
    at_most: bool = False
    note: str = ""

    @property
    def ratio(self) -> float:
        return self.ours / self.beside

    @property
    def holds(self) -> bool:
        return self.ratio <= self.bar if self.at_most else self.ratio >= self.bar

    def show(self) -> str:
        sign = "≤" if self.at_most else "≥"
        held = "holds" if self.holds else "does NOT hold"
        beside = f"{self.what_beside} {self.beside:,.1f} {self.unit}"
        line = f"{self.name}: {self.ours:,.1f} {self.unit}; {beside}: {self.ratio:.2f} × ({sign} {self.bar} {held})"
        return f"{line}\n    {self.note}" if self.note else line


def disk_write() -> float:
    """What one durable write costs here and now, in milliseconds: the median of fifty fdatasync."""
    taken = []
    with open(Path(os.environ.get("TMPDIR", "/tmp")) / f"bench-{os.getpid()}", "wb") as file:
        for _ in range(50):
            file.write(b"x" * 4096)
            file.flush()
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            taken.append(time.perf_counter() - began)
    os.unlink(file.name)
    return sorted(taken)[25] * 1000


def write(path: Path, figures: list[Figure], disk: float) -> None:
    """Everything of a run, for machines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    machine = {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load": os.getloadavg(),
        "fdatasync_ms": disk,
    }
    found = [asdict(one) | {"ratio": one.ratio, "holds": one.holds} for one in figures]
    path.write_text(json.dumps({"machine": machine, "figures": found}, indent=1))

"""`make bench`: every figure beside its limit or peer of the same run; all of it in `var/bench.json`.

make bench [BENCH="posting delivery"]
"""

import importlib
import os
import sys
import tempfile
from pathlib import Path

from bench.figures import disk_write, write

PARTS = (
    "posting",
    "lists",
    "searching",
    "matching",
    "delivery",
    "fanning",
    "pages",
    "renewing",
    "proxy",
    "approvals",
    "desk",
)


def main() -> None:
    """Measure the named parts, or all. Ends with words if there is no such part."""
    if unknown := set(sys.argv[1:]) - set(PARTS):
        sys.exit(f"There is no {', '.join(sorted(unknown))} to be measured; there are {', '.join(PARTS)}.")
    disk = disk_write()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, a durable write takes {disk:.2f} ms\n")
    figures = []
    for part in sys.argv[1:] or PARTS:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            for figure in importlib.import_module(f"bench.{part}").measure(Path(folder)):
                figures.append(figure)
                print(figure.show(), flush=True)
    write(Path(os.environ.get("VAR", "var")) / "bench.json", figures, disk)


if __name__ == "__main__":
    main()

"""The child that has a picture made: `python -m services.intake.browsing`, an order as a line of JSON on its input.

What limits it limits the browser, too. Its input stays open as long as somebody waits for the picture: when nobody does any more,
all that was started is killed, and its folder thrown away.
"""

import json
import os
import resource
import shutil
import signal
import sys
import threading
import time
from base64 import b64decode
from io import BytesIO
from pathlib import Path

from PIL import Image

from services.intake.browsing import PICTURE, REASON, NoPicture
from services.intake.browsing.browser import HIGHEST, WIDTH, Running

LIMITS = {
    resource.RLIMIT_DATA: 8_000_000_000,  # bytes; of addresses a browser takes terabytes, and uses none of them
    resource.RLIMIT_CPU: 60,  # seconds of each process
    resource.RLIMIT_FSIZE: 200_000_000,  # bytes
    resource.RLIMIT_CORE: 0,
}
QUALITY = 80
CLEARING = 5.0  # seconds at most


def main() -> None:
    """Leave a picture in the folder that was named, or why there is none."""
    order = json.loads(sys.stdin.buffer.readline())
    folder = Path(order["folder"])
    os.chdir(folder)
    threading.Thread(target=_wait_for_nobody, args=(folder,), daemon=True).start()
    for limit, most in LIMITS.items():
        resource.setrlimit(limit, (most, most))
    signal.signal(signal.SIGALRM, lambda *_: _clear_away(folder))
    signal.alarm(int(order["seconds"]) + 5)  # if who waits for us has come to a halt
    try:
        with Running(order["browser"], order["arguments"], order["proxy"], folder) as browser:
            taken = b64decode(browser.picture_of(order["url"], order["seconds"]))
        Path("unfinished").write_bytes(_as_webp(taken))
        os.replace("unfinished", PICTURE)
    except NoPicture as reason:
        Path(REASON).write_text(str(reason), encoding="utf-8")
    except Exception as error:  # noqa: BLE001 - whatever becomes of a browser that shows what somebody wrote
        Path(REASON).write_text(f"The browser could not be used ({type(error).__name__}).", encoding="utf-8")


def _wait_for_nobody(folder: Path) -> None:
    """Until nobody waits for the picture any more: who does would have killed us at the end, and was killed."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    _clear_away(folder)


def _clear_away(folder: Path) -> None:
    """Kill our group, the browser with it, and throw the folder away: by a process that is of no group of ours."""
    group = os.getpgrp()
    if os.fork():
        return
    os.setsid()
    os.killpg(group, signal.SIGKILL)
    until = time.monotonic() + CLEARING
    while folder.exists() and time.monotonic() < until:  # what is being killed may write a last file
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(0.1)
    os._exit(0)


def _as_webp(taken: bytes) -> bytes:
    """A picture that the browser gave as PNG, drawn anew."""
    Image.MAX_IMAGE_PIXELS = WIDTH * HIGHEST
    out = BytesIO()
    with Image.open(BytesIO(taken), formats=["PNG"]) as picture:
        picture.convert("RGB").save(out, "WEBP", quality=QUALITY)
    return out.getvalue()


if __name__ == "__main__":
    main()

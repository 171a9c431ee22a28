"""The child that has a picture made: `python -m services.intake.browsing`, an order as JSON on its input.

What limits it limits the browser, too. If it is ended the browser ends with it, as the pipe between them does.
"""

import json
import os
import resource
import signal
import sys
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


def main() -> None:
    """Leave a picture in the folder that was named, or why there is none."""
    order = json.load(sys.stdin)
    os.chdir(order["folder"])
    for limit, most in LIMITS.items():
        resource.setrlimit(limit, (most, most))
    signal.alarm(int(order["seconds"]) + 5)  # if nobody is there any more who would end us
    try:
        with Running(order["browser"], order["arguments"], order["proxy"], Path(order["folder"])) as browser:
            taken = b64decode(browser.picture_of(order["url"], order["seconds"]))
        Path("unfinished").write_bytes(_as_webp(taken))
        os.replace("unfinished", PICTURE)
    except NoPicture as reason:
        Path(REASON).write_text(str(reason), encoding="utf-8")
    except Exception as error:  # noqa: BLE001 - whatever becomes of a browser that shows what somebody wrote
        Path(REASON).write_text(f"The browser could not be used ({type(error).__name__}).", encoding="utf-8")


def _as_webp(taken: bytes) -> bytes:
    """A picture that the browser gave as PNG, drawn anew."""
    Image.MAX_IMAGE_PIXELS = WIDTH * HIGHEST
    out = BytesIO()
    with Image.open(BytesIO(taken), formats=["PNG"]) as picture:
        picture.convert("RGB").save(out, "WEBP", quality=QUALITY)
    return out.getvalue()


if __name__ == "__main__":
    main()

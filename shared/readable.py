"""Text as it may be shown. What was received is kept as it was; what is shown leaves out what nobody sees.

Explicit bidirectional controls can turn the text around them, or close the isolation that a page puts around
them; direction comes from `dir="auto"` and `<bdi>` instead. Characters that XML can't hold would break feeds.
"""

import re
import unicodedata
from typing import Any

from markupsafe import Markup

UNSEEN = re.compile(r"[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


LEFT_TO_RIGHT = "\u200e"  # a letter that nobody sees, of a script that runs so
NO_ITALICS = 0x590  # from here on scripts have none: Hebrew, Arabic, those of India and of East Asia


def plain(text: str) -> str:
    """One text as it may be shown."""
    return UNSEEN.sub("", text)


def finalize(value: Any) -> Any:
    """For `jinja_options`: whatever a template shows is shown so, without its having to say it each time."""
    if isinstance(value, str) and UNSEEN.search(value):
        return Markup(plain(value)) if isinstance(value, Markup) else plain(value)  # noqa: S704 - it was safe before
    return value


def direction_of(text: str) -> str | None:
    """Which way a text runs, by its first letter that has a direction (UAX 9, P2): `rtl`, `ltr`, or None."""
    found = next((way for way in map(unicodedata.bidirectional, text) if way in ("L", "R", "AL")), None)
    return None if found is None else "ltr" if found == "L" else "rtl"


def kept_apart(name: str) -> str:
    """A name for a line of plain text that runs left to right: what follows is not drawn into a name that runs the other way."""
    runs_back = any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in name)
    return f"{name}{LEFT_TO_RIGHT}" if runs_back else name


def slants(text: str) -> bool:
    """Whether a text is of a script that has italics, by its first letter."""
    first = next(filter(str.isalpha, text), "a")
    return ord(first) < NO_ITALICS

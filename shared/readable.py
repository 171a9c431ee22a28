"""Text as it may be shown. What was received is kept as it was; what is shown leaves out what nobody sees.

Explicit bidirectional controls can turn the text around them, or close the isolation that a page puts around
them; direction comes from `dir="auto"` and `<bdi>` instead. Characters that XML can't hold would break feeds.
"""

import re
from typing import Any

from markupsafe import Markup

UNSEEN = re.compile(r"[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def plain(text: str) -> str:
    """One text as it may be shown."""
    return UNSEEN.sub("", text)


def finalize(value: Any) -> Any:
    """For `jinja_options`: whatever a template shows is shown so, without its having to say it each time."""
    if isinstance(value, str) and UNSEEN.search(value):
        return Markup(plain(value)) if isinstance(value, Markup) else plain(value)  # noqa: S704 - it was safe before
    return value

"""Words that somebody else wrote, made fit to be stored and shown."""

from shared.fields import CONTROL


def bounded(text: str | None, most: int, lines: bool = True) -> str | None:
    """Without control characters and half surrogates, cut at `most` characters, on one line unless `lines`; None if
    nothing is left."""
    if not text:
        return None
    text = CONTROL.sub("", text[: most * 4].encode("utf-8", "ignore").decode())
    if not lines:
        text = " ".join(text.split())
    return text.strip()[:most].strip() or None


def said(error: Exception) -> str:
    """What an error says; it may hold what a server said."""
    return bounded(str(error), 1_000, lines=False) or type(error).__name__

"""Spans of time in words, as exact as they are read."""

STEPS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def in_words(seconds: float | None) -> str:
    """`3 d 4 h`, `2 h 5 min`, `48 s`; a dash for none."""
    if seconds is None:
        return "–"
    whole = round(seconds)
    for place, (length, unit) in enumerate(STEPS):
        if whole >= length:
            count, rest = divmod(whole, length)
            smaller, name = STEPS[min(place + 1, len(STEPS) - 1)]
            more = rest // smaller if smaller < length else 0
            return f"{count} {unit} {more} {name}" if more and count < 100 else f"{count} {unit}"
    return "0 s"

"""Where in a text that is shown the words stand that were looked for."""

from collections.abc import Collection

from markupsafe import Markup, escape

from services.publish.rendering.readable import plain
from services.publish.search.words import placed

LONGEST = 280  # characters
BEFORE = 60  # characters before the first hit


def marked(text: str, stems: Collection[str], longest: int = LONGEST, language: str | None = None) -> Markup:
    """A text, or the part of it around the first hit, escaped, with its hits in `<mark>`."""
    text = plain(text)
    hits = [one for one in placed(text, language) if one.stem in stems] if stems else []
    start = 0
    if len(text) > longest and hits and hits[0].end > longest - BEFORE:
        start = text.rfind(" ", 0, max(hits[0].start - BEFORE, 1)) + 1
    end = len(text) if len(text) - start <= longest else text.rfind(" ", start, start + longest)
    end = start + longest if end <= start else end
    parts = [escape("… ")] if start else []
    at = start
    for hit in hits:
        if hit.start >= at and hit.end <= end:
            parts += [escape(text[at : hit.start]), Markup("<mark>{}</mark>").format(text[hit.start : hit.end])]
            at = hit.end
    parts += [escape(text[at:end]), escape(" …" if end < len(text) else "")]
    return Markup("").join(parts)

"""What differs between two texts, word by word."""

import re
from difflib import SequenceMatcher

from markupsafe import Markup, escape

MOST_WORDS = 4_000  # beyond that texts are shown whole: comparing takes the square of their length


def marked(before: str, after: str) -> tuple[Markup, Markup]:
    """Two texts, with the words that only the first has in `<del>` and those that only the second has in `<ins>`."""
    left, right = Markup(), Markup()
    for gone, come, is_same in _parts(before, after):
        left += escape(gone) if is_same else Markup("<del>{}</del>").format(gone) if gone else ""
        right += escape(come) if is_same else Markup("<ins>{}</ins>").format(come) if come else ""
    return left, right


def merged(before: str, after: str) -> Markup:
    """Both texts in one: what went in `<del>`, then what came in `<ins>`."""
    text = Markup()
    for gone, come, is_same in _parts(before, after):
        if is_same:
            text += escape(come)
            continue
        text += Markup("<del>{}</del>").format(gone) if gone.strip() else ""
        text += Markup("<ins>{}</ins>").format(come) if come.strip() else escape(come or gone)
    return text


def changed_paragraphs(before: str, after: str) -> list[Markup]:
    """What a reader needs of two long texts: the paragraphs that differ, each as `merged`, and "…" for what is the same."""
    old, new = ([part.strip() for part in re.split(r"\n\s*\n", text)] for text in (before, after))
    found = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        same = kind == "equal"
        found.append(Markup("…") if same else merged("\n\n".join(old[a:b]), "\n\n".join(new[c:d])))
    return found


def _parts(before: str, after: str) -> list[tuple[str, str, bool]]:
    """What stands in the first, what in the second, and whether it is the same; in order."""
    old, new = (re.findall(r"\s+|[^\s]+", text) for text in (before, after))
    if len(old) + len(new) > MOST_WORDS:
        return [(before, after, before == after)]
    found = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [("".join(old[a:b]), "".join(new[c:d]), kind == "equal") for kind, a, b, c, d in found]

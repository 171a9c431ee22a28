"""What differs between two texts, word by word."""

import re
from difflib import SequenceMatcher

from markupsafe import Markup, escape

CRUMBS = 4  # words that the same run has to have between changes
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
        text += " " if gone.strip() and come.strip() and not (gone[-1] + come[0]).isspace() else ""
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
    found: list[tuple[list[str], list[str], bool]] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        found.append((old[a:b], new[c:d], kind == "equal"))
    return [("".join(gone), "".join(come), same) for gone, come, same in _without_crumbs(found)]


def _without_crumbs(found: list[tuple[list[str], list[str], bool]]) -> list[tuple[list[str], list[str], bool]]:
    """A few words that two texts happen to share between longer changes are no help to a reader: they are told as changed, too."""
    kept: list[tuple[list[str], list[str], bool]] = []
    for place, (gone, come, same) in enumerate(found):
        is_between = same and kept and place + 1 < len(found)
        if is_between and _words(come) < min(CRUMBS, max(_changed(kept[-1]), _changed(found[place + 1]))):
            same = False
        if kept and not same and not kept[-1][2]:
            gone, come = kept[-1][0] + gone, kept[-1][1] + come
            kept.pop()
        kept.append((gone, come, same))
    return kept


def _changed(part: tuple[list[str], list[str], bool]) -> int:
    return max(_words(part[0]), _words(part[1]))


def _words(tokens: list[str]) -> int:
    return sum(not one.isspace() for one in tokens)

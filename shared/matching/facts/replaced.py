"""Words at others' places: "half of the nurses left" is not "half of the teachers left".

No list says which words mean the same. So the texts alone don't tell it: whoever compares them has to know how near the words are
in meaning, and a word that is replaced by one of the same meaning is near it.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher

from shared.matching.facts.counting import NOTHING, READ_AS
from shared.matching.facts.units import CURRENCIES, SCALES, UNITS, WORDS
from shared.matching.languages import COMMON_WORDS
from shared.matching.words import plain, stem

LONGEST = 40  # telling words: of more, one counts little
MOST_PLACES = 2  # where words stand for others: with more of them the text is put in other words
MOST = 2  # words that stand at the place of as many
COUNTED = WORDS.keys() | SCALES.keys() | UNITS.keys() | CURRENCIES.keys()  # compared as figures
SHORTEST = 3  # telling words of a text that are all that differs

Replaced = tuple[str, str]


def replaced(ours: Sequence[str], theirs: Sequence[str], language: str) -> list[Replaced]:
    """The words that stand in one text at the places of others, if nothing else differs that tells anything."""
    mine, other = _telling(ours, language), _telling(theirs, language)
    if not SHORTEST <= len(mine) <= LONGEST or abs(len(mine) - len(other)) > 1 or mine == other:
        return []
    by_stem = [stem(plain(word), language) for word in mine], [stem(plain(word), language) for word in other]
    changed = [one for one in SequenceMatcher(None, *by_stem, autojunk=False).get_opcodes() if one[0] != "equal"]
    if not 1 <= len(changed) <= MOST_PLACES or any(kind != "replace" for kind, *_ in changed):
        return []
    places = [(mine[begin:end], other[start:stop]) for _, begin, end, start, stop in changed]
    most = MOST if len(places) == 1 else 1
    gone, come = [word for one, _ in places for word in one], [word for _, one in places for word in one]
    if any(max(len(one), len(another)) > most for one, another in places) or len(mine) - len(gone) < MOST_PLACES:
        return []
    counted = COUNTED | READ_AS.get(language, NOTHING).keys()
    if any(word in counted or word[0].isdecimal() for word in (*gone, *come)) or set(gone) & set(come):
        return []
    return [(" ".join(one), " ".join(another)) for one, another in places]


def _telling(words: Sequence[str], language: str) -> list[str]:
    return [word for word in words if word not in COMMON_WORDS.get(language, ())]

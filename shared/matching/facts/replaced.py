"""One word at another's place: "half of the nurses left" is not "half of the teachers left".

No list says which words mean the same. So the texts alone don't tell it: whoever compares them has to know how near their meanings
are, and a word that is replaced by one of the same meaning leaves them near.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher

from shared.matching.facts.polarity import alike
from shared.matching.facts.units import WORDS
from shared.matching.languages import COMMON_WORDS

LONGEST = 40  # telling words: of more, one counts little
MOST = 2  # words that stand at the place of as many


def other_word(ours: Sequence[str], theirs: Sequence[str]) -> tuple[str, str] | None:
    """The words that stand in one text at the place of others, if nothing else differs that tells anything."""
    mine, other = _telling(ours), _telling(theirs)
    if not 3 <= len(mine) <= LONGEST or abs(len(mine) - len(other)) > 1 or mine == other:
        return None
    by_stem = [alike(word) for word in mine], [alike(word) for word in other]
    changed = [one for one in SequenceMatcher(None, *by_stem, autojunk=False).get_opcodes() if one[0] != "equal"]
    if len(changed) != 1 or changed[0][0] != "replace":
        return None
    _, begin, end, others_begin, others_end = changed[0]
    if max(end - begin, others_end - others_begin) > MOST or len(mine) - (end - begin) < 2:
        return None
    ours_alone, theirs_alone = mine[begin:end], other[others_begin:others_end]
    if any(word in WORDS or word[0].isdecimal() for word in (*ours_alone, *theirs_alone)):
        return None  # figures are compared as figures
    return " ".join(ours_alone), " ".join(theirs_alone)


def _telling(words: Sequence[str]) -> list[str]:
    return [word for word in words if word not in COMMON_WORDS["en"]]

"""Words as they are searched: made alike, so that both databases, whose own rules differ, find the same.

Letters and digits remain, in small letters and without the accents of European, Arabic and Hebrew script; 1,100 is 1100. Scripts
that put no space between words (Chinese, Japanese, Thai and their like) are taken sign by sign, and what stands together is
looked for together.
"""

import re

from shared.matching.words import plain as searchable

__all__ = ["COMMON", "LONGEST_QUERY", "phrases", "searchable", "telling"]

CHUNK = re.compile(r'["“”„«»](?P<quoted>[^"“”„«»]*)(?:["“”„«»]|$)|(?P<single>[^\s"“”„«»]+)')
MOST = 40  # words or phrases of one search
LONGEST_QUERY = 1_000  # characters
# of no use where any word will do; where all of them have to be there, they do no harm
COMMON = frozenset(
    """
    a about all also an and any are as at be been but by can could did do does for from had has have he her his how if in into is it
    its just more most no not of on one or our out over s said say says she so some such t than that the their them then there these
    they this to up was we were what when where which while will with would you your
    """.split()  # noqa: SIM905
)


def phrases(query: str) -> list[str]:
    """What is searched for: the words of a query, and what stands between quotation marks as one. Each once, 40 at most."""
    found = (searchable(chunk["quoted"] or chunk["single"]) for chunk in CHUNK.finditer(query))
    return list(dict.fromkeys(phrase for phrase in found if phrase))[:MOST]


def telling(found: list[str]) -> list[str]:
    """Those that say something by themselves."""
    return [phrase for phrase in found if phrase not in COMMON]

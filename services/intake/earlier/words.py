"""Words as they are searched: made alike here, so that both databases, whose own rules differ, find the same.

Letters and digits remain, in small letters and without the accents of European, Arabic and Hebrew script; 1,100 is 1100. Scripts
that put no space between words (Chinese, Japanese, Thai and their like) are taken sign by sign, and what stands together is
looked for together.
"""

import re
import unicodedata

ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]")
THOUSANDS = re.compile("(?<=[0-9])[,.'’\u00a0\u202f](?=[0-9]{3}(?![0-9]))")
NOT_ASCII_WORDS = re.compile("[^a-z0-9]+")
UNSPACED = re.compile(
    "([\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])"
)
CHUNK = re.compile(r'["“”„«»](?P<quoted>[^"“”„«»]*)(?:["“”„«»]|$)|(?P<single>[^\s"“”„«»]+)')
MOST = 40  # words or phrases of one search
LONGEST_QUERY = 1_000  # characters
LONGEST = 200  # characters of a word; no index has use for more
# of no use where any word will do; where all of them have to be there, they do no harm
COMMON = frozenset(
    """
    a about all also an and any are as at be been but by can could did do does for from had has have he her his how if in into is it
    its just more most no not of on one or our out over s said say says she so some such t than that the their them then there these
    they this to up was we were what when where which while will with would you your
    """.split()  # noqa: SIM905
)


def searchable(text: str | None) -> str:
    """The text's words, one space between them."""
    if not text:
        return ""
    if text.isascii():
        kept = NOT_ASCII_WORDS.sub(" ", THOUSANDS.sub("", text).lower())
        return " ".join(word[:LONGEST] for word in kept.split())
    joined = THOUSANDS.sub("", unicodedata.normalize("NFKC", text))
    folded = ACCENTS.sub("", unicodedata.normalize("NFKD", joined.casefold()))
    folded = UNSPACED.sub(r" \1 ", unicodedata.normalize("NFKC", folded).casefold())
    kept = "".join(one if unicodedata.category(one)[0] in "LNM" else " " for one in folded)
    return " ".join(word[:LONGEST] for word in kept.split())


def phrases(query: str) -> list[str]:
    """What is searched for: the words of a query, and what stands between quotation marks as one. Each once, 40 at most."""
    found = (searchable(chunk["quoted"] or chunk["single"]) for chunk in CHUNK.finditer(query))
    return list(dict.fromkeys(phrase for phrase in found if phrase))[:MOST]


def telling(found: list[str]) -> list[str]:
    """Those that say something by themselves."""
    return [phrase for phrase in found if phrase not in COMMON]

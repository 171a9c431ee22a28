"""Names in texts: words that are written large, and the short forms of the commonest."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from shared.matching.facts.polarity import DENYING
from shared.matching.facts.units import CURRENCIES, ORDINALS, SCALES, WORDS
from shared.matching.languages import COMMON_WORDS
from shared.matching.words import plain, plain_words

SMALL = re.compile(r"(?<!\S)[a-z][\w’'-]*")
WORD = re.compile(r"[^\W_]+(?:[’'.&-][^\W_]+)*\.?")
POSSESSIVE = re.compile(r"[’']s$")
LAST, NEXT = re.compile(r"([^\W_]+)\W{0,3}$"), re.compile(r"^(?:[’']s)?[^\w.!?;:]{0,3}([^\W_]+)")
COMMON_SHORT = frozenset(
    f"{who}{sign}{what}"
    for sign in "’'"
    for who, whats in {
        "i": "m ve d ll", "you": "re ve d ll", "we": "re ve d ll", "they": "re ve d ll", "he": "s d ll", "she": "s d ll",
        "it": "s d ll", "that": "s", "there": "s", "what": "s", "here": "s", "who": "s", "let": "s", "how": "s",
    }.items()
    for what in whats.split()
)  # fmt: skip
HOW = re.compile(
    r"(?:mente|weise)$|^(?:casi|fast|beinahe|almost|nearly|only|at|up|over)$"
)  # how, or how much: no names
ENDS, OPENS = tuple(".!?:;"), tuple('"“”«»(—')  # what a sentence begins after: with a space between, or with none
ALIASES = {
    "us": "usa", "u.s": "usa", "u.s.a": "usa", "america": "usa", "american": "usa", "americans": "usa", "u.k": "uk",
    "britain": "uk",
    "british": "uk", "eu": "eu", "un": "un", "covid": "covid", "covid-19": "covid", "coronavirus": "covid",
    "holland": "netherlands",
    "dutch": "netherlands", "french": "france", "greek": "greece", "swiss": "switzerland", "spanish": "spain",
    "danish": "denmark",
    "turkish": "turkey", "swedish": "sweden", "finnish": "finland", "polish": "poland", "german": "germany",
    "germans": "germany", "alpine": "alps", "andean": "andes",
    "irish": "ireland", "welsh": "wales", "scottish": "scotland", "ukrainian": "ukraine", "russian": "russia",
    "chinese": "china",
    "joe": "joseph", "kyiv": "kiev", "gop": "republicans", "republican": "republicans", "democrat": "democrats",
    "democratic": "democrats",
}  # fmt: skip
TOGETHER = (
    ("united states of america", "USA"), ("united states", "USA"), ("united kingdom", "UK"), ("great britain", "UK"),
    ("european union", "EU"), ("united nations", "UN"), ("world health organization", "WHO"), ("world health organisation",
    "WHO"),
    ("supreme court", "SupremeCourt"), ("white house", "WH"), ("prime minister", "PM"),
)  # fmt: skip
TITLES = frozenset(
    """mr mrs ms dr prof president minister mayor senator governor king queen prince princess sir lord lady general chancellor
    chairman judge justice pope saint rep sen gov pm january february march april may june july august september october november
    december monday tuesday wednesday thursday friday saturday sunday celsius fahrenheit""".split()  # noqa: SIM905
)

TOGETHER_AS = dict(TOGETHER)
WRITTEN_TOGETHER = re.compile(rf"\b(?:{'|'.join(TOGETHER_AS)})\b", re.I)  # the longer ones come first
COMMON = frozenset().union(*COMMON_WORDS.values())

TWICE = re.compile(r"(.)\1+")
OF_PLACES = ("an", "ish", "ese", "ic", "i", "ans", "isch", "ische", "ischen")
NO_NAMES = TITLES | DENYING | WORDS.keys() | ORDINALS.keys() | SCALES.keys() | CURRENCIES.keys()


class Name(NamedTuple):
    """A word of a name, made alike, as it was written, and the words before and after it: where it begins or ends what is said,
    there is none."""

    key: str
    written: str
    before: str = ""
    after: str = ""


def names(text: str) -> list[Name]:
    """The words of names in a text, each once. The first word of a sentence counts if nothing speaks for another kind of
    word."""
    text = WRITTEN_TOGETHER.sub(lambda found: TOGETHER_AS[found[0].lower()], text)
    small = {word.lower() for word in SMALL.findall(text)}
    found: dict[str, Name] = {}
    for match in WORD.finditer(text):
        written = match[0].rstrip(".")
        if not written[:1].isupper() and not any(one.isupper() for one in written[1:]):
            continue
        if written.isupper() and len(written) > 12:
            continue
        bare = POSSESSIVE.sub("", written)
        if bare.lower() in COMMON_SHORT:
            continue
        key = ALIASES.get(bare.lower(), plain(bare).replace(" ", ""))
        before = text[: match.start()]
        first = _begins(before)
        if first and (key in small or bare.lower() in small or _is_common(bare) or HOW.search(bare.lower())):
            continue
        if key and key not in NO_NAMES and (bare.isupper() or not _is_common(bare)):
            found.setdefault(
                key, Name(key, written, "" if first else _word(LAST, before), _word(NEXT, text[match.end() :]))
            )
    return list(found.values())


def _is_common(word: str) -> bool:
    return word.lower() in COMMON


def _begins(before: str) -> bool:
    """Whether what follows begins a sentence, or what is quoted."""
    said = before.rstrip()
    return not said or said.endswith(OPENS) or (said.endswith(ENDS) and len(said) < len(before))


def _word(where: re.Pattern[str], text: str) -> str:
    found = where.search(text[-40:] if where is LAST else text[:40])
    return found[1].lower() if found else ""


def in_one_place(one: Name, other: Name) -> bool:
    """Whether two names stand at the same place of what is said: after the same word, or before it."""
    return bool(
        (one.before and one.before == other.before) or (one.after and one.after == other.after and one.after != "of")
    )


def alike(one: str, other: str) -> bool:
    """Whether two words of names may be the same: German and Germany, NATO's and NATO."""
    if one == other or f"{one}s" == other or one == f"{other}s":
        return True
    if TWICE.sub(r"\1", one) == TWICE.sub(r"\1", other):
        return True  # Eifel tower
    if one[:4] != other[:4]:
        return False
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    shared = len(short) if long.startswith(short) else next(n for n, sign in enumerate(short) if long[n] != sign)
    if len(short) - shared > 1 and not (short.endswith(OF_PLACES) or long.endswith(OF_PLACES)):
        return False  # Alvarado is not Alvarez
    return shared >= max(4, len(short) - 2) and len(long) - shared <= 4


@lru_cache(8_192)
def _beginnings(text: str) -> frozenset[str]:
    return frozenset(word[:4] for word in plain_words(text))


def missing(ours: Sequence[Name], theirs: Sequence[Name], text: str) -> list[Name]:
    """Our names that the other text has not, not even in small letters or by their first letters."""
    if not ours:
        return []
    there = plain_words(text)
    beginnings = _beginnings(text)
    initials = "".join(one.key[:1] for one in theirs)
    return [
        one
        for one in ours
        if one.key not in there
        and not any(alike(one.key, other.key) for other in theirs)
        and not (one.key[:4] in beginnings and any(alike(one.key, word) for word in there if len(word) > 3))
        and not (one.written.isupper() and one.key in initials)
    ]

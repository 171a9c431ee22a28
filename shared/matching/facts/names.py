"""Names in texts: words that are written large, and the short forms of the commonest."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from shared.matching.facts.counting import COUNTING, MEASURES
from shared.matching.facts.polarity import DENYING
from shared.matching.facts.units import CURRENCIES, ORDINALS, SCALES, UNITS, WORDS
from shared.matching.languages import COMMON_WORDS
from shared.matching.words import plain, plain_words

SMALL = re.compile(r"(?<!\S)[a-z][\w’'-]*")
WORD = re.compile(r"[^\W_]+(?:[’'.&-][^\W_]+)*\.?")
POSSESSIVE = re.compile(r"[’']s$")
LAST, NEXT = re.compile(r"([^\W_]+)\W{0,3}$"), re.compile(r"^(?:[’']s)?[^\w.!?;:]{0,3}([^\W_]+)")
OF = re.compile(r"\b([A-Z][^\W_]+) of (?:the )?$")
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
    "сша": "usa", "eeuu": "usa", "ee.uu": "usa", "eua": "usa", "королівство": "uk", "großbritannien": "uk", "оон": "un",
    "onu": "un", "uno": "un", "ue": "eu", "єс": "eu", "ес": "eu", "oms": "who", "вооз": "who", "воз": "who", "нато": "nato",
    "otan": "nato",
}  # fmt: skip
TOGETHER = (
    ("united states of america", "USA"), ("united states", "USA"), ("united kingdom", "UK"), ("great britain", "UK"),
    ("european union", "EU"), ("united nations", "UN"), ("world health organization", "WHO"), ("world health organisation",
    "WHO"),
    ("supreme court", "SupremeCourt"), ("white house", "WH"), ("prime minister", "PM"),
)  # fmt: skip
# What is said in one word or in more, in languages whose words change with what is said of it: all in one word
IN_SHORT = {
    "USA": r"united states(?: of america)?|(?-i:US|U\.S\.(?:A\.)?)(?!\$)"
    r"|vereinigten? staaten(?: von amerika)?|estados unidos|ee\.? ?uu\.?|états-unis|stati uniti"
    r"|сполучен(?:і|их|им|ими) штат(?:и|ів|ам|ами|ах)|соедин[её]нн(?:ые|ых|ым|ыми) штат(?:ы|ов|ам|ами|ах)|الولايات المتحدة|сша|eua",
    "UK": r"united kingdom"
    r"|vereinigt(?:es|en|em) königreichs?|reino unido|royaume-uni|велик(?:а|ої|ій|у) британі(?:я|ї|ю|єю)"
    r"|великобритани(?:я|и|ю|ей)|المملكة المتحدة",
    "EU": r"european union"
    r"|europäischen? union|unión europea|união europeia|union européenne|європейськ(?:ий|ого|ому|им) союз(?:у|ом|і)?"
    r"|европейск(?:ий|ого|ому|им) союз(?:а|у|ом)?|(?-i:ЄС|ЕС|UE)|евросоюз(?:а|у|ом)?|євросоюз(?:у|ом)?|الاتحاد الأوروبي",
    "UN": r"united nations"
    r"|vereinten? nationen|naciones unidas|nações unidas|nations unies|організаці(?:я|ї|ю|єю) об[’'ʼ]єднаних націй"
    r"|الأمم المتحدة|оон|onu",
    "WHO": r"world health organi[sz]ation"
    r"|weltgesundheitsorganisation|organización mundial de la salud|organisation mondiale de la santé"
    r"|всесвітн(?:я|ьої|ій|ю) організаці(?:я|ї|ю|єю) охорони здоров[’'ʼ]я|منظمة الصحة العالمية|вооз|(?-i:OMS|ВОЗ)",
}
SAYS_SHORT = re.compile(rf"(?<!\w)(?:{'|'.join(f'(?P<{name}>{said})' for name, said in IN_SHORT.items())})(?!\w)", re.I)
TITLES = frozenset(
    """mr mrs ms dr prof president minister mayor senator governor king queen prince princess sir lord lady general chancellor
    chairman judge justice pope saint rep sen gov pm january february march april may june july august september october november
    december monday tuesday wednesday thursday friday saturday sunday celsius fahrenheit uhr""".split()  # noqa: SIM905
)

TOGETHER_AS = dict(TOGETHER)
WRITTEN_TOGETHER = re.compile(rf"\b(?:{'|'.join(TOGETHER_AS)})\b", re.I)  # the longer ones come first
COMMON = frozenset().union(*COMMON_WORDS.values())

# Before a noun, which German writes large as well, and never before who or where it is
OF_A_KIND = {
    "de": re.compile(
        r"(?:k?ein(?:e[mnrs]?)?|alle[nr]?|jede[mnrs]?|viele[nr]?|manche[mnrs]?|einige[nr]?|mehrere[nr]?|wenige[nr]?)$"
    )
}
TWICE = re.compile(r"(.)\1+")
OF_PLACES = ("an", "ish", "ese", "ic", "i", "ans", "isch", "ische", "ischen")
SHORTEST_UNIT = 3  # letters: MB may be a name
CYRILLIC, VERB = re.compile("[а-яіїєґ]"), 4  # letters in which a verb's forms for him and for her are alike
NO_NAMES = TITLES | DENYING | WORDS.keys() | ORDINALS.keys() | SCALES.keys() | CURRENCIES.keys() | MEASURES
NO_NAMES |= {unit for unit in UNITS if len(unit) > SHORTEST_UNIT}


class Name(NamedTuple):
    """A word of a name, made alike, as it was written, and the words before and after it: where it begins or ends what is said,
    there is none."""

    key: str
    written: str
    before: str = ""
    after: str = ""


def in_short(text: str) -> str:
    """A text in which states and unions with a short form known in all languages are named by it."""
    return SAYS_SHORT.sub(lambda found: found.lastgroup or found[0], text)


def names(text: str, language: str = "en") -> list[Name]:
    """The words of names in a text, each once. The first word of a sentence counts if nothing speaks for another kind of
    word."""
    of_a_kind = OF_A_KIND.get(language)
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
        first, last = _begins(before), _word(LAST, before)
        if of_a_kind and not first and of_a_kind.match(last) and not bare.isupper():
            continue
        low = bare.lower()
        if first and (key in small or low in small or _is_common(bare) or HOW.search(low) or low in COUNTING):
            continue
        if key and key not in NO_NAMES and (bare.isupper() or not _is_common(bare)):
            head = OF.search(before[-40:])  # the Bank of England, as England's Bank
            after = head[1].lower() if head else _word(NEXT, text[match.end() :])
            found.setdefault(key, Name(key, written, "" if first else last, after))
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
    same_after = one.after == other.after or (
        one.after[:VERB] == other.after[:VERB] and CYRILLIC.match(one.after) and len(one.after) > VERB
    )
    return bool((one.before and one.before == other.before) or (one.after and same_after and one.after != "of"))


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

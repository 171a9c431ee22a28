"""How much of a thing is claimed: of all, of most, of half or of some, at least or at most so much, only it or all but it,
wholly or nearly; and that one thing causes another, or goes along with it.

Told between texts that say the rest alike, where each says one of these and the other another: a word that both have tells nothing,
nor does what only one of them says.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from shared.matching.facts.times import IRREGULAR
from shared.matching.facts.units import PARTS, WORDS
from shared.matching.languages import COMMON_WORDS
from shared.matching.words import plain, stem

# By language, because words are shared by chance
_EXTENTS: Mapping[str, Mapping[str, str]] = {
    "all": {
        "en": "all every everyone everybody each entire",
        "de": "alle allen aller sämtliche sämtlichen jede jeder jedes jeden jedem",
        "es": "todos todas cada", "fr": "tous toutes chaque tout toute",
        "uk": "всі усі всіх усіх кожен кожна кожне кожного кожному", "ru": "все всех каждый каждая каждого",
        "ar": "كل جميع كافة",
    },
    "most": {
        "en": "most majority", "de": "meisten mehrheit", "es": "mayoría", "fr": "plupart majorité", "uk": "більшість більшості",
        "ru": "большинство большинства", "ar": "معظم أغلب غالبية أغلبية",
    },
    "half": {
        "en": "half", "de": "hälfte halbe halben", "es": "mitad", "fr": "moitié", "uk": "половина половину половини",
        "ru": "половина половину половины", "ar": "نصف",
    },
    "some": {
        "en": "some several few certain", "de": "einige einigen manche manchen mehrere wenige wenigen",
        "es": "algunos algunas varios varias pocos pocas ciertos ciertas", "fr": "certains certaines quelques plusieurs",
        "uk": "деякі деяких кілька кількох окремі", "ru": "некоторые некоторых несколько нескольких отдельные",
        "ar": "بعض عدة",
    },
}  # fmt: skip
# "one in two" is half, and so is 50 percent: figures are compared as figures
_LINKS: Mapping[str, Mapping[str, str]] = {
    "causes": {
        "en": "cause causes caused causing", "de": "verursacht verursachen verursachte auslöst löst bewirkt bewirken",
        "es": "causa causan causó provoca provocan provocó produce producen",
        "fr": "cause causent causé provoque provoquent provoqué entraîne entraînent entraîné",
        "uk": "спричиняє спричиняють спричинив спричинила спричинили викликає викликають викликав викликала",
        "ru": "вызывает вызывают вызвал вызвала вызвали", "ar": "يسبب تسبب يتسبب تتسبب",
    },
    "goes along": {
        "en": "linked associated correlated correlates correlation association likelier likely",
        "de": "zusammenhang zusammenhängen korreliert korrelieren assoziiert häufiger",
        "es": "asociado asociada asociados asociadas vinculado vinculada relacionado relacionada correlación asocia",
        "fr": "associé associée associés associées lié liée corrélation corrélé",
        "uk": "пов'язаний пов'язана пов'язане пов'язують корелює частіше",
        "ru": "связан связана связано связывают коррелирует чаще",
        "ar": "مرتبط مرتبطة يرتبط ترتبط",
    },
}  # fmt: skip


def _by_word(kinds: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for kind, languages in kinds.items():
        for language, words in languages.items():
            found.setdefault(language, {}).update(dict.fromkeys(words.split(), kind))
    return found


# What says at least or at most how many there are, as a phrase: its words deny nothing and are no opposites of others
_AT_LEAST: Mapping[str, str] = {
    "en": "at least|no (?:fewer|less) than|not (?:fewer|less) than|a minimum of|or more|upwards? of",
    "de": "mindestens|wenigstens|nicht weniger als", "es": "al menos|por lo menos|como mínimo|no menos de",
    "fr": "au moins|au minimum|pas moins de", "uk": "щонайменше|принаймні|не менш[ея]?(?: ніж| за| як)?",
    "ru": "по меньшей мере|как минимум|не мен(?:ее|ьше)(?: чем)?", "ar": "على الأقل|(?:ما )?لا يقل عن",
}  # fmt: skip
_AT_MOST: Mapping[str, str] = {
    "en": "at most|no more than|not more than|a maximum of|or (?:fewer|less)|up to",
    "de": "höchstens|maximal|nicht mehr als|bis zu",
    "es": "como máximo|a lo sumo|no más de", "fr": "au plus|au maximum|pas plus de",
    "uk": "щонайбільше|не більш[ея]?(?: ніж| за| як)?", "ru": "не бол(?:ее|ьше)(?: чем)?|максимум",
    "ar": "على الأكثر|(?:ما )?لا يزيد عن",
}  # fmt: skip
BOUNDS = {
    language: re.compile(rf"(?<!\w)(?:(?P<least>{_AT_LEAST[language]})|(?P<most>{_AT_MOST[language]}))(?!\w)", re.I)
    for language in _AT_LEAST
}
MORE_THAN = {
    "least": frozenset({"more", "over", "exceed", "exceeds", "exceeded"}),
    "most": frozenset({"fewer", "less", "under", "below"}),
}
ONLY: Mapping[str, re.Pattern[str]] = {
    "en": re.compile("only|solely"), "de": re.compile("nur"), "es": re.compile("s[oó]lo|solamente|únicamente"),
    "fr": re.compile("seulement|seule?s?"), "uk": re.compile("лише|тільки"), "ru": re.compile("только|лишь"),
    "ar": re.compile("فقط"),
}  # fmt: skip
ALL_BUT: Mapping[str, re.Pattern[str]] = {
    "en": re.compile("(?:all|every|everyone|everything|everywhere|anywhere) (?:of them )?(?:but|except)|except(?: for)?|excluding"),
    "de": re.compile("außer|ausgenommen"), "es": re.compile("excepto|salvo"), "fr": re.compile("sauf|excepté"),
    "uk": re.compile("крім|окрім"), "ru": re.compile("кроме"), "ar": re.compile("إلا|باستثناء"),
}  # fmt: skip
# Before what then was not done, and what was done looks like
NEARLY: Mapping[str, tuple[frozenset[str], re.Pattern[str]]] = {
    "en": (
        frozenset({"almost", "nearly", "narrowly"}),
        re.compile(r"\w{3,}ed$|" + "|".join(f"{word}$" for word in IRREGULAR)),
    ),
    "de": (frozenset({"fast", "beinahe"}), re.compile(r"ge\w{2,}(?:t|en)$|\w{3,}iert$")),
    "es": (frozenset({"casi"}), re.compile(r"\w{2,}(?:ó|aron|ieron)$")),
}
NEAR = frozenset("almost nearly narrowly close verge brink fast beinahe knapp casi punto".split())  # noqa: SIM905

NOT_ONLY: Mapping[str, re.Pattern[str]] = {
    "en": re.compile("not (?:only|just|solely)"), "de": re.compile("nicht nur"), "es": re.compile("no (?:s[oó]lo|solamente)"),
    "fr": re.compile("pas seulement"), "uk": re.compile("не (?:лише|тільки)"), "ru": re.compile("не только"),
    "ar": re.compile("ليس فقط"),
}  # fmt: skip
# Of two: both of them, or one
BOTH: Mapping[str, re.Pattern[str]] = {
    "en": re.compile("both"), "de": re.compile("beiden?"), "es": re.compile("amb[oa]s"), "fr": re.compile("les deux"),
    "uk": re.compile("обидва|обидві|обох"), "ru": re.compile("оба|обе|обоих|обеих"),
}  # fmt: skip
ONE_OF: Mapping[str, re.Pattern[str]] = {
    "en": re.compile("(?:only )?one of"), "de": re.compile("ein(?:er|e|es) (?:der|von)"), "es": re.compile("un[oa] de"),
    "fr": re.compile("une? (?:de|des)"), "uk": re.compile("од(?:ин|на|не) (?:з|із|зі)"), "ru": re.compile("од(?:ин|на|но) из"),
}  # fmt: skip
# The second largest is not the largest: a rank before what is said to be the most. In German both are one word
LARGEST: Mapping[str, re.Pattern[str]] = {
    "en": re.compile("(?P<rank>second|third|fourth|fifth|[2-9](?:nd|rd|th)) (?P<most>most|least|largest|biggest|smallest|highest"
                     "|lowest|tallest|longest|oldest|youngest|deepest|richest|poorest|busiest|fastest|worst|best|strongest|hottest"
                     "|coldest|deadliest|wealthiest|heaviest)"),
    "de": re.compile(r"(?P<rank>zweit|dritt|viert|fünft)(?P<most>\w{3,}ste[nmrs]?|größte[nmrs]?)"),
    "es": re.compile(r"(?P<rank>segund[oa]|tercer[oa]?|cuart[oa]) (?:\w+ )?(?P<most>más \w+)"),
    "fr": re.compile(r"(?P<rank>deuxième|second|seconde|troisième|quatrième) (?:\w+ )?(?P<most>plus \w+)"),
}  # fmt: skip
# Who died after something need not have died of it
DYING = frozenset(
    """die dies died dying death deaths dead stirbt sterben starb starben gestorben tot muere mueren murió murieron muerto muerta
    mort morte morts décès décédé décédée""".split()  # noqa: SIM905
)
AFTER: Mapping[str, frozenset[str]] = {
    "en": frozenset({"after", "following"}), "de": frozenset({"nach"}), "es": frozenset({"tras", "después"}),
    "fr": frozenset({"après"}),
}  # fmt: skip
BY: Mapping[str, frozenset[str]] = {
    "en": frozenset({"of", "from", "because", "due"}), "de": frozenset({"an", "durch", "wegen"}), "es": frozenset({"por", "causa"}),
    "fr": frozenset({"cause"}),
}  # fmt: skip
JOINING = 3  # words from such a word to what it is about

EXTENTS, LINKS = _by_word(_EXTENTS), _by_word(_LINKS)
NOTHING: dict[str, str] = {}
# Before "most", which then is no share: the most expensive
COMPARED = frozenset({"the", "at", "its", "his", "their", "a"})

OF = frozenset("of aller de des усіх всіх всех".split())  # noqa: SIM905
SHARES = PARTS.keys() | frozenset("percent prozent ciento cent відсотків процентов".split())  # noqa: SIM905

Told = tuple[str, str]


def extents(ours: Sequence[str], theirs: Sequence[str], language: str) -> Told | None:
    """How much each of two sentences speaks of, as each says it, if it is not as much."""
    known = EXTENTS.get(language, NOTHING)
    return _otherwise(_of(ours, known, language), _of(theirs, known, language))


def links(ours: Sequence[str], theirs: Sequence[str], language: str) -> Told | None:
    """The words by which one sentence says that a thing causes another, and the other one that it goes along with it."""
    known = LINKS.get(language, NOTHING)
    return _otherwise(_of(ours, known, language), _of(theirs, known, language))


def bounds(text: str, language: str) -> tuple[str, dict[str, str]]:
    """A text without the phrases that say at least or at most how many there are, and the first of each, as it is written."""
    pattern, found = BOUNDS.get(language), dict[str, str]()
    if pattern is None:
        return text, found
    for match in pattern.finditer(text):
        found.setdefault(match.lastgroup or "", match[0])
    return pattern.sub(" ", text) if found else text, found


def beyond(
    ours: Sequence[str], mine: Mapping[str, str], theirs: Sequence[str], other: Mapping[str, str]
) -> Told | None:
    """What one says there is at least, and the other at most; one of them perhaps by "more than" or "fewer than"."""
    if not mine and not other:
        return None
    return _otherwise(mine or _compared(ours), other or _compared(theirs))


def _compared(words: Sequence[str]) -> dict[str, str]:
    return {
        kind: word
        for kind, known in MORE_THAN.items()
        for word in words
        if word in known and words[words.index(word) + 1 : words.index(word) + 2] != ["the"]
    }


def excepted(ours: Sequence[str], theirs: Sequence[str], language: str) -> Told | None:
    """What one says of that alone, and the other of all but that, or not of that alone."""
    mine, other = (
        _said(words, language, {"only": ONLY, "all but": ALL_BUT, "not only": NOT_ONLY}) for words in (ours, theirs)
    )
    for said in (mine, other):
        if "not only" in said:
            said.pop("only")
    return _otherwise(mine, other)


def of_two(ours: Sequence[str], theirs: Sequence[str], language: str) -> Told | None:
    """What one says of both, and the other of one of them."""
    return _otherwise(*(_said(words, language, {"both": BOTH, "one": ONE_OF}) for words in (ours, theirs)))


def ranked(ours: Sequence[str], theirs: Sequence[str], language: str) -> Told | None:
    """What one says is the second or third of what the other says is the first: the second largest and the largest."""
    if language not in LARGEST:
        return None
    for one, other, turned in ((ours, theirs, False), (theirs, ours, True)):
        said, against = " ".join(one), " ".join(other)
        found = LARGEST[language].search(said)
        if found and not LARGEST[language].search(against) and re.search(rf"(?<!\w){found['most']}(?!\w)", against):
            return (found["most"], found[0]) if turned else (found[0], found["most"])
    return None


def died_of(ours: Sequence[str], theirs: Sequence[str], language: str) -> Told | None:
    """What one says that somebody died of, and the other that it was before."""
    if language not in AFTER or DYING.isdisjoint(ours) or DYING.isdisjoint(theirs):
        return None
    for one, other, turned in ((ours, theirs, False), (theirs, ours, True)):
        after, by = _about(one, AFTER[language], language), _about(other, BY[language], language)
        about = next((what for what in after if what in by), None)
        if about and about not in _about(one, BY[language], language):
            return (by[about], after[about]) if turned else (after[about], by[about])
    return None


def _about(words: Sequence[str], before: frozenset[str], language: str) -> dict[str, str]:
    """The first telling word after any of these, by its stem, with the word before which it stands."""
    common, found = COMMON_WORDS.get(language, frozenset()), dict[str, str]()
    for place, word in enumerate(words):
        if word in before:
            about = next((one for one in words[place + 1 : place + 1 + JOINING] if one not in common), None)
            if about:
                found.setdefault(_stem(about, language), f"{word} {about}")
    return found


def _said(words: Sequence[str], language: str, kinds: Mapping[str, Mapping[str, re.Pattern[str]]]) -> dict[str, str]:
    """Which of these phrases a sentence has, by their kinds, as it says them."""
    text = " ".join(words)
    return {
        kind: found[0]
        for kind, patterns in kinds.items()
        if language in patterns and (found := re.search(rf"(?<!\w)(?:{patterns[language].pattern})(?!\w)", text))
    }


def nearly(ours: Sequence[str], theirs: Sequence[str], language: str) -> Told | None:
    """What nearly happened in one text and did in the other."""
    for one, other, turned in ((ours, theirs, False), (theirs, ours, True)):
        told = _nearly(one, language)
        if told and NEAR.isdisjoint(other) and _stem(told[1], language) in {_stem(word, language) for word in other}:
            almost, done = (
                " ".join(told),
                next(word for word in other if _stem(word, language) == _stem(told[1], language)),
            )
            return (done, almost) if turned else (almost, done)
    return None


def _nearly(words: Sequence[str], language: str) -> tuple[str, str] | None:
    near, done = NEARLY[language] if language in NEARLY else (frozenset[str](), re.compile("$"))
    pairs = pairwise(words)
    return next(((word, verb) for word, verb in pairs if word in near and verb not in WORDS and done.match(verb)), None)


def _stem(word: str, language: str) -> str:
    return stem(plain(IRREGULAR.get(word, word) if language == "en" else word), language)


def _of(words: Sequence[str], known: Mapping[str, str], language: str) -> dict[str, str]:
    """The kinds that a sentence says, and the first word that says each."""
    found: dict[str, str] = {}
    for place, word in enumerate(words):
        kind = known.get(word.replace("’", "'").replace("ʼ", "'"))
        if kind == "all" and _is_share(words[max(0, place - 2) : place]):
            continue  # 50% of all, a fifth of all
        if kind and not (kind == "most" and language == "en" and words[max(0, place - 1)] in COMPARED):
            found.setdefault(kind, word)
    if len(found) > 1:
        found.pop("all", None)  # half of all
    return found


def _is_share(before: Sequence[str]) -> bool:
    """Whether these words begin how much of all is meant."""
    return len(before) == 2 and before[1] in OF and (before[0].isdecimal() or before[0] in SHARES)


def _otherwise(ours: Mapping[str, str], theirs: Mapping[str, str]) -> Told | None:
    if len(ours) != 1 or len(theirs) != 1 or ours.keys() == theirs.keys():
        return None
    return next(iter(ours.values())), next(iter(theirs.values()))

"""How much of a thing is claimed: of all, of most, of half or of some; and that one thing causes another, or goes along with it.

Told between texts that say the rest alike, where each says one of these and the other another: a word that both have tells nothing,
nor does what only one of them says.
"""

from collections.abc import Mapping, Sequence

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


EXTENTS, LINKS = _by_word(_EXTENTS), _by_word(_LINKS)
NOTHING: dict[str, str] = {}
# Before "most", which then is no share: the most expensive
COMPARED = frozenset({"the", "at", "its", "his", "their", "a"})

Told = tuple[str, str]


def extents(ours: Sequence[str], theirs: Sequence[str], language: str) -> Told | None:
    """How much each of two sentences speaks of, as each says it, if it is not as much."""
    known = EXTENTS.get(language, NOTHING)
    return _otherwise(_of(ours, known, language), _of(theirs, known, language))


def links(ours: Sequence[str], theirs: Sequence[str], language: str) -> Told | None:
    """The words by which one sentence says that a thing causes another, and the other one that it goes along with it."""
    known = LINKS.get(language, NOTHING)
    return _otherwise(_of(ours, known, language), _of(theirs, known, language))


def _of(words: Sequence[str], known: Mapping[str, str], language: str) -> dict[str, str]:
    """The kinds that a sentence says, and the first word that says each."""
    found: dict[str, str] = {}
    for place, word in enumerate(words):
        kind = known.get(word.replace("’", "'").replace("ʼ", "'"))
        if kind and not (kind == "most" and language == "en" and words[max(0, place - 1)] in COMPARED):
            found.setdefault(kind, word)
    if len(found) > 1:
        found.pop("all", None)  # half of all
    return found


def _otherwise(ours: Mapping[str, str], theirs: Mapping[str, str]) -> Told | None:
    if len(ours) != 1 or len(theirs) != 1 or ours.keys() == theirs.keys():
        return None
    return next(iter(ours.values())), next(iter(theirs.values()))

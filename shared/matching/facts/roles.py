"""Who does it to whom: "Ada sued Bob" is not "Bob sued Ada", but "Bob was sued by Ada" is the same.

Told by the order of words alone, which says so in English: texts that share most of their words, and have around one of them what
stands before and what stands after it changed for one another.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from shared.matching.facts.polarity import alike
from shared.matching.facts.units import MONTHS, SCALES, SEASONS, WEEKDAYS, WORDS
from shared.matching.languages import COMMON_WORDS
from shared.matching.words import plain, stem

REACH = 3  # telling words before and after, that do it or that it is done to
BY_WITHIN = 8  # words
BEING = frozenset("is are was were be been being am gets get got".split())  # noqa: SIM905
# Either may come first, and nothing else is said
MUTUAL = frozenset(
    """met married divorced talked agreed disagreed resembles borders equals discussed negotiated played signed says said tells told
    claims claimed announces announced reports reported tweeted wrote together along""".split()  # noqa: SIM905
)
IRREGULAR = frozenset(
    """beat bit bought brought built caught cost dealt drove fed fought found forgot gave got hid hit held hurt
    kept knew led left lent
    lost made owes paid put read rode ran saw sent shot
    sold stole struck swore taught thanked threw took understood won woke""".split()  # noqa: SIM905
)
NO_VERB_AFTER = frozenset(
    "the a an this that these those its his her their our of in on at from every each no more".split()  # noqa: SIM905
)
NO_VERB_BEFORE = frozenset("of to in on at from for and or".split())  # noqa: SIM905
CALENDAR = MONTHS.keys() | WEEKDAYS.keys() | SEASONS.keys() | SCALES.keys() | WORDS.keys()
DIRECTED = frozenset("to from than not but for by into".split())  # noqa: SIM905
BY_CASE = frozenset({"uk", "ru"})  # their words may stand in any order
INFLECTED = frozenset({"uk", "ru", "ar", "es", "fr"})  # the endings of other words change with what is changed
THAN = {"en": "than", "de": "als", "es": "que", "fr": "que", "pt": "que", "uk": "ніж", "ru": "чем"}
PREPOSITIONS = frozenset(
    """in on at from since after before during by for with to against im am an auf bei nach vor seit von vom zum zur mit für gegen
    aus ab durch während en desde con por para contra durante tras dans depuis avec pour par pendant après avant contre chez у в
    на до з зі із за від для про після під через к от из с со для после при في من منذ خلال بعد قبل مع عن إلى den dem""".split()  # noqa: SIM905
)
NOMINATIVE, ACCUSATIVE = frozenset({"der", "ein"}), frozenset({"den", "einen", "dem", "einem"})
PASSIVE = {
    "de": frozenset("wird werden wurde wurden worden von vom".split()),  # noqa: SIM905
    "es": frozenset("fue fueron es son será serán sido por".split()),  # noqa: SIM905
}
IS = frozenset("is are was were be been being".split())  # noqa: SIM905
HALF = 0.5  # of their words, which two texts share at least
SHORTEST_NOUN = 4  # letters
MOST_SWAPPED = 4  # words that are changed for others
OTHERS = frozenset("those that ones one".split())  # noqa: SIM905


class _Around(NamedTuple):
    """What stands before and after a word, and whether it is done by what follows."""

    before: frozenset[str]
    after: frozenset[str]
    passive: bool
    suffered: bool  # in a passive that does not say by whom it is done


def reversed_roles(ours: Sequence[str], theirs: Sequence[str]) -> str | None:
    """The word around which what does it and what it is done to are changed for one another."""
    for place, one in enumerate(ours):
        if ours.count(one) == theirs.count(one) == 1 and _is_done(ours, place) and _is_done(theirs, theirs.index(one)):
            first, second = _around(ours, place), _around(theirs, theirs.index(one))
            alike_in_voice = first.passive == second.passive and first.suffered == second.suffered
            if (_crossed(first, second) and alike_in_voice) or (
                _straight(first, second) and first.passive != second.passive
            ):
                return one
    return None


def swapped(ours: Sequence[str], theirs: Sequence[str], language: str) -> str | None:
    """What of two texts in the same words stands between what is changed for one another: "bread for soldiers from refugees" is not
    "bread for refugees from soldiers". In any language, where nothing else is changed; where cases tell who does it to whom, the
    endings of what is changed have to change as well."""
    first, second = ours, theirs
    is_inflected = Counter(ours) != Counter(theirs)
    if is_inflected:
        first, second = ([stem(plain(word), language) for word in words] for words in (ours, theirs))
    if (language not in INFLECTED and is_inflected) or (language in BY_CASE and not is_inflected):
        return None
    if Counter(first) != Counter(second):
        return None
    other = [place for place, (one, another) in enumerate(zip(first, second, strict=True)) if one != another]
    if not other:
        return None
    start, end = other[0], other[-1] + 1
    mine, yours = tuple(first[start:end]), tuple(second[start:end])
    for before in range(1, min(len(mine) - 1, MOST_SWAPPED + 1)):
        for after in range(1, min(len(mine) - before, MOST_SWAPPED + 1)):
            between = mine[before:-after]
            if yours == mine[-after:] + between + mine[:before]:
                moved = ours[start], ours[end - after]
                # "im Herbst" is that wherever it stands; and where cases tell, the verb's ending alone tells nothing
                keeps_its_part = not PREPOSITIONS.isdisjoint(moved) or (
                    language in BY_CASE
                    and _outer(ours[start:end], before, after) == _outer(theirs[start:end], after, before)
                )
                told = ours[start + before : end - after]
                return " ".join(told) if not keeps_its_part and _parts(told) else None
    return None


def _outer(words: Sequence[str], first: int, last: int) -> list[str]:
    """The first and the last ones of some words, whatever their order."""
    return sorted([*words[:first], *words[len(words) - last :]])


def remarked(ours: Sequence[str], theirs: Sequence[str], language: str) -> str | None:
    """What does it in one of two texts in the same words, and has it done to it in the other, where articles (den Mann), "a" (a la
    empresa) or endings (газету) say so."""
    if _is_passive(ours, language) != _is_passive(theirs, language) or _shared(ours, theirs, language) < HALF:
        return None
    mine, other = _objects(ours, theirs, language), _objects(theirs, ours, language)
    if language == "de":
        told = [noun for noun in mine if noun in _after(theirs, NOMINATIVE)] + [
            noun for noun in other if noun in _after(ours, NOMINATIVE)
        ]
        return told[0] if told and _same_words(ours, theirs, language) else None
    if mine and other and not mine & other and (language != "es" or _same_words(ours, theirs, language)):
        return min(mine)
    return None


def _objects(words: Sequence[str], others: Sequence[str], language: str) -> set[str]:
    """What is marked as that to which it is done, and stands in the other text as well, unmarked."""
    if language == "de":
        return _after(words, ACCUSATIVE)
    if language == "es":
        joined = [word for word in words if word not in ("la", "los", "las")]
        return {noun for at, noun in pairwise(joined) if at in ("a", "al") and noun in others}
    if language in ("uk", "ru"):
        mine = {word for word in words if word not in others and _nominatives(word) & set(others)}
        doing = set().union(*(_nominatives(word) for word in others if word not in words))
        of_it = {noun for owned, noun in pairwise(words) if owned in doing}  # "зарплата міністра" is his
        return mine - of_it
    return set()


def _nominatives(word: str) -> set[str]:
    """As a Ukrainian or Russian noun may be said that does it, if so it is said of whom it is done to."""
    if len(word) < SHORTEST_NOUN:
        return set()
    forms = {"у": "а", "ю": "я"}
    found = {word[:-1] + forms[word[-1]]} if word[-1] in forms else set()
    return found | ({word[:-1], word[:-1] + "й", word[:-1] + "ь"} if word[-1] in "ая" else set())


def _shared(ours: Sequence[str], theirs: Sequence[str], language: str) -> float:
    first, second = ({stem(plain(word), language) for word in words} for words in (ours, theirs))
    return len(first & second) / max(len(first), len(second), 1)


def _after(words: Sequence[str], articles: frozenset[str]) -> set[str]:
    return {noun for article, noun in pairwise(words) if article in articles}


def _same_words(ours: Sequence[str], theirs: Sequence[str], language: str) -> bool:
    """Whether both have the same words but for articles and their like."""
    common = COMMON_WORDS.get(language, frozenset()) | {"a"}
    first, second = (
        Counter(stem(plain(word), language) for word in words if word not in common) for words in (ours, theirs)
    )
    return first == second


def _is_passive(words: Sequence[str], language: str) -> bool:
    return not PASSIVE.get(language, frozenset()).isdisjoint(words)


def _parts(between: Sequence[str]) -> bool:
    """Whether it matters which of two things comes before these words, and which after."""
    told = {word for word in between if _tells(word) and word not in BEING}
    return MUTUAL.isdisjoint(told) and bool(told or not DIRECTED.isdisjoint(between))


def crossed(ours: Sequence[str], one: str, theirs: Sequence[str], other: str) -> bool:
    """Whether what stands before a word of ours stands after one of theirs, and the other way round: who sells to whom buys."""
    return _crossed(_around(ours, ours.index(one)), _around(theirs, theirs.index(other)))


def on_sale(ours: Sequence[str], one: str, theirs: Sequence[str], other: str) -> bool:
    """Whether a thing "is sold" in one text and "you can buy" it in the other."""
    for mine, word, others, another in ((ours, one, theirs, other), (theirs, other, ours, one)):
        sold = word == "sold" and not IS.isdisjoint(mine[max(0, mine.index(word) - 2) : mine.index(word)])
        if sold and another in ("buy", "bought") and "can" in others[: others.index(another)]:
            return True
    return False


def crossed_comparison(ours: Sequence[str], theirs: Sequence[str], language: str) -> bool:
    """Whether both compare, and what stands before "than" in one stands after it in the other."""
    than = THAN.get(language)
    if than is None or than not in ours or than not in theirs:
        return False
    (before, after), (others_before, others_after) = _sides(ours, than, language), _sides(theirs, than, language)
    left, right = after - others_after, others_after - after
    return bool(left and right) and left <= others_before and right <= before


def _sides(words: Sequence[str], than: str, language: str) -> tuple[frozenset[str], frozenset[str]]:
    at, common = words.index(than), COMMON_WORDS.get(language, frozenset())
    before, after = (
        frozenset(stem(plain(word), language) for word in some if _tells(word) and word not in common)
        for some in (words[:at], words[at + 1 :])
    )
    return before, after


def _crossed(first: _Around, second: _Around) -> bool:
    return bool(first.before & second.after and first.after & second.before and not first.before & second.before)


def _straight(first: _Around, second: _Around) -> bool:
    return bool(first.before & second.before and first.after & second.after and not first.before & second.after)


def _is_done(words: Sequence[str], place: int) -> bool:
    """Whether a word looks like a verb that somebody does to somebody."""
    word, before, following = words[place], words[place - 1 : place], words[place + 1 : place + 2]
    if word in MUTUAL or word in COMMON_WORDS["en"] or not before or not following:
        return False
    if word in IRREGULAR or (word.endswith("ed") and len(word) > 3):
        return True
    in_place = before[0] not in NO_VERB_AFTER and not before[0].isdecimal()
    in_place = in_place and following[0] not in NO_VERB_BEFORE and following[0] not in BEING
    return word.endswith("s") and not word.endswith("ss") and in_place


def _around(words: Sequence[str], place: int) -> _Around:
    before = [alike(word) for word in words[:place] if _tells(word) and not word.isdecimal()][-REACH:]
    after = [alike(word) for word in words[place + 1 :] if _tells(word) and not word.isdecimal()][:REACH]
    following = words[place + 1 : place + 1 + BY_WITHIN]
    by = following.index("by") if "by" in following else len(following)
    far = words[place + 1 + BY_WITHIN :] if by >= len(following) - 1 else following[by + 1 :]
    done = by < len(following) and bool(far)
    passive = done and (
        not BEING.isdisjoint(words[max(0, place - 3) : place]) or (by == 0 and not following[1:2][0].isdecimal())
    )
    if passive:
        after = [*after, *(alike(word) for word in far if _tells(word))][: len(after) + REACH]
    suffered = not passive and not BEING.isdisjoint(words[max(0, place - 2) : place])
    return _Around(frozenset(before), frozenset(after), passive, suffered)


def _tells(word: str) -> bool:
    return not (
        word in COMMON_WORDS["en"] or word in CALENDAR or word in OTHERS or (word.isdecimal() and len(word) > 2)
    )

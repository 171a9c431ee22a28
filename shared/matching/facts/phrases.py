"""What is said of numbers in more than a word, and dates in figures alone: read before the numbers, word by word, are.

A phrase is put into figures, or into the English words for it, in as many signs, so that all else keeps its place in the text.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from shared.matching.facts.counting import NUMBER_WORDS, in_english
from shared.matching.facts.units import WORDS


class Moment(NamedTuple):
    """A part of a date or a time of day: its kind, its value (an hour as hours after midnight), and what it was read from."""

    kind: str
    value: float
    written: str


WRITTEN_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
DAY_FIRST = re.compile(r"(?<![\d./])(\d{1,2})([./])(\d{1,2})\2(\d{4})(?![\d/]|\.\d)")
HOUR = re.compile(r"(?<![\d.,:])(\d{1,2})(?:[:.]([0-5]\d))?\s?([ap])\.?m\b\.?", re.I)
# By a clock of 24 hours, as 22:00 and, in German, 22 Uhr, 9.30 Uhr and neun Uhr; in French also 22 h
AFTER_NOON = re.compile(r"(?<![\d.,:])(1[3-9]|2[0-3]):([0-5]\d)(?![\d:]|\s?Uhr\b)")
_HOURS = rf"\d{{1,2}}|eins?|{'|'.join(NUMBER_WORDS['de'])}"
CLOCK = {
    "de": re.compile(rf"(?<![\w.,:])({_HOURS})(?:[.:]([0-5]\d))?\s?Uhr\b(?:\s([0-5]\d)\b)?", re.I),
    "fr": re.compile(r"\b(?:à|de|dès|vers|avant|après) (\d{1,2})\s?h(?:eures)?\s?([0-5]\d)?(?!\w)", re.I),
}  # fmt: skip
POINT_IS_DECIMAL = frozenset({"en", "ja", "ko", "zh", "th", "he", "hi"})
POINT_IS_ORDINAL = frozenset({"de", "pl", "tr"})
RANKED = re.compile(r"(?<![\d.,])(\d{1,3})\.(?=\s+[^\W\d_])")  # 3. Quartal
HALF_A = {
    "en": re.compile(r"\bhalf an? (?=(?:thousand|million|billion|trillion|dozen)\b)", re.I),
    "de": re.compile(r"\b(?:eine[rn]? )?halben? (?=(?:million|milliarde|billion)\b)", re.I),
    "es": re.compile(r"\bmedi[oa] (?=(?:millón|billón|docena)\b)", re.I),
    "fr": re.compile(r"\b(?:un )?demi-(?=(?:million|milliard)\b)", re.I),
    "uk": re.compile(r"\bпів ?(?=(?:мільйон|мільярд)а?\b)", re.I),
}  # fmt: skip
OR_MORE = re.compile(r"\bor (?:more|fewer|less)\b", re.I)
GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:[. ]\d{3})+(?!\d|[.,]\d)")
# One in so many, as it is said before the number, perhaps with what is counted: "un train sur trois"
_ONE_IN = {
    "es": r"un[oa]? (?:\w+ )?de cada", "pt": r"uma? (?:\w+ )?(?:em|de) cada", "fr": r"une? (?:\w+ )?sur",
    "de": r"ein(?:er|es?) von",
}  # fmt: skip
ONE_IN = {
    language: re.compile(rf"\b{said}(?= (?:\d|(?:{'|'.join(NUMBER_WORDS[language])})\b))", re.I)
    for language, said in _ONE_IN.items()
}
ARABIC_TEENS = re.compile(r"\b(إحدى|أحد|اثنا|اثني|اثنتا|ثلاثة?|أربعة?|خمسة?|ستة?|سبعة?|ثماني(?:ة)?|تسعة?) عشرة?\b")
ARABIC_ONES = {"إحدى": 1, "أحد": 1, "اثنا": 2, "اثني": 2, "اثنتا": 2}


def moments(text: str, language: str) -> tuple[list[Moment], str]:
    """The dates that are written in figures and the hours with a.m. or p.m., and the text without them."""
    found = [
        Moment(kind, float(value), one[0])
        for one in WRITTEN_DATE.finditer(text)
        for kind, value in zip(("year", "month", "day"), one.groups(), strict=True)
    ]
    rest = WRITTEN_DATE.sub(" ", text).replace("-", " ")
    found += [part for one in DAY_FIRST.finditer(rest) for part in _day_first(one, language)]
    rest = DAY_FIRST.sub(_blank, rest)
    for pattern, read in ((HOUR, _hour), (CLOCK.get(language), _clock), (AFTER_NOON, _clock)):
        if pattern:
            found += [read(one) for one in pattern.finditer(rest)]
            rest = pattern.sub(_blank, rest)
    return found, rest


def in_figures(text: str, language: str) -> str:
    """The text as its numbers are read, as long as it was."""
    if language not in POINT_IS_DECIMAL:
        text = GROUPED.sub(lambda found: re.sub("[. ]", "\u00a0", found[0]), text)
    if language in POINT_IS_ORDINAL:
        text = RANKED.sub(r"\1º", text)
    if language in ONE_IN:
        text = ONE_IN[language].sub(lambda found: "one in".ljust(len(found[0])), text)
    if language in HALF_A:
        text = HALF_A[language].sub(lambda found: "0.5".ljust(len(found[0])), text)
    if language == "ar":
        text = ARABIC_TEENS.sub(_teen, text)
    return OR_MORE.sub(_blank, text)


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _teen(found: re.Match[str]) -> str:
    """A number from eleven to nineteen in Arabic, in figures of as many signs."""
    ones = ARABIC_ONES.get(found[1]) or int(WORDS[in_english(found[1], "ar")])
    return str(10 + ones).ljust(len(found[0]))


def _day_first(found: re.Match[str], language: str) -> Iterator[Moment]:
    """The year of 3.10.2025 or 3/10/2025, and the day and the month, unless an English text leaves open which comes first."""
    day, month, year = int(found[1]), int(found[3]), int(found[4])
    is_open = language == "en" and found[2] == "/" and day <= 12 and day != month
    if month > 12 >= day:
        day, month = month, day
    parts = (
        {"year": year}
        if is_open or not (1 <= month <= 12 and 1 <= day <= 31)
        else {"year": year, "month": month, "day": day}
    )
    return (Moment(kind, float(value), found[0]) for kind, value in parts.items())


def _hour(found: re.Match[str]) -> Moment:
    """9 p.m. as hours after midnight."""
    hours = int(found[1]) % 12 + int(found[2] or 0) / 60 + 12 * (found[3] in "pP")
    return Moment("hour", hours, found[0])


def _clock(found: re.Match[str]) -> Moment:
    """22:00, 22 Uhr or zehn Uhr as hours after midnight."""
    hours, *minutes = found.groups()
    word = in_english(hours.lower(), "de")
    whole = int(hours) if hours.isdecimal() else int(WORDS.get(word, 1))
    return Moment("hour", whole + int(next((one for one in minutes if one), 0)) / 60, found[0].strip())

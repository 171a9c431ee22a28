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
CLOCK = re.compile(r"(?<![\d.,:])(\d{1,2})[.:](?=[0-5]\d\s?Uhr\b)")  # 9.30 Uhr and 9:30 Uhr are one
POINT_IS_DECIMAL = frozenset({"en", "ja", "ko", "zh", "th", "he", "hi"})
POINT_IS_ORDINAL = frozenset({"de", "pl", "tr"})
RANKED = re.compile(r"(?<![\d.,])(\d{1,3})\.(?=\s+[^\W\d_])")  # 3. Quartal
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
    found += [_hour(one) for one in HOUR.finditer(rest)]
    return found, HOUR.sub(_blank, DAY_FIRST.sub(_blank, rest))


def in_figures(text: str, language: str) -> str:
    """The text as its numbers are read, as long as it was."""
    if language == "de":
        text = CLOCK.sub(r"\1,", text)
    if language not in POINT_IS_DECIMAL:
        text = GROUPED.sub(lambda found: re.sub("[. ]", "\u00a0", found[0]), text)
    if language in POINT_IS_ORDINAL:
        text = RANKED.sub(r"\1º", text)
    if language in ONE_IN:
        text = ONE_IN[language].sub(lambda found: "one in".ljust(len(found[0])), text)
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

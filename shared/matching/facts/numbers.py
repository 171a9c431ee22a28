"""Numbers in texts, with what they count: `5 million`, `five million` and `5,000,000` are one number, `5 million dollars` is none
of people, 10 km are 6.2 miles. Dates are numbers of their own kinds.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from shared.matching.facts.counting import in_english, value_of
from shared.matching.facts.phrases import in_figures, moments
from shared.matching.facts.units import (
    BEFORE_YEARS,
    CALENDAR,
    CONVERTED,
    CURRENCIES,
    HUNDREDTHS,
    MONTHS,
    ORDINALS,
    PARTS,
    RATE_WORDS,
    RATES,
    ROUGHLY,
    SCALES,
    SEASONS,
    TEMPERATURES,
    TENS,
    UNITS,
    WEEKDAYS,
    WORDS,
)

MOST_OF_A_SHARE = 100  # one in a hundred; "one in 2020" is none
RANK = "rank"  # the kind of third, and of 3rd


class Number(NamedTuple):
    """A number: what kind of thing it counts, how many in that kind's first unit, and how exactly it was said."""

    kind: str  # "money", "length", "percent", "year", "month", "day", "" for things
    value: float
    unit: str  # as it was said, made alike
    written: str
    exactness: float  # half of the last digit's worth
    rough: bool = False  # "about", "nearly", "more than"
    figure: float = 0.0  # how many of the unit in which it was said

    def is_as(self, other: "Number") -> bool:
        """Whether both can mean the same amount."""
        if self.kind != other.kind and ((self.kind and other.kind) or {self.kind, other.kind} & CALENDAR):
            return False
        between = abs(self.value - other.value)
        if self.kind in CALENDAR:
            return between == 0
        if between <= 1e-9 * max(abs(self.value), abs(other.value), 1.0):
            return True
        if {self.unit, other.unit} == {"", "year"} and self.figure == other.figure:
            return True  # "a 15-year-old girl" and "Girl, 15"
        converted = self.unit != other.unit and self.kind == other.kind and self.kind in CONVERTED
        if converted and between <= 0.02 * max(abs(self.value), abs(other.value)):
            return True
        if self.rough or other.rough:
            return between <= max(self.exactness, other.exactness) and between <= 0.1 * abs(
                max(self.value, other.value)
            )
        return False


LETTERS = r"(?:[^\W\d_]|[\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963])+"
TOKEN = re.compile(
    r"(?P<currency>US\$|[$€£¥₹₴₽])?\s?(?<![\w.])(?P<digits>\d{1,3}(?:[,'’\u00a0\u202f]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)"
    r"(?P<ordinal>st|nd|rd|th|er|ère|e|ème|[ºª])?(?P<glued>%|°[CF]|k?m²|[A-Za-z]{1,4}(?:/h)?)?(?!\w)"
    r"|(?P<slashed>\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4})"
    r"|(?P<decade>\d{4})s\b"
    rf"|(?P<word>k?m/h\b|k?m²|{LETTERS}(?:[’']{LETTERS})?)"
    r"|(?P<sign>[%€£¥₹₴₽]|°[CF])"
)
BIG = ("hundred", "thousand", "million", "billion", "trillion")
SQUARED = frozenset("cuadrados quadrados carrés quadrati مربع".split())  # noqa: SIM905 - behind the measure
POWERS = ("square", "cubic")
POINTS = frozenset(
    (of, points)
    for some, others in (
        ("percentage percent", "point points"), ("punto puntos", "porcentual porcentuales"),
        ("ponto pontos", "percentual percentuais"),
        ("відсоткових відсоткові процентних процентні", "пунктів пункти пункта"),
    )
    for of in some.split()
    for points in others.split()
)  # fmt: skip
EVERY = frozenset("every each jeder jede jedes jeden jedem кожен кожна кожне кожного каждый каждая каждое".split())  # noqa: SIM905
# Words that a number or a date may begin with, where no figures do
BEGINNINGS = frozenset({"a", "an", "per", "one", *BIG, *WORDS, *ORDINALS, *MONTHS, *WEEKDAYS, *SEASONS})
QUALIFYING = frozenset({"us", "of", "de", "degrees", "metric", "british", "swiss", "swedish", *POWERS})


class _Token(NamedTuple):
    word: str
    number: float | None
    exactness: float
    currency: str | None
    ordinal: bool
    decade: bool
    start: int
    end: int
    whole: bool  # written as a whole number of digits


def numbers(text: str, language: str = "en") -> list[Number]:
    """The numbers of a text, in their order. Where the comma is decimal, thousands are set apart by points or spaces."""
    written, rest = moments(text, language)
    dated = [Number(one.kind, one.value, one.kind, one.written, 0.0) for one in written]
    return dated + list(_read(list(_tokens(in_figures(rest, language), language)), rest))


def _tokens(text: str, language: str) -> Iterator[_Token]:
    for found in TOKEN.finditer(text):
        start, end = found.span()
        if found["digits"]:
            value, exactness = value_of(found["digits"])
            whole = found["digits"].isdecimal()
            glued = (found["glued"] or "").lower()
            yield _Token("", value, exactness, found["currency"], bool(found["ordinal"]), False, start, end, whole)
            if glued:
                yield _Token(glued, None, 0, None, False, False, start, end, False)
        elif found["decade"]:
            yield _Token("", float(found["decade"]), 0, None, False, True, start, end, True)
        elif found["word"] or found["sign"]:
            word = in_english((found["word"] or found["sign"]).lower(), language)
            yield _Token(word, None, 0, None, False, False, start, end, False)


def _read(tokens: Sequence[_Token], text: str) -> Iterator[Number]:
    place = 0
    while place < len(tokens):
        may_begin = tokens[place].number is not None or tokens[place].word in BEGINNINGS
        found = (_amount(tokens, place) or _named_day(tokens, place)) if may_begin else None
        if found is None:
            place += 1
            continue
        number, following = found
        yield _with_context(number, tokens, place, following, text)
        place = max(following, place + 1)


def _amount(tokens: Sequence[_Token], place: int) -> tuple[Number, int] | None:
    """The number that begins here, with its scale and its unit, and where the text goes on."""
    first = tokens[place]
    if first.number is not None and (calendar := _calendar(tokens, place)):
        return calendar
    if told := _part(tokens, place) or _share(tokens, place) or _compound_rank(tokens, place):
        return told
    if first.ordinal and first.number is not None:
        return Number(RANK, first.number, RANK, "", 0.0, figure=first.number), place + 1
    begun = _figure(tokens, place)
    if begun is None:
        return None
    value, exactness, after = begun
    while after < len(tokens) and _is_scale(first, tokens[after]):
        scale = SCALES[tokens[after].word]
        value, exactness, after = value * scale, exactness * scale, after + 1
    kind, factor, unit, after = _unit(tokens, after, first.currency or _code(tokens, place))
    if unit == "fahrenheit":
        value, exactness = (value - 32) / 1.8, exactness / 1.8
    if not kind and first.word in ("half", "halved", "quarter"):
        kind, unit, value = "percent", "percent", value * 100
    return Number(kind, value * factor, unit, "", exactness * factor, figure=value), after


def _compound_rank(tokens: Sequence[_Token], place: int) -> tuple[Number, int] | None:
    """Twenty-first."""
    tens = TENS.get(tokens[place].word, 0)
    ones = ORDINALS.get(tokens[place + 1].word, 0) if tens and place + 1 < len(tokens) else 0
    rank = float(tens + ones)
    return (Number(RANK, rank, RANK, "", 0.0, figure=rank), place + 2) if 0 < ones < 10 else None


def _part(tokens: Sequence[_Token], place: int) -> tuple[Number, int] | None:
    """A third, one third, two thirds: a percentage. "A third time" is none."""
    first = tokens[place]
    many = 1.0 if first.word in ("a", "one") else first.number or WORDS.get(first.word, 0.0)
    part = tokens[place + 1].word if place + 1 < len(tokens) else ""
    following = tokens[place + 2] if place + 2 < len(tokens) else None
    whole = PARTS.get(part, 0)
    if not 1 <= many < whole or whole == 2 or (many > 1) != part.endswith("s"):
        return None
    is_told = (
        first.word != "a" or following is None or following.word in ("of", "in", "since", "less", "more", "fewer", "by")
    )
    if not is_told or (part.startswith("quarter") and first.word == "a"):
        return None
    share = 100 * many / whole
    return Number("percent", share, "percent", "", 0.5, rough=bool(share % 1), figure=share), place + 2


def _share(tokens: Sequence[_Token], place: int) -> tuple[Number, int] | None:
    """One in five, one child in five, 3 out of 10: a percentage, if what is counted is no measure."""
    words = [one.word for one in tokens[place : place + 3]]
    if words[1:2] == ["in"]:
        within = place + 2
    elif words[1:3] in (["out", "of"], ["of", "the"], ["of", "its"]) or (words[:1] == ["one"] and words[2:] == ["in"]):
        within = place + 3
        within += within < len(tokens) and words[1:3] == ["out", "of"] and tokens[within].word in ("the", "its")
    else:
        return None
    if within >= len(tokens):
        return None
    part, whole = (tokens[at].number or WORDS.get(tokens[at].word, 0.0) for at in (place, within))
    following = tokens[within + 1].word if within + 1 < len(tokens) else ""
    if words[1:2] == ["of"] and part < 2:  # "one of the 3" is any
        return None
    if not 1 <= part < whole <= MOST_OF_A_SHARE or following in UNITS or following in SCALES or following in CURRENCIES:
        return None
    return Number("percent", 100 * part / whole, "percent", "", 0.5, figure=100 * part / whole), within + 1


def _figure(tokens: Sequence[_Token], place: int) -> tuple[float, float, int] | None:
    """How much is said in figures or words, how exactly, and where the text goes on."""
    first = tokens[place]
    if first.number is not None:
        return first.number, first.exactness, place + 1
    if first.word in ("a", "an", "per") and _measure(tokens, place):
        return 1.0, 0.5, place + 1
    if first.word in WORDS and not _is_filler(tokens, place):
        return _spelled(tokens, place)
    if first.word in BIG and place and tokens[place - 1].word in ("a", "one", "per"):
        return 1.0, 0.5, place
    return None


def _is_scale(first: _Token, token: _Token) -> bool:
    """Whether a word multiplies the number before it; m and k do where they stand at the figure."""
    return token.word in SCALES and (token.word not in ("m", "k") or token.start == first.start)


def _measure(tokens: Sequence[_Token], place: int) -> bool:
    """Whether a measure follows: a litre, per kilo."""
    following = tokens[place + 1].word if place + 1 < len(tokens) else ""
    return len(following) > 2 and UNITS.get(following, ("", 0))[0] in ("volume", "mass", "area", "length")


def _is_filler(tokens: Sequence[_Token], place: int) -> bool:
    """Words that are numbers in some places alone."""
    word = tokens[place].word
    following = tokens[place + 1].word if place + 1 < len(tokens) else ""
    before = tokens[place - 1].word if place else ""
    if word == "one":
        return (
            following not in SCALES
            and following not in UNITS
            and following not in CURRENCIES
            and following not in ("in", "out")
        )
    if word in ("mil", "second", "quarter"):
        return following not in UNITS and before not in ("a", "one")
    return False


def _spelled(tokens: Sequence[_Token], place: int) -> tuple[float, float, int]:
    """A number in words: twenty five, two hundred and ten."""
    total, current, after = 0.0, WORDS[tokens[place].word], place + 1
    while after < len(tokens):
        word = tokens[after].word
        following = tokens[after + 1].word if after + 1 < len(tokens) else ""
        if word in WORDS and WORDS[word] < 10 and current % 100 >= 20 and current % 10 == 0 and WORDS[word] >= 1:
            current += WORDS[word]
        elif word == "hundred":
            current *= 100
        elif word in BIG[1:] and following in WORDS:
            total, current = (total + current) * SCALES[word], 0.0
        elif word == "and" and current % 100 == 0 and current and following in WORDS:
            pass
        elif word in WORDS and current % 100 == 0 and WORDS[word] >= 1 and WORDS[word] < 100:
            current += WORDS[word]
        else:
            break
        after += 1
    if (
        after + 1 < len(tokens)
        and tokens[after].word == "point"
        and 0 <= (tenths := WORDS.get(tokens[after + 1].word, -1)) < 10
    ):
        return total + current + tenths / 10, 0.05, after + 2
    return total + current, 0.5, after


def _unit(tokens: Sequence[_Token], place: int, currency: str | None) -> tuple[str, float, str, int]:
    """What is counted: its kind, what it is worth, its name, and where the text goes on."""
    if currency:
        return "money", 1.0, CURRENCIES[currency.lower()], place
    word = tokens[place].word if place < len(tokens) else ""
    following = tokens[place + 1].word if place + 1 < len(tokens) else ""
    if word == "per" and following in ("cent", "hundred"):
        return "percent", 1.0, "percent", place + 2
    if (word, following) in POINTS:
        return "points", 1.0, "points", place + 2
    if word in QUALIFYING and following:
        kind, factor, unit = _unit_of(following) if word != "degrees" else _degrees(following)
        if kind:
            return *_raised(word, kind, factor), f"{word} {unit}" if word in POWERS else unit, place + 2
    kind, factor, unit = _unit_of(word)
    if kind == "length" and following in SQUARED:
        return *_raised("square", kind, factor), f"square {unit}", place + 2
    return kind, factor, unit, place + 1 if kind else place


def _code(tokens: Sequence[_Token], place: int) -> str | None:
    """The currency whose code stands before a number: CHF 300,000."""
    before = tokens[place - 1].word if place else ""
    return before if CURRENCIES.get(before) == before else None


def _unit_of(word: str) -> tuple[str, float, str]:
    """A word's kind, worth and name, if it is a unit."""
    if word in CURRENCIES:
        return "money", 0.01 if CURRENCIES[word] in HUNDREDTHS else 1.0, CURRENCIES[word]
    if word in TEMPERATURES and (word.startswith("°") or len(word) > 1):
        return _degrees(word)
    if word in UNITS:
        kind, factor = UNITS[word]
        return kind, factor, kind if kind == "percent" else word.rstrip("s")
    return "", 1.0, ""


def _degrees(word: str) -> tuple[str, float, str]:
    return ("temperature", 1.0, TEMPERATURES[word]) if word in TEMPERATURES else ("", 1.0, "")


def _raised(power: str, kind: str, factor: float) -> tuple[str, float]:
    """Square metres in hectares, cubic metres in litres."""
    if kind == "length" and power == "square":
        return "area", factor**2 / 10_000
    if kind == "length" and power == "cubic":
        return "volume", factor**3 * 1_000
    return kind, factor


def _calendar(tokens: Sequence[_Token], place: int) -> tuple[Number, int] | None:
    """A year, a day of a month, a decade."""
    one = tokens[place]
    before = tokens[place - 1].word if place else ""
    following = tokens[place + 1].word if place + 1 < len(tokens) else ""
    value = one.number or 0.0
    if one.decade:
        return Number("decade", value, "decade", "", 0.0), place + 1
    in_month = (
        before in MONTHS
        or (following in MONTHS)
        or (following == "of" and place + 2 < len(tokens) and tokens[place + 2].word in MONTHS)
    )
    if in_month and one.whole and 1 <= value <= 31:
        return Number("day", value, "day", "", 0.0), place + 1
    is_unit = following in UNITS or following in SCALES or following in CURRENCIES or following == "per"
    is_placed = not following or before in BEFORE_YEARS or before in MONTHS or tokens[place - 1].number is not None
    if (
        one.whole
        and 1500 <= value <= 2100
        and not one.currency
        and not is_unit
        and is_placed
        and one.end - one.start <= 5
    ):
        return Number("year", value, "year", "", 0.0), place + 1
    return None


def _named_day(tokens: Sequence[_Token], place: int) -> tuple[Number, int] | None:
    """A month or a weekday by its name, or an ordinal number in words."""
    word = tokens[place].word
    if word in MONTHS and not (word in ("may", "march", "mar", "mai") and not _beside_number(tokens, place)):
        return Number("month", float(MONTHS[word]), "month", "", 0.0), place + 1
    if word in WEEKDAYS:
        return Number("weekday", float(WEEKDAYS[word]), "weekday", "", 0.0), place + 1
    if word in SEASONS and place and tokens[place - 1].word in ("last", "this", "next", "in", "the", "every"):
        return Number("season", float(SEASONS[word]), "season", "", 0.0), place + 1
    before, following = (tokens[at].word if 0 <= at < len(tokens) else "" for at in (place - 1, place + 1))
    if word in ORDINALS and before in EVERY and following not in UNITS and ORDINALS[word] > 1:
        share = 100.0 / ORDINALS[word]
        return Number("percent", share, "percent", "", 0.5, rough=bool(share % 1), figure=share), place + 1
    if word in ORDINALS and (tokens[place - 1].word if place else "") not in ("per", "at", *EVERY):
        return Number(RANK, float(ORDINALS[word]), RANK, "", 0.0, figure=float(ORDINALS[word])), place + 1
    return None


def _beside_number(tokens: Sequence[_Token], place: int) -> bool:
    around = [tokens[one] for one in (place - 1, place + 1) if 0 <= one < len(tokens)]
    return any(one.number is not None for one in around) or (
        place > 0 and tokens[place - 1].word in ("in", "since", "until", "by", "last", "of")
    )


def _with_context(number: Number, tokens: Sequence[_Token], place: int, following: int, text: str) -> Number:
    """With its rate (per year), how it was written, and whether it was said to be rough."""
    start, end = tokens[place].start, tokens[max(place, following - 1)].end
    rough = number.rough or any(one.word in ROUGHLY for one in tokens[max(0, place - 2) : place])
    rate = RATES.match(text[end : end + 48].lower().lstrip()) if number.kind not in CALENDAR else None
    unit = number.unit
    if rate:
        name = rate[1] or RATE_WORDS[rate[2]]
        unit = f"{unit} a {RATE_WORDS.get(name, name)}"
    return number._replace(written=text[start:end].strip(), rough=rough, unit=unit)

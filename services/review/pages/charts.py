"""Charts, drawn on the server: their geometry in hundredths, which a template makes SVG of. The table below each says the same."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from services.review.figures import Bucket
from services.review.pages.spans import in_words
from services.review.scale import SCALE
from services.review.schemas import FigureTable

SHOWN = 12  # bars
HEIGHT = 100.0


class Bar(NamedTuple):
    """A bar that lies: how far its dark part and its light part go, from 0 to 100, and what is written beside it."""

    label: str
    dark: float
    light: float
    words: str
    kind: str = ""


class Pillar(NamedTuple):
    """One of several columns: where its dark and its light part begin from the top, 0 to 100; None without values."""

    label: str
    dark: float | None
    light: float | None
    words: str


def stage_bars(table: FigureTable) -> list[Bar]:
    """Waiting and hands-on of each row of a stage clock: half of the stays within the dark part, nine in ten within the light."""
    named = len(table.columns) - 5
    rows = table.rows[:SHOWN]
    longest = max((max(row[-3] or 0, row[-1] or 0) for row in rows), default=0) or 1
    found = []
    for row in rows:
        label = " · ".join(str(one) for one in row[:named])
        half, most, hands_half, hands_most = row[-4:]
        for words, kind, low, high in (("waited", "wait", half, most), ("in hand", "hand", hands_half, hands_most)):
            if kind == "hand" and not high:
                continue
            said = f"{in_words(low)}; nine in ten {in_words(high)}"
            found.append(Bar(f"{label}: {words}", 100 * (low or 0) / longest, 100 * (high or 0) / longest, said, kind))
    return found


def rating_bars(rated: Mapping[str, int]) -> list[Bar]:
    """How many verdicts have each rating."""
    most = max(rated.values(), default=0) or 1
    return [
        Bar(step.label, 100 * rated[step.slug] / most, 0, str(rated[step.slug]), f"r-{step.slug}")
        for step in SCALE.values()
    ]


def pillars(buckets: Sequence[Bucket]) -> list[Pillar]:
    """How long claims waited for the answers of each stretch of time."""
    longest = max((one.answers.most or 0 for one in buckets), default=0) or 1
    return [
        Pillar(
            f"{one.begins:%-d %b}",
            None if one.answers.half is None else HEIGHT * (1 - one.answers.half / longest),
            None if one.answers.most is None else HEIGHT * (1 - one.answers.most / longest),
            f"{one.begins:%-d %B}: {one.answers.claims} answers, half within {in_words(one.answers.half)}",
        )
        for one in buckets
    ]

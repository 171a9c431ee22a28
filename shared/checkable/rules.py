"""The rules of a language, from its file: what makes a sentence worth checking, and what it says of its sources.

Rules are data, one TOML file a language. A pattern may hold `<part>`, which stands for a part of the file's own.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent


class Sign(NamedTuple):
    """Something in a sentence that speaks for checking it, or against: its kind, why in words, how many points."""

    kind: str
    why: str
    points: int
    pattern: re.Pattern[str]


class Marked(NamedTuple):
    """A pattern, and what it stands for: a stance, an outcome."""

    pattern: re.Pattern[str]
    means: str = ""


class Sources(NamedTuple):
    """Words that sources are told apart by."""

    article: re.Pattern[str]  # before a name that stands without it in a list
    determiner: re.Pattern[str]  # before a title
    some: re.Pattern[str]  # before a group that is not counted
    titles: Sequence[str]
    nobody: frozenset[str]
    leading: re.Pattern[str]
    trailing: re.Pattern[str]
    unnamed: re.Pattern[str]
    speaks_for: re.Pattern[str]
    bodies: re.Pattern[str]
    connectors: frozenset[str]  # that stand within a name
    counts: Mapping[str, int]


class Rules(NamedTuple):
    """All that is known of a language."""

    language: str
    dateline: re.Pattern[str]
    signs: Sequence[Sign]
    hedges: Sequence[Marked]
    conditions: Sequence[Marked]
    attributions: Sequence[Marked]
    stances: Sequence[Marked]
    unverified: Sequence[Marked]
    requests: Sequence[Marked]
    sources: Sources


def rules_for(language: str | None) -> Rules | None:
    """The rules of a language, by its BCP 47 tag; English where none is given. None for a language without rules."""
    name = (language or "en").partition("-")[0].lower()
    return _load(name) if name in languages() else None


@cache
def languages() -> frozenset[str]:
    """The languages that there are rules for."""
    return frozenset(path.stem for path in HERE.glob("*.toml"))


@cache
def _load(name: str) -> Rules:
    found = tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))
    parts: dict[str, str] = {}
    for part, pattern in found["parts"].items():
        parts[part] = _filled(pattern, parts)

    def compiled(pattern: str) -> re.Pattern[str]:
        return re.compile(_filled(pattern, parts), re.IGNORECASE)

    def marked(kind: str, meaning: str = "") -> list[Marked]:
        return [Marked(compiled(one["pattern"]), one.get(meaning, "")) for one in found[kind]]

    return Rules(
        name,
        compiled(found["dateline"]["pattern"]),
        [Sign(one["kind"], one["why"], one["points"], compiled(one["pattern"])) for one in found["signs"]],
        marked("hedges"),
        marked("conditions"),
        marked("attributions"),
        marked("stances", "stance"),
        marked("unverified"),
        marked("requests", "outcome"),
        _sources(found["sources"], parts, compiled),
    )


def _sources(found: Mapping[str, Any], parts: Mapping[str, str], compiled: Any) -> Sources:
    return Sources(
        compiled(found["article"]),
        compiled(found["determiner"]),
        compiled(found["some"]),
        found["titles"],
        frozenset(found["nobody"]),
        compiled(found["leading"]),
        compiled(found["trailing"]),
        re.compile(rf"\b{parts['unnamed']}\b", re.IGNORECASE),
        compiled(found["speaks_for"]),
        compiled(found["bodies"]),
        frozenset(found["connectors"]),
        found["counts"],
    )


def _filled(pattern: str, parts: Mapping[str, str]) -> str:
    return re.sub(r"(?<!\?P)<([a-z]+)>", lambda part: parts[part[1]], pattern)

"""The rules of a language, from its file: what makes a sentence worth checking, and what it says of its sources.

Rules are data, one TOML file a language. A pattern may hold `<part>`, which stands for a part of the file's own.
"""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
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


class Circumstance(NamedTuple):
    """Something in the story around a sentence that speaks for checking it: why in words, how many points."""

    why: str
    points: int


class Marked(NamedTuple):
    """A pattern, and what it stands for: a stance, an outcome."""

    pattern: re.Pattern[str]
    means: str = ""


class Stance(NamedTuple):
    """A pattern, the stance that it shows, and where it is looked for: at the verb, or anywhere in what is said."""

    pattern: re.Pattern[str]
    stance: str
    at_verb: bool


class Sources(NamedTuple):
    """Words that sources are told apart by."""

    article: re.Pattern[str]  # before a name that stands without it in a list
    determiner: re.Pattern[str]  # before a title
    some: re.Pattern[str]  # before a group that is not counted
    titles: re.Pattern[str]  # with what stands before them they are somebody's title: `Ukrainian President`
    offices: re.Pattern[str]  # and these are an office at what stands before them: `Acme Chief Executive`
    ranks: frozenset[str]  # that begin a title
    generics: frozenset[str]  # that are no organisation's name alone
    of_body: re.Pattern[str]  # a title with where it is held
    person_of: re.Pattern[str]  # a name with where its bearer belongs
    singular: re.Pattern[str]  # one whom they name by what they are
    anybody: re.Pattern[str]  # whoever can be asked, by what they are
    nobody: frozenset[str]
    persons: frozenset[str]  # who stand for whoever spoke last
    groups: frozenset[str]  # who stand for the unnamed who spoke last
    again: re.Pattern[str]  # the unnamed who were described before, or a part of them
    part_of: str
    verbs: re.Pattern[str]  # that stand in no name
    leading: re.Pattern[str]
    trailing: re.Pattern[str]
    unnamed: re.Pattern[str]
    speaks_for: re.Pattern[str]
    bodies: re.Pattern[str]
    papers: re.Pattern[str]  # that say something themselves
    made_by: re.Pattern[str]  # whose they are
    media: re.Pattern[str]  # by which an outlet's name is known
    medium: re.Pattern[str]  # what an outlet is, beside its name
    dropped: re.Pattern[str]  # and of those what is no part of the name, behind it
    outlet_words: re.Pattern[str]  # that stand for the outlet that was named last
    audiences: re.Pattern[str]  # who are told something and are no outlet
    connectors: frozenset[str]  # that stand within a name
    basis: re.Pattern[str]  # how the unnamed know
    anonymity: re.Pattern[str]  # why they are not named
    counts: Mapping[str, int]
    nouns_are_capital: bool


class Rules(NamedTuple):
    """All that is known of a language."""

    language: str
    dateline: re.Pattern[str]
    signs: Sequence[Sign]
    circumstances: Mapping[str, Circumstance]  # by their kinds
    hedges: Sequence[Marked]
    conditions: Sequence[Marked]
    attributions: Sequence[Marked]
    ways: Sequence[Marked]
    stances: Sequence[Stance]
    replies: Sequence[Marked]
    unverified: Sequence[Marked]
    requests: Sequence[Marked]
    joined: re.Pattern[str]
    clauses: re.Pattern[str]
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
        {one["kind"]: Circumstance(one["why"], one["points"]) for one in found["circumstances"]},
        marked("hedges"),
        marked("conditions"),
        marked("attributions"),
        marked("ways"),
        [Stance(compiled(one["pattern"]), one["stance"], one["at"] == "verb") for one in found["stances"]],
        marked("replies", "to"),
        marked("unverified"),
        marked("requests", "outcome"),
        compiled(found["joined"]["pattern"]),
        compiled(found["clauses"]["pattern"]),
        _sources(found["sources"], parts, compiled),
    )


def _sources(found: Mapping[str, Any], parts: Mapping[str, str], compiled: Callable[[str], re.Pattern[str]]) -> Sources:
    """Lists are sets of words, a text a pattern; what else there is stands as it is."""
    kinds = Sources.__annotations__

    def read(name: str) -> Any:
        given = found[name] if name != "unnamed" else rf"\b{parts['unnamed']}\b(?![’'])"
        if isinstance(given, list):
            return frozenset(given)
        return compiled(given) if isinstance(given, str) and kinds[name] is not str else given

    return Sources(**{name: read(name) for name in Sources._fields})


def _filled(pattern: str, parts: Mapping[str, str]) -> str:
    return re.sub(r"(?<!\?P)<([a-z]+)>", lambda part: parts[part[1]], pattern)

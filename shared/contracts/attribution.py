"""What statements say together: how many independent sources stand behind it, who denies, who has not answered; and their picture.

The words are English, unless a page brings those of its own language (`Drawing`).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from markupsafe import Markup

from shared.contracts.records import Party, RequestForComment, Stance, Statement, Unnamed
from shared.readable import kept_apart
from shared.ways import Open, Way, picture

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
COUNTED = re.compile(
    r"(an?|one|the|some|several|a few|two|three|four|five|six|seven|eight|nine|ten)\b|\d", re.IGNORECASE
)
BEHIND_IT: tuple[Stance, ...] = ("asserts", "confirms")
KINDS = {"asserts": "for", "confirms": "for", "denies": "against"}  # the others stand between
DOES = {
    "asserts": "asserts",
    "confirms": "confirms",
    "denies": "denies",
    "partly_confirms": "confirms in part",
    "sets_condition": "on a condition",
}


Behind = Literal["nobody", "unknown", "alone", "all", "several", "several_and_unknown"]
BEHIND: dict[Behind, str] = {
    "nobody": "nobody is known to say so",
    "unknown": "who said so first is not known",
    "alone": "one source says so",
    "all": "all of it goes back to one source",
    "several": "{number} independent sources say so",
    "several_and_unknown": "known sources of it: {number}; where the rest comes from is not known",
}


class Tally(NamedTuple):
    """Different last hops behind the claim (`roots`), whether one of them is not known, and whether somebody passes on what
    another said; different parties that deny it by name, and parties asked that did not answer."""

    roots: int
    denials: int
    unanswered: int
    is_one_unknown: bool = False
    is_passed_on: bool = False

    @property
    def known(self) -> int:
        """Sources of which it is known who they are, or how they were described."""
        return self.roots - self.is_one_unknown

    @property
    def behind(self) -> Behind:
        """What there is to say of the sources that stand behind the claim."""
        if self.is_one_unknown:
            return "several_and_unknown" if self.known else "unknown"
        if self.roots == 1:
            return "all" if self.is_passed_on else "alone"
        return "several" if self.roots else "nobody"

    @property
    def in_words(self) -> str:
        """One line: "All of it goes back to one source; denied on the record by one; no answer from one.\""""
        parts = [
            BEHIND[self.behind].format(number=count(self.known)),
            f"denied on the record by {count(self.denials)}" if self.denials else "",
            f"no answer from {count(self.unanswered)}" if self.unanswered else "",
        ]
        line = "; ".join(part for part in parts if part)
        return f"{line[:1].upper()}{line[1:]}."


class Drawing(NamedTuple):
    """The words of the picture in one language: its title, the sum under it, what each stance does to the claim, a note on
    somebody who has not answered, from who asked and when; and that there is a `number` of more."""

    title: str
    total: str
    does: Mapping[str, str]
    waiting: Callable[[str, datetime | None], str]
    more: str


def tally(statements: Sequence[Statement], requests: Sequence[RequestForComment]) -> Tally:
    """Count. Three outlets that cite one report are one source; who answered one of several askers has answered."""
    behind = [one for one in statements if one.stance in BEHIND_IT]
    roots = {root(one) for one in behind}
    answered = {one.asked.casefold() for one in requests if one.outcome != "no_response_yet"}
    return Tally(
        len(roots),
        len({one.speaker.name.casefold() for one in statements if one.stance == "denies" and one.speaker}),
        len({one.asked.casefold() for one in requests} - answered),
        NOBODY in roots,
        len(behind) > 1 or any(len(_stations(one)) > 1 for one in behind),
    )


def root(one: Statement) -> tuple[str, str]:
    """The last hop: what makes one source different from another. An unnamed group is known only by who carried its words."""
    carrier = one.via[-1].name.casefold() if one.via else ""
    if one.speaker:
        return ("", one.speaker.name.casefold())
    return (carrier, one.unnamed.described_as.casefold() if one.unnamed else "")


NOBODY = ("", "")  # the root of what came from nobody knows whom


def _stations(one: Statement) -> list[str]:
    """Everybody on a statement's way, its source last."""
    source = one.speaker.name if one.speaker else one.unnamed.described_as if one.unnamed else None
    return [hop.name for hop in one.via] + ([source] if source else [])


def draw(
    claim: str,
    statements: Sequence[Statement],
    requests: Sequence[RequestForComment],
    words: Drawing | None = None,
) -> Markup:
    """Who says what, as a picture. Empty if nobody said anything and nobody was asked."""
    words = words or Drawing(
        "Who says what", tally(statements, requests).in_words, DOES, _waiting, "… and {number} more"
    )
    roots = list(dict.fromkeys(root(one) for one in statements))
    ways = [_way(one, words.does) for one in sorted(statements, key=lambda one: roots.index(root(one)))]
    silent = [one for one in requests if one.outcome == "no_response_yet"]
    waiting = [Open(one.asked, words.waiting(one.asked_by, one.asked_at)) for one in silent]
    return picture(words.title, words.total, claim, ways, waiting, words.more)


def count(number: int) -> str:
    """A number as newspapers write it: words up to twelve."""
    return NUMBERS[number] if number < len(NUMBERS) else f"{number:,}"


def says_how_many(described_as: str) -> bool:
    """Whether a group's description has its number already: "eight people", "a person", "some officials"."""
    return COUNTED.match(described_as) is not None


def _way(one: Statement, does: Mapping[str, str]) -> Way:
    carriers = tuple(hop.name for hop in one.via)
    if one.speaker:
        source = _party(one.speaker)
    elif one.unnamed:
        source = _unnamed(one.unnamed)
    else:
        source, carriers = (carriers[-1], carriers[:-1]) if carriers else ("Somebody", ())
    is_named = one.unnamed is None
    return Way(source, is_named, carriers, does[one.stance], KINDS.get(one.stance, "between"), one.stance == "denies")


def _waiting(asker: str, at: datetime | None) -> str:
    asked = f", {at.day} {at:%b %Y}" if at else ""
    return f"asked by {kept_apart(asker)}{asked}; no answer yet"


def _party(one: Party) -> str:
    office = one.organization if one.organization and one.organization != one.name else None
    return ", ".join(part for part in (one.name, one.title, office) if part)


def _unnamed(one: Unnamed) -> str:
    return (
        one.described_as
        if one.count is None or says_how_many(one.described_as)
        else f"{one.count:,} {one.described_as}"
    )

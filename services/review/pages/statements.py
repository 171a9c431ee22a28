"""Who said it and through whom, as a sentence: "Reuters cites Financial Times, which cites eight people …"."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from services.review.pages import forms
from services.review.schemas import CaseOut, RequestOut, StatementOut
from shared.contracts import Party, RequestForComment, Statement, Unnamed, attribution

# Relations that don't say how a carrier treats its source.
BARE = {"", "report", "reports", "reported", "says", "said", "writes", "publishes", "broadcasts"}


def draw(case: CaseOut) -> Markup:
    """The picture of who says what, from what stands on the case."""
    return attribution.draw(case.as_described.text, *_standing(case))


def tally(case: CaseOut) -> str:
    """What stands on the case, counted, in one line."""
    return attribution.tally(*_standing(case)).in_words


class Offered(NamedTuple):
    """What is offered where something is typed that stands on the case already, or on another claim of its story: names, ways by
    which statements came, and who says so in one line. Names and lines go by the alphabet, ways by how often they were taken."""

    names: list[str]
    ways: list[str]
    speakers: list[str]


def offered_from(case: CaseOut, said: Sequence[Statement], asked: Sequence[RequestForComment]) -> Offered:
    """`said` and `asked` stand on the other claims of the story. A story's sources are typed once."""
    standing, requests = _standing(case)
    told: list[Statement] = [*standing, *said]
    people = [one.speaker for one in told if one.speaker] + [case.claim.claimant]
    names = {one.name for one in people if one} | {hop.name for one in told for hop in one.via}
    names |= {name for one in (*requests, *asked) for name in (one.asked, one.asked_by)}
    story = case.claim.story
    names |= {story.publisher} if story and story.publisher else set()
    ways = Counter(way for one in told if (way := forms.way_in_words(one.via)))
    speakers = names | {line for one in told if (line := forms.who_in_words(one))}
    return Offered(
        sorted(names, key=str.casefold),
        [way for way, _ in ways.most_common()],
        sorted(speakers, key=str.casefold),
    )


def way(statement: Statement) -> Markup:
    """The hops of a statement, nearest to the reader first, to whoever said it. Empty if nobody carried it."""
    if not statement.via:
        return Markup("")
    end = source(statement) if statement.speaker or statement.unnamed else None
    nodes = [_isolated(hop.name) for hop in statement.via] + ([end] if end is not None else [])
    sentence = nodes[0]
    for place, node in enumerate(nodes[1:]):
        sentence += Markup("{} {} {}").format(", which" if place else "", _verb(statement, place), node)
    return sentence


def source(statement: Statement) -> Markup:
    """Who said it: a named party, an unnamed group with its number, or the last carrier known."""
    if statement.speaker:
        return party(statement.speaker)
    if statement.unnamed:
        return unnamed(statement.unnamed)
    return _isolated(statement.via[-1].name) if statement.via else Markup("Somebody")


def party(one: Party) -> Markup:
    """A name with its title and organisation."""
    parts = [one.name, one.title, one.organization if one.organization != one.name else None]
    return Markup(", ").join(_isolated(part) for part in parts if part)


def unnamed(one: Unnamed) -> Markup:
    """An unnamed group, with its number if there is one."""
    count = f"{one.count:,} " if one.count is not None else ""
    return Markup('<span class="unnamed">{}{}, unnamed</span>').format(count, _isolated(one.described_as))


def _verb(statement: Statement, place: int) -> Markup:
    word = " ".join((statement.via[place].relation or "").split())
    if word.casefold() in BARE:
        return Markup("cites")
    if re.fullmatch(r"[a-z]+s( [a-z]+){0,2}", word):
        return _isolated(word)
    return Markup("({}) cites").format(_isolated(word))


def _isolated(text: str) -> Markup:
    return Markup("<bdi>{}</bdi>").format(text)


def _standing(case: CaseOut) -> tuple[list[StatementOut], list[RequestOut]]:
    return (
        [one for one in case.statements if not one.struck_at],
        [one for one in case.requests_for_comment if not one.struck_at],
    )

"""Who said it and through whom, as a sentence: "Reuters cites Financial Times, which cites eight people …"."""

import re

from markupsafe import Markup

from services.review.pages import forms
from services.review.schemas import CaseOut, RequestOut, StatementOut
from shared.contracts import Party, Statement, Unnamed, attribution

# Relations that don't say how a carrier treats its source.
BARE = {"", "report", "reports", "reported", "says", "said", "writes", "publishes", "broadcasts"}


def draw(case: CaseOut) -> Markup:
    """The picture of who says what, from what stands on the case."""
    return attribution.draw(case.as_described.text, *_standing(case))


def tally(case: CaseOut) -> str:
    """What stands on the case, counted, in one line."""
    return attribution.tally(*_standing(case)).in_words


def names_in(case: CaseOut) -> list[str]:
    """Names that stand on the case, to be offered where one is typed."""
    people = [one.speaker for one in case.statements if one.speaker] + [case.claim.claimant]
    names = {one.name for one in people if one} | {hop.name for one in case.statements for hop in one.via}
    names |= {name for one in case.requests_for_comment for name in (one.asked, one.asked_by)}
    story = case.claim.story
    return sorted(names | ({story.publisher} if story and story.publisher else set()), key=str.casefold)


def last_way(case: CaseOut) -> str:
    """The way by which the last statement came: the next one often came by the same."""
    return forms.way_in_words(case.statements[-1].via) if case.statements else ""


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

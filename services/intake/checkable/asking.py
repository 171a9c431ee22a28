"""Who was asked and has not answered, who answered, and which sentences that concerns: those that were told of it before."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from services.intake.checkable.sources import CAPITAL, asked
from shared.checkable.rules import Rules
from shared.contracts import RequestForComment, Statement


class Line(NamedTuple):
    """A sentence with what was read from it. `speaks` is whether it says something of the world, rather than of who was asked."""

    text: str
    statements: tuple[Statement, ...]
    requests: tuple[RequestForComment, ...]
    speaks: bool


def requests_of(text: str, rules: Rules, publisher: str | None) -> tuple[RequestForComment, ...]:
    """Whom the publisher asked, as a sentence says."""
    found: dict[str, RequestForComment] = {}
    for one in rules.requests if publisher else ():
        for match in one.pattern.finditer(text):
            for words in rules.joined.split(match["who"]):
                whom = asked(words, rules.sources)
                if whom and publisher and whom not in found:
                    outcome = "declined" if one.means == "declined" else "no_response_yet"
                    found[whom] = RequestForComment(id="r", asked_by=publisher, asked=whom, outcome=outcome)
    return tuple(found.values())


def concerned(lines: Sequence[Line], rules: Rules) -> list[tuple[tuple[RequestForComment, ...], tuple[Statement, ...]]]:
    """For each sentence the requests for comment on it, and the answers to it that stand elsewhere in the story."""
    requests: list[list[RequestForComment]] = [[] for _ in lines]
    replies: list[list[Statement]] = [[] for _ in lines]
    for place, line in enumerate(lines):
        for request in line.requests:
            for one in _asked_about(lines, place, request):
                if request.asked not in [known.asked for known in requests[one]]:
                    requests[one].append(request)
        for reply, to in _replies(line, rules):
            for one in _replied_to(lines, place, reply, to):
                replies[one].append(reply)
    return [(tuple(a), tuple(b)) for a, b in zip(requests, replies, strict=True)]


def _asked_about(lines: Sequence[Line], place: int, request: RequestForComment) -> Iterator[int]:
    """What stands between the last request, made of others, and this one: from where the asked are named; or, where they are not,
    what has the source of the sentence before."""
    first = place
    while first and not (lines[first - 1].requests and any(line.speaks for line in lines[first:place])):
        first -= 1
    names = _names(request.asked)
    before = [
        n for n in range(first, place) if lines[n].speaks and not any(_is_of(s, names) for s in lines[n].statements)
    ]
    before = [n for n in before if n == 0 or lines[n].statements] or before  # the rest is told by the story itself
    named = [n for n in before if _mentions(lines[n].text, names)]
    if named:
        yield from _about(lines, before, named)
    elif before:
        yield from _of_one_source(lines, [n for n in before if not _only_denies(lines[n])] or before)


def _about(lines: Sequence[Line], before: Sequence[int], named: Sequence[int]) -> Iterator[int]:
    """Where the asked are named; what has the same source; the first sentence, if the second names them; the last, if hearsay."""
    sources = {source for n in named for source in _behind(lines[n])}
    for n in before:
        is_lead = n == before[0] and n + 1 in named
        is_last = n == before[-1] and _is_hearsay(lines[n])
        if n in named or is_lead or is_last or _behind(lines[n]) & sources:
            yield n


def _of_one_source(lines: Sequence[Line], places: Sequence[int]) -> Iterator[int]:
    """The last of the sentences, and those right before it that come through the same outlet or from the same unnamed."""
    last = places[-1]
    for place in reversed(places):
        if place != last and not _behind(lines[place]) & _behind(lines[last]):
            return
        yield place


def _behind(line: Line) -> set[str]:
    hidden = {said.unnamed.described_as for said in line.statements if said.unnamed}
    return hidden | {outlet for said in line.statements if (outlet := _outlet(said))}


def _is_hearsay(line: Line) -> bool:
    return any(said.unnamed or len(said.via) > 1 for said in line.statements)


def _only_denies(line: Line) -> bool:
    return bool(line.statements) and all(said.stance == "denies" for said in line.statements)


def _replies(line: Line, rules: Rules) -> Iterator[tuple[Statement, str]]:
    denials = [said for said in line.statements if said.stance in ("denies", "partly_confirms")]
    for said in denials[:1]:
        for one in rules.replies:
            if one.pattern.search(line.text):
                yield said, one.means
                return


def _replied_to(lines: Sequence[Line], place: int, reply: Statement, to: str) -> Iterator[int]:
    """To a report: all that came by the outlet whose it is. To what was said last: that alone."""
    names = _names(_who(reply))
    earlier = [n for n in range(place) if lines[n].speaks and not any(_is_of(s, names) for s in lines[n].statements)]
    if to == "report" and (reported := _reported(lines, earlier)):
        yield from reported
    else:
        yield from [n for n in earlier if lines[n].statements][-1:]


def _reported(lines: Sequence[Line], places: Sequence[int]) -> list[int]:
    """The sentences that came through the first outlet that is named."""
    outlet = next((hop for n in places for said in lines[n].statements if (hop := _outlet(said))), None)
    found = [n for n in places if outlet in [_outlet(said) for said in lines[n].statements]] if outlet else []
    return [n for n in found if all(said.stance == "asserts" for said in lines[n].statements)]


def _outlet(said: Statement) -> str | None:
    """The outlet by which the publisher has it; or whose report it is."""
    return said.via[1].name if len(said.via) > 1 else said.speaker.name if said.speaker and said.via else None


def _who(said: Statement) -> str:
    if said.speaker:
        return f"{said.speaker.name} {said.speaker.organization or ''}"
    return said.unnamed.described_as if said.unnamed else ""


def _names(words: str) -> frozenset[str]:
    """The words that a body is known by in a text: its names, or the last of its words."""
    parts = words.replace("’s", "").replace("'s", "").split()
    capital = [part for part in parts if CAPITAL.match(part)]
    return frozenset(part.casefold().strip(".,") for part in capital or parts[-1:] if len(part) > 2)


def _mentions(text: str, names: frozenset[str]) -> bool:
    words = {word.strip('"“”„«».,;:()').removesuffix("’s").removesuffix("'s").casefold() for word in text.split()}
    return bool(names) and names <= words


def _is_of(said: Statement, names: frozenset[str]) -> bool:
    """Whether it is theirs; `the audit of the agency` is not the agency's word."""
    return _mentions(_who(said), names) and not _mentions(_who(said).partition(" of the ")[2], names)

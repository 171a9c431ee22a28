"""What a story says of itself, as records that a person may take over: hedges, conditions, who says so through whom, what nobody
has verified, who was asked. Offered, never applied: a pattern is not a reader."""

import re
from collections.abc import Sequence

from services.intake.checkable.asking import Line, concerned, requests_of
from services.intake.checkable.statements import Teller
from shared.checkable.rules import Marked, Rules
from shared.contracts import Offered, Party, RequestForComment, Statement


def offers_of(
    texts: Sequence[str], begins: Sequence[bool], rules: Rules, publisher: str | None
) -> tuple[list[Offered], Offered]:
    """The records that each sentence offers, and those of the story as a whole. `begins` is whether a sentence begins a paragraph,
    `publisher` the story's: the hop nearest to the reader."""
    unverified = next((text for text in texts if _any(text, rules.unverified)), None)
    teller = Teller(rules, publisher, unverified is not None)
    lines = [_line(text, new, teller, rules, publisher) for text, new in zip(texts, begins, strict=True)]
    offered = []
    for line, (requests, replies) in zip(lines, concerned(lines, rules), strict=True):
        offered.append(
            Offered(
                claimant=_claimant(line.statements),
                hedge=_first(line.text, rules.hedges),
                condition=_first(line.text, rules.conditions, "condition"),
                statements=_numbered((*line.statements, *replies)),
                requests_for_comment=_of_each(requests),
            )
        )
    every = _of_each([request for line in lines for request in line.requests])
    return offered, Offered(unverified=unverified, requests_for_comment=every)


def _line(text: str, begins: bool, teller: Teller, rules: Rules, publisher: str | None) -> Line:
    requests = requests_of(text, rules, publisher)
    silent = bool(requests) or _any(text, rules.unverified)
    statements = teller.statements(text, begins)
    return Line(text, () if silent else statements, requests, not silent)


def _claimant(statements: Sequence[Statement]) -> Party | None:
    """Whose claim it is: who says so first; if they are not named, the outlet that has it from them."""
    first = statements[0] if statements else None
    if first is None:
        return None
    if first.speaker:
        return first.speaker
    return Party(name=first.via[-1].name) if len(first.via) > 1 else None


def _numbered(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    return tuple(one.model_copy(update={"id": f"s{n}"}) for n, one in enumerate(statements, 1))


def _of_each(requests: Sequence[RequestForComment]) -> tuple[RequestForComment, ...]:
    """Once for each who was asked."""
    once = {(one.asked, one.outcome): one for one in requests}.values()
    return tuple(one.model_copy(update={"id": f"r{n}"}) for n, one in enumerate(once, 1))


def _any(text: str, patterns: Sequence[Marked]) -> bool:
    return any(one.pattern.search(text) for one in patterns)


def _first(text: str, patterns: Sequence[Marked], group: str | int = 0) -> str | None:
    found = [match for one in patterns if (match := one.pattern.search(text))]
    return min(found, key=re.Match.start)[group].strip() if found else None

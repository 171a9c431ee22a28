"""What a sentence says of itself, as records that a person may take over: hedges, conditions, who says so through whom, what
nobody has verified, who was asked. Offered, never applied: a pattern is not a reader."""

import re
from collections.abc import Sequence

from services.intake.checkable.sources import asked, named, without_article
from shared.checkable.rules import Marked, Rules
from shared.contracts import Hop, Offered, Party, RequestForComment, Stance, Statement, Unnamed

MOST = 5  # sources of one sentence


def offers_of(text: str, rules: Rules, publisher: str | None) -> Offered:
    """The records that a sentence offers. `publisher` is the story's: the hop nearest to the reader."""
    return Offered(
        hedge=_first(text, rules.hedges),
        condition=_first(text, rules.conditions, "condition"),
        statements=tuple(_statements(text, rules, publisher)),
    )


def story_offers(sentences: Sequence[str], rules: Rules, publisher: str | None) -> Offered:
    """What a story says of all that it reports: that it could not be verified, and who was asked."""
    unverified, requests = None, []
    for text in sentences:
        if unverified is None and any(one.pattern.search(text) for one in rules.unverified):
            unverified = text
        requests += _requests(text, rules, publisher)
    once = {(one.asked, one.outcome): one for one in requests}.values()
    numbered = [one.model_copy(update={"id": f"r{n}"}) for n, one in enumerate(once, 1)]
    return Offered(unverified=unverified, requests_for_comment=tuple(numbered))


def _first(text: str, patterns: Sequence[Marked], group: str | int = 0) -> str | None:
    found = [match for one in patterns if (match := one.pattern.search(text))]
    return min(found, key=re.Match.start)[group].strip() if found else None


def _statements(text: str, rules: Rules, publisher: str | None) -> list[Statement]:
    stance = next((one.means for one in rules.stances if one.pattern.search(text)), "asserts")
    found: list[Statement] = []
    for one in rules.attributions:
        for match in one.pattern.finditer(text):
            statement = _statement(match.groupdict(), rules, publisher, stance, f"s{len(found) + 1}")
            if statement and not _is_known(statement, found, rules):
                found.append(statement)
    return found[:MOST]


def _statement(
    groups: dict[str, str | None], rules: Rules, publisher: str | None, stance: str, name: str
) -> Statement | None:
    source = named(groups.get("citing") or groups.get("who") or "", rules.sources)
    if source is None:
        return None
    if isinstance(source, Party) and (title := groups.get("title")):
        source = source.model_copy(update={"title": rules.sources.determiner.sub("", title.strip())})
    outlet = named(groups.get("outlet") or "", rules.sources)
    via = []
    if isinstance(outlet, Party) and not _is_same(outlet.name, publisher, rules):
        via.append(Hop(name=without_article(outlet.name, rules.sources), relation="reports"))
    if publisher:
        via.insert(0, Hop(name=publisher, relation="cites" if via else "reports"))
    taken: Stance = stance  # type: ignore[assignment]  # the rules' words are the contract's; a test sees to it
    return Statement(
        id=name,
        stance=taken,
        speaker=source if isinstance(source, Party) else None,
        unnamed=source if isinstance(source, Unnamed) else None,
        via=tuple(via),
    )


def _is_same(outlet: str, publisher: str | None, rules: Rules) -> bool:
    """Whether an outlet is the publisher itself, by its whole name or a part of it: `the Courier` of the Ellery Courier."""
    return without_article(outlet, rules.sources).casefold() in (publisher or "").casefold()


def _is_known(one: Statement, found: Sequence[Statement], rules: Rules) -> bool:
    """Whether that source was found by a pattern before, which knows more of how it came."""
    mine = _words(one, rules)
    return any(mine in _words(other, rules) or _words(other, rules) in mine for other in found) or any(
        mine == without_article(hop.name, rules.sources).casefold() for other in found for hop in other.via
    )


def _words(one: Statement, rules: Rules) -> str:
    words = one.speaker.name if one.speaker else one.unnamed.described_as if one.unnamed else ""
    return without_article(words, rules.sources).casefold()


def _requests(text: str, rules: Rules, publisher: str | None) -> list[RequestForComment]:
    found = []
    for one in rules.requests:
        for match in one.pattern.finditer(text):
            whom = asked(match["who"], rules.sources)
            if whom and publisher:
                declined = one.means == "declined"
                outcome = "declined" if declined else "no_response_yet"
                found.append(RequestForComment(id="r", asked_by=publisher, asked=whom, outcome=outcome))
    return found

"""What the desk's rules make of a claim that comes in: pure sums, so that what a rule would do can be tried beforehand.

Words and patterns are looked for by RE2, which takes a time that grows with the text alone, whatever somebody wrote: no pattern can
make the desk wait. It costs four millionths of a second a rule and claim. What can't be had so (backreferences, looking around) is
refused as it is entered.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

import re2

from services.review.schemas import ThenIn, WhenIn
from shared.contracts import ClaimRecord

MOST_MEMORY = 1 << 20  # bytes that a pattern may take
MOST_LETTERS = 20_000
NO_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
LETTER = r"\pL\pM\pN_"
Match = Any  # re2 has no types


class Arrived(NamedTuple):
    """What rules look at of a claim, and what it stands as before any of them."""

    text: str
    newsrooms: frozenset[str]
    publishers: frozenset[str]
    hosts: frozenset[str]
    language: str
    tags: tuple[str, ...]
    urgency: int
    due_at: datetime | None
    received_at: datetime
    desk: UUID | None


class Rule(NamedTuple):
    """A rule as it is gone through. `desk` and `to_desk` are ids; `assign` is somebody's whom the desk knows, or None; `works_at`
    are the desks at which they may work, None for all of them."""

    id: UUID
    name: str
    desk: UUID | None
    when: WhenIn
    then: ThenIn
    stops: bool
    to_desk: UUID | None = None
    assign: UUID | None = None
    works_at: AbstractSet[UUID] | None = None


class Decision(NamedTuple):
    """What comes of a claim by all rules: what is set, by field, and which rule did what, by its id."""

    desk: UUID | None
    tags: tuple[str, ...] = ()  # beside its own
    urgency: int | None = None
    hours: int = 0
    due_at: datetime | None = None
    assign: UUID | None = None
    close: str | None = None
    why: Mapping[str, str] = {}  # the name of the rule that set a field
    did: Sequence[tuple[Rule, dict[str, Any]]] = ()

    @property
    def set(self) -> dict[str, Any]:
        """What stays with the case, as JSON."""
        found = {
            "tags": list(self.tags),
            "urgency": self.urgency,
            "hours": self.hours,
            "due_at": self.due_at.isoformat() if self.due_at else None,
            "why": {name: rule for name, rule in self.why.items() if name in ("urgency", "hours", "due_at", "tags")},
        }
        return {name: value for name, value in found.items() if value}

    @property
    def told(self) -> dict[str, Any]:
        """What came of it, for the history."""
        return {name: value for _, did in self.did for name, value in did.items()} | (
            {"tags": list(self.tags)} if self.tags else {}
        )


def arrived(record: ClaimRecord, newsrooms: Iterable[str], received_at: datetime, desk: UUID | None) -> Arrived:
    """A claim as rules look at it."""
    story = record.story
    addresses = [one.url for one in record.appearances] + ([story.url] if story and story.url else [])
    publishers = [one.publisher for one in record.appearances] + ([story.publisher] if story else [])
    return Arrived(
        text=plain(" \n ".join(part for part in (record.text, story.headline if story else None) if part)),
        newsrooms=frozenset(one.casefold() for one in newsrooms),
        publishers=frozenset(one.casefold() for one in publishers if one),
        hosts=frozenset(one for address in addresses for one in _hosts(address)),
        language=(record.language or "").casefold(),
        tags=record.tags,
        urgency=record.urgency,
        due_at=record.due_at,
        received_at=received_at,
        desk=desk,
    )


def decide(claim: Arrived, rules: Sequence[Rule], desks: Mapping[UUID, AbstractSet[str]]) -> Decision:
    """Go through the rules in their order. A later one that sets the same takes its place; tags and hours add up. A claim without a
    desk comes to one of `desks` (with the tags that each wants, in its order) when a rule has given it a tag of its. It is handed
    to nobody who may not work at the desk where it ends: nobody else could take it."""
    found = Decision(desk=claim.desk)
    for rule in rules:
        tags = {*claim.tags, *found.tags}
        if (rule.desk is not None and rule.desk != found.desk) or not fits(rule.when, claim, tags):
            continue
        before, found = found, _done(found, rule, claim)
        if found.desk is None and found.tags != before.tags:
            now_tagged = {*claim.tags, *found.tags}
            desk = next((one for one, wanted in desks.items() if not wanted.isdisjoint(now_tagged)), None)
            found = found._replace(desk=desk)
        found = found._replace(did=(*found.did, (rule, _changed(claim, before, found, rule))))
        if rule.stops or found.close:
            break
    if found.assign and any(one.assign == found.assign and not _may_have(one, found.desk) for one in rules):
        others = [one._replace(assign=None) if one.assign == found.assign else one for one in rules]
        return decide(claim, others, desks)
    return found


def _may_have(rule: Rule, desk: UUID | None) -> bool:
    """Whether whom a rule hands claims to may work on those of a desk."""
    return rule.works_at is None or desk in rule.works_at


def fits(when: WhenIn, claim: Arrived, tags: Collection[str]) -> bool:
    """Whether a claim, with these tags, is what a rule names."""
    return (
        _one_of(when.tags, tags)
        and _one_of(when.newsrooms, claim.newsrooms)
        and _one_of(when.publishers, claim.publishers)
        and _one_of(when.hosts, claim.hosts)
        and (not when.languages or any(_speaks(claim.language, one) for one in when.languages))
        and (not when.words or _finds(words_pattern(tuple(when.words)), claim.text))
        and not (when.without and _finds(words_pattern(tuple(when.without)), claim.text))
        and (when.pattern is None or _finds(compiled(when.pattern), claim.text))
    )


@lru_cache(maxsize=1_000)
def words_pattern(words: tuple[str, ...]) -> str:
    """A pattern that finds any of these words, whole, or with a `*` at its end any that begins so; wherever it stands in a script
    that puts no spaces between words."""
    forms: dict[str, list[str]] = {"whole": [], "opened": [], "anywhere": []}
    for word in map(plain, words):
        form = "anywhere" if NO_SPACES.search(word) else "opened" if word.endswith("*") else "whole"
        forms[form].append(r"\s+".join(re2.escape(part) for part in word.rstrip("*").split()))
    before, after = rf"(?:^|[^{LETTER}])", rf"(?:$|[^{LETTER}])"
    found = [
        f"{before}(?:{'|'.join(forms['whole'])}){after}" if forms["whole"] else "",
        f"{before}(?:{'|'.join(forms['opened'])})" if forms["opened"] else "",
        *forms["anywhere"],
    ]
    return "|".join(part for part in found if part)


@lru_cache(maxsize=1_000)
def compiled(pattern: str) -> Match:
    """A pattern, ready to look with. Raises ValueError that says what is wrong with it."""
    options = re2.Options()
    options.case_sensitive, options.max_mem, options.log_errors = False, MOST_MEMORY, False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        said = error.args[0] if error.args else error
        raise ValueError(said.decode(errors="replace") if isinstance(said, bytes) else str(said)) from None


def plain(text: str) -> str:
    """Text in one form, so that what looks alike is alike."""
    return unicodedata.normalize("NFKC", text[:MOST_LETTERS])


def _finds(pattern: str | Match, text: str) -> bool:
    return (compiled(pattern) if isinstance(pattern, str) else pattern).search(text) is not None


def _one_of(wanted: Collection[str], given: Collection[str]) -> bool:
    return not wanted or any(one.casefold() in given for one in wanted)


def _speaks(language: str, wanted: str) -> bool:
    return language == wanted or language.startswith(f"{wanted}-")


def _hosts(address: str) -> list[str]:
    """The host of an address, and those that it is below of."""
    parts = (urlsplit(address).hostname or "").split(".")
    return [".".join(parts[place:]) for place in range(len(parts))]


def _done(found: Decision, rule: Rule, claim: Arrived) -> Decision:
    then, why = rule.then, dict(found.why)
    due_at = claim.received_at + timedelta(hours=then.due_in_hours) if then.due_in_hours else None
    tags = tuple(dict.fromkeys([*found.tags, *(tag for tag in then.tags if tag not in claim.tags)]))
    sets = {"urgency": then.urgency, "hours": then.hours, "due_at": due_at, "assign": rule.assign, "close": then.close}
    why |= {name: rule.name for name, value in sets.items() if value}
    why |= {"tags": rule.name} if tags != found.tags else {}
    return found._replace(
        tags=tags,
        urgency=then.urgency or found.urgency,
        hours=found.hours + (then.hours or 0),
        due_at=due_at or found.due_at,
        assign=rule.assign or found.assign,
        desk=rule.to_desk or found.desk,
        close=then.close or found.close,
        why=why,
    )


def _changed(claim: Arrived, before: Decision, after: Decision, rule: Rule) -> dict[str, Any]:
    """What a rule did, by field, in words that can be read in the history."""
    then = rule.then
    tags = [tag for tag in after.tags if tag not in before.tags]
    found = {
        "tags": tags,
        "urgency": then.urgency if then.urgency != (before.urgency or claim.urgency) else None,
        "hours": then.hours,
        "due_at": after.due_at.isoformat()
        if after.due_at and after.due_at != (before.due_at or claim.due_at)
        else None,
        "assignee": then.assign if after.assign and after.assign != before.assign else None,
        "desk": then.desk if rule.to_desk and rule.to_desk != before.desk else None,
        "close_reason": then.close,
    }
    return {name: value for name, value in found.items() if value}

"""How a case stands to what its desk asks of a verdict, and what stands in the way of the next act: all of it from its dossier."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from services.review.dossier import Dossier
from services.review.models import Case, Tick
from services.review.scale import scale_from
from shared.clock import now
from shared.contracts import CheckedStep, RequestForComment
from shared.contracts.attribution import tally
from shared.fields import plain_url

BY_HAND = frozenset({"person", "another"})


class Standing(NamedTuple):
    """How a case stands to an item: open, done, waived, or later: asked for with other ratings or tags alone."""

    item: dict[str, Any]
    state: str
    tick: Tick | None
    why: str | None


def before_approval(dossier: Dossier) -> list[str]:
    """What stands in the way of approving the verdict, whoever does it: what the desk's rules ask of every verdict, if it was given
    by others, second checks, a legal question, the desk's checklist."""
    case, found = dossier.case, by_other_rules(dossier)
    if (lacking := dossier.desk.second_checks_needed - dossier.agreed) > 0:
        others = "one more person" if lacking == 1 else f"{lacking} more people"
        found.append(f"The desk wants {others} to check this verdict first.")
    if case.legal:
        found.append(f"A legal question is open, and an editor has to clear it: {case.legal['reason']}")
    if missing := required_and_open(dossier, "approve"):
        found.append(asks_first(missing))
    return found


def by_other_rules(dossier: Dossier) -> list[str]:
    """What the desk would not have let its checker do: the case came from another desk since, or the rules were changed. Readers
    would see a rating that nobody gave a name."""
    verdict, desk, found = dossier.verdict, dossier.desk, []
    if verdict is None:
        return []
    if verdict.rating not in {step.slug for step in scale_from(desk.ratings)}:
        found.append("Its rating is none of the desk's. Send it back to be rated anew.")
    if (lacking := desk.evidence_needed - len(dossier.standing_evidence)) > 0 and not verdict.waiver:
        count = "one more piece" if lacking == 1 else f"{lacking} more pieces"
        found.append(
            f"The desk's rule asks for {count} of evidence. Send it back for that, or for a reason why there are fewer."
        )
    return found


def asks_first(missing: list[str]) -> str:
    """That the desk's checklist has to be gone through before."""
    return f"The desk's checklist asks first: {'; '.join(missing)}."


def required_and_open(dossier: Dossier, act: str, rating: str | None = None) -> list[str]:
    """What is required before an act, with this rating, and neither holds nor was waived. What is asked before checking has to
    hold when it is approved, too."""
    wanted = ("check", "approve") if act == "approve" else (act,)
    items = [
        one.item["label"]
        for one in standing_items(dossier, rating)
        if one.state == "open" and one.item["required"] and one.item["before"] in wanted
    ]
    fields = [
        f"“{one['label']}” filled in"
        for one in dossier.checklist.fields
        if one["required"]
        and one["before"] in wanted
        and is_asked(one, dossier.case, rating)
        and not dossier.case.filled.get(one["id"])
    ]
    return [*items, *fields]


def standing_items(dossier: Dossier, rating: str | None = None) -> list[Standing]:
    """How a case stands to each item of its desk's checklist, with this rating or the one that it has."""
    ticks = {str(one.item_id): one for one in dossier.ticks}
    rating, records = rating or rating_of(dossier), Records(dossier)
    return [_standing(one, ticks.get(one["id"]), dossier.case, rating, records) for one in dossier.checklist.items]


def public_steps(dossier: Dossier) -> list[CheckedStep]:
    """What readers are told of the checklist: what holds, and what was waived, with the reason."""
    return [
        CheckedStep(label=one.item["label"], state=one.state, why=one.why if one.state == "waived" else None)
        for one in standing_items(dossier)
        if one.item.get("public") and one.state in ("done", "waived")
    ]


def rating_of(dossier: Dossier) -> str | None:
    """The rating of the verdict that is worked on, if there is one."""
    return dossier.verdict.rating if dossier.verdict else None


def is_asked(one: dict[str, Any], case: Case, rating: str | None) -> bool:
    """Whether an item or a field is asked for, with the case's tags and this rating."""
    return (not one["tags"] or not set(one["tags"]).isdisjoint(case.tags)) and (
        not one["ratings"] or rating in one["ratings"]
    )


class Records:
    """What the records of a case prove; each is read once, and only if an item wants it."""

    def __init__(self, dossier: Dossier) -> None:
        self._dossier = dossier
        self.evidence = dossier.standing_evidence

    @cached_property
    def _requests(self) -> list[RequestForComment]:
        return [one.record for one in self._dossier.requests if one.struck_at is None]

    def evidence_found(self, count: int) -> tuple[bool, str]:
        return len(self.evidence) >= count, _of(len(self.evidence), count, "piece")

    def publishers_found(self, count: int) -> tuple[bool, str]:
        hosts = {(one.publisher or urlsplit(one.url or "").hostname or "").casefold() for one in self.evidence} - {""}
        return len(hosts) >= count, _of(len(hosts), count, "publisher")

    def roots_found(self, count: int) -> tuple[bool, str]:
        said = [one.record for one in self._dossier.statements if one.struck_at is None]
        roots = tally(said, self._requests).roots
        return roots >= count, _of(roots, count, "source")

    def asked_found(self, count: int) -> tuple[bool, str]:
        asked = list(dict.fromkeys(one.asked for one in self._requests))
        return len(asked) >= count, f"asked: {', '.join(asked)}" if asked else "nobody was asked yet"

    def answered_found(self, _count: int) -> tuple[bool, str]:
        moment = now()
        waits = [
            one.asked
            for one in self._requests
            if one.outcome == "no_response_yet" and not (one.deadline and one.deadline <= moment)
        ]
        if not self._requests:
            return False, "nobody was asked yet"
        return not waits, f"waits for {', '.join(waits)}" if waits else "answered, or the time is over"

    def archived_found(self, _count: int) -> tuple[bool, str]:
        kept = {plain_url(one.told["url"]) for one in self._dossier.sources if one.told.get("archived")}
        lacking = [one.title for one in self.evidence if one.url and plain_url(one.url) not in kept]
        return not lacking, f"no copy of {', '.join(lacking)}" if lacking else "every source that has an address"


def _standing(item: dict[str, Any], ticked: Tick | None, case: Case, rating: str | None, records: Records) -> Standing:
    if not is_asked(item, case, rating):
        return Standing(item, "later", ticked, _when_asked(item))
    if ticked is not None and ticked.waived:
        return Standing(item, "waived", ticked, ticked.waived)
    if item["proof"] in BY_HAND:
        return Standing(item, "done" if ticked else "open", ticked, None)
    look: Callable[[int], tuple[bool, str]] = getattr(records, f"{item['proof']}_found")
    holds, why = look(item["count"])
    return Standing(item, "done" if holds else "open", None, why)


def _when_asked(item: dict[str, Any]) -> str:
    with_tags = f"tagged {' or '.join(item['tags'])}" if item["tags"] else ""
    rated = f"rated {' or '.join(item['ratings'])}" if item["ratings"] else ""
    return "asked for if it is " + " and ".join(part for part in (with_tags, rated) if part)


def _of(have: int, count: int, word: str) -> str:
    return f"{have} of {count} {word}{'' if count == 1 else 's'}"

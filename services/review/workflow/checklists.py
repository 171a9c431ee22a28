"""What the desk asks of every verdict: written by admins, satisfied by records, by a tick, or waived with a reason.

Items and fields are data of a desk. Those that are required hold up the act that they stand before, and the refusal names them.
Each revision is gone through anew.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from sqlmodel import Session, select

from services.review import history, words
from services.review.models import NO_DESK, Case, CaseSource, Checklist, Desk, Evidence, Person, Tick, Verdict
from services.review.schemas import ChecklistIn, ClearIn, FillIn, FlagIn, ItemIn, TickIn, WaiveIn, is_day
from services.review.workflow.desks import find_desk
from services.review.workflow.moves import begin, checklist_of, end, had_a_hand, not_allowed
from services.review.workflow.people import refuse_unless_admin
from services.review.workflow.sources import standing_evidence
from services.review.workflow.statements import standing_requests, standing_statements
from shared.clock import new_id, now
from shared.contracts import CheckedStep
from shared.contracts.attribution import tally
from shared.errors import Invalid, NotAllowed, NotFound
from shared.fields import plain_url

BY_HAND = frozenset({"person", "another"})


class Standing(NamedTuple):
    """How a case stands to an item: open, done, waived, or later: asked for with other ratings or tags alone."""

    item: dict[str, Any]
    state: str
    tick: Tick | None
    why: str | None


def change_checklist(session: Session, slug: str | None, found: ChecklistIn, by: Person) -> Checklist:
    """Put what a desk asks for in place of what it asked for; None for claims that belong to no desk. What is being checked
    follows it from now on. Raises Forbidden or Invalid."""
    refuse_unless_admin(by)
    history.take_turn(session)
    desk_id = find_desk(session, slug).id if slug else NO_DESK
    kept = session.get(Checklist, desk_id, with_for_update=True) or Checklist(desk_id=desk_id)
    before = {"items": kept.items, "fields": kept.fields}
    given = found.model_dump(mode="json")
    for name in ("items", "fields"):
        for one in given[name]:
            one["id"] = one["id"] or str(new_id())
        if len({one["id"] for one in given[name]}) < len(given[name]):
            raise Invalid.field(name, "has the same id twice")
    kept.items, kept.fields, kept.changed_at = given["items"], given["fields"], now()
    session.add(kept)
    session.flush()
    after = {"items": kept.items, "fields": kept.fields}
    history.append(session, "checklist changed", None, by.id, {"before": before, "after": after | {"desk": slug}})
    return kept


def get_checklist(session: Session, slug: str | None) -> Checklist:
    """What a desk asks for; None for claims that belong to no desk. Raises NotFound."""
    if slug is None:
        return session.get(Checklist, NO_DESK) or Checklist(desk_id=NO_DESK)
    desk = session.exec(select(Desk).where(Desk.slug == slug)).first()
    if desk is None:
        raise NotFound("There is no such desk.")
    return session.get(Checklist, desk.id) or Checklist(desk_id=desk.id)


def tick(session: Session, case_id: UUID, found: TickIn, by: Person, seen: int | None = None) -> Case:
    """Say that an item of the checklist holds, or does not any more. What the records prove can't be said."""
    case = begin(session, case_id, "tick", by, seen)
    item = _item(session, case, found.item_id)
    if found.done and item["proof"] not in BY_HAND:
        raise not_allowed(session, case, by, "The records of the case show whether this holds; nobody ticks it.")
    if found.done and item["proof"] == "another" and had_a_hand(session, case, by):
        raise not_allowed(session, case, by, "You had a hand in this revision; somebody else has to say so.")
    return _note(session, case, "tick", item, by, None if found.done else "", found.done)


def waive(session: Session, case_id: UUID, found: WaiveIn, by: Person, seen: int | None = None) -> Case:
    """Say why an item of the checklist need not hold for this verdict. Whoever approves it sees the reason."""
    case = begin(session, case_id, "waive", by, seen)
    return _note(session, case, "waive", _item(session, case, found.item_id), by, found.reason, True)


def fill(session: Session, case_id: UUID, found: FillIn, by: Person, seen: int | None = None) -> Case:
    """Fill in the desk's own fields. What is left out becomes empty."""
    case = begin(session, case_id, "fill", by, seen)
    fields = {one["id"]: one for one in checklist_of(session, case).fields}
    values = {str(field_id): value for field_id, value in found.values.items()}
    for field_id, value in values.items():
        _refuse_unfit(fields.get(field_id), field_id, value)
    before, kept = case.filled, {name: value for name, value in case.filled.items() if name not in fields}
    case.filled = kept | values
    words.keep_one(session, case.id, "field", *values.values())
    labelled = [
        {fields[name]["label"]: value for name, value in some.items() if name in fields} for some in (before, values)
    ]
    return end(session, case, "fill", by, {"fields": labelled[0]}, {"fields": labelled[1]})


def flag(session: Session, case_id: UUID, found: FlagIn, by: Person, seen: int | None = None) -> Case:
    """Raise a legal question. Nobody can approve the verdict before an editor has cleared it."""
    case = begin(session, case_id, "flag", by, seen)
    if case.legal:
        raise not_allowed(session, case, by, "A legal question is open already.")
    case.legal = {"reason": found.reason, "by": by.name, "at": now().isoformat()}
    return end(session, case, "flag", by, {}, {"reason": found.reason})


def unflag(session: Session, case_id: UUID, found: ClearIn, by: Person, seen: int | None = None) -> Case:
    """Clear a legal question, with the reason."""
    case = begin(session, case_id, "unflag", by, seen)
    if not case.legal:
        raise not_allowed(session, case, by, "No legal question is open.")
    before, case.legal = case.legal["reason"], {}
    return end(session, case, "unflag", by, {"reason": before}, {"reason": found.reason})


def refuse_if_open(session: Session, case: Case, act: str, by: Person, rating: str) -> None:
    """Raise NotAllowed, naming what is required before this act and neither holds nor was waived."""
    missing = required_and_open(session, case, act, rating)
    if missing:
        refusal = not_allowed(session, case, by, f"The desk's checklist asks first: {'; '.join(missing)}.")
        raise NotAllowed(refusal.detail, **refusal.members, missing=missing)


def required_and_open(session: Session, case: Case, act: str, rating: str | None = None) -> list[str]:
    """What is required before an act, with this rating, and neither holds nor was waived. What is asked before checking has to
    hold when it is approved, too."""
    found = checklist_of(session, case)
    wanted = ("check", "approve") if act == "approve" else (act,)
    items = [
        one.item["label"]
        for one in standing_items(session, case, rating)
        if one.state == "open" and one.item["required"] and one.item["before"] in wanted
    ]
    fields = [
        f"“{one['label']}” filled in"
        for one in found.fields
        if one["required"]
        and one["before"] in wanted
        and is_asked(one, case, rating)
        and not case.filled.get(one["id"])
    ]
    return [*items, *fields]


def standing_items(session: Session, case: Case, rating: str | None = None) -> list[Standing]:
    """How a case stands to each item of its desk's checklist, with this rating or the one that it has."""
    items = checklist_of(session, case).items
    if not items:
        return []
    mine = select(Tick).where(Tick.case_id == case.id, Tick.revision == case.revision)
    ticks = {str(one.item_id): one for one in session.exec(mine)}
    rating, records = rating or rating_of(session, case), Records(session, case)
    return [_standing(one, ticks.get(one["id"]), case, rating, records) for one in items]


def public_steps(session: Session, case: Case) -> list[CheckedStep]:
    """What readers are told of the checklist: what holds, and what was waived, with the reason."""
    return [
        CheckedStep(label=one.item["label"], state=one.state, why=one.why if one.state == "waived" else None)
        for one in standing_items(session, case)
        if one.item.get("public") and one.state in ("done", "waived")
    ]


def rating_of(session: Session, case: Case) -> str | None:
    """The rating of the verdict that is worked on, if there is one."""
    verdict = session.get(Verdict, (case.id, case.revision))
    return verdict.rating if verdict else None


def is_asked(one: dict[str, Any], case: Case, rating: str | None) -> bool:
    """Whether an item or a field is asked for, with the case's tags and this rating."""
    return (not one["tags"] or not set(one["tags"]).isdisjoint(case.tags)) and (
        not one["ratings"] or rating in one["ratings"]
    )


class Records:
    """What the records of a case prove; each is asked for once, and only if an item wants it."""

    def __init__(self, session: Session, case: Case) -> None:
        self._session, self._case = session, case

    @cached_property
    def evidence(self) -> list[Evidence]:
        return standing_evidence(self._session, self._case)

    @cached_property
    def _requests(self) -> Sequence[Any]:
        return standing_requests(self._session, self._case.id)

    def evidence_found(self, count: int) -> tuple[bool, str]:
        return len(self.evidence) >= count, _of(len(self.evidence), count, "piece")

    def publishers_found(self, count: int) -> tuple[bool, str]:
        hosts = {(one.publisher or urlsplit(one.url or "").hostname or "").casefold() for one in self.evidence} - {""}
        return len(hosts) >= count, _of(len(hosts), count, "publisher")

    def roots_found(self, count: int) -> tuple[bool, str]:
        roots = tally(standing_statements(self._session, self._case.id), self._requests).roots
        return roots >= count, _of(roots, count, "root")

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
        told = self._session.exec(select(CaseSource).where(CaseSource.case_id == self._case.id))
        kept = {plain_url(one.told["url"]) for one in told if one.told.get("archived")}
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


def _item(session: Session, case: Case, item_id: UUID) -> dict[str, Any]:
    found = next((one for one in checklist_of(session, case).items if one["id"] == str(item_id)), None)
    if found is None:
        raise NotFound("The desk's checklist has no such item.")
    return ItemIn.model_validate(found).model_dump(mode="json")


def _note(
    session: Session, case: Case, act: str, item: dict[str, Any], by: Person, why: str | None, stands: bool
) -> Case:
    key = (case.id, case.revision, UUID(item["id"]))
    kept = session.get(Tick, key, with_for_update=True)
    before = {"text": kept.waived} if kept else {}
    if not stands:
        if kept is None:
            raise not_allowed(session, case, by, "This was neither ticked nor waived.")
        session.delete(kept)
    else:
        kept = kept or Tick(case_id=case.id, revision=case.revision, item_id=key[2], person_id=by.id)
        kept.person_id, kept.at, kept.waived = by.id, now(), why
        session.add(kept)
    session.flush()
    name = act if stands else "untick"
    return end(session, case, name, by, before, {"item": item["label"]} | ({"text": why} if why else {}))


def _refuse_unfit(field: dict[str, Any] | None, field_id: str, value: str) -> None:
    if field is None:
        raise Invalid.field(f"values/{field_id}", "the desk has no such field")
    if field["kind"] == "choice" and value not in field["choices"]:
        raise Invalid.field(f"values/{field_id}", f"has to be one of {', '.join(field['choices'])}")
    if field["kind"] == "date" and not is_day(value):
        raise Invalid.field(f"values/{field_id}", "has to be a day such as 2026-01-27")

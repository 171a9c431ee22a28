"""What the desk asks of every verdict: written by admins, satisfied by records, by a tick, or waived with a reason.

Items and fields are data of a desk. Those that are required hold up the act that they stand before, and the refusal names them.
Each revision is gone through anew.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, select

from services.review import history, texts
from services.review.dossier import open_dossier
from services.review.models import NO_DESK, Case, Checklist, Desk, Person, Tick
from services.review.schemas import ChecklistIn, ClearIn, FillIn, FlagIn, ItemIn, StatusIn, TickIn, WaiveIn, is_day
from services.review.standing import BY_HAND, asks_first, required_and_open
from services.review.workflow.allowed import not_allowed
from services.review.workflow.desks import find_desk
from services.review.workflow.hands import had_a_hand
from services.review.workflow.moves import begin, end
from services.review.workflow.notifying import notify, settle
from services.review.workflow.people import refuse_unless_admin
from services.review.workflow.waiting import ask_about_legal, who_flagged
from shared.clock import new_id, now
from shared.errors import Invalid, NotFound


def checklist_of(session: Session, case: Case) -> Checklist:
    """What the case's desk asks of its verdict."""
    desk_id = case.desk_id or NO_DESK
    return session.get(Checklist, desk_id) or Checklist(desk_id=desk_id)


def change_checklist(session: Session, slug: str | None, found: ChecklistIn, by: Person) -> Checklist:
    """Put what a desk asks for in place of what it asked for; None for claims that belong to no desk. What is being checked
    follows it from now on. Raises Forbidden or Invalid."""
    refuse_unless_admin(by)
    history.take_turn(session)
    desk_id = find_desk(session, slug).id if slug else NO_DESK
    kept = session.get(Checklist, desk_id, with_for_update=True) or Checklist(desk_id=desk_id)
    before = {"items": kept.items, "fields": kept.fields, "statuses": kept.statuses}
    given = found.model_dump(mode="json")
    for name in ("items", "fields"):
        for one in given[name]:
            one["id"] = one["id"] or str(new_id())
        if len({one["id"] for one in given[name]}) < len(given[name]):
            raise Invalid.field(name, "has the same id twice")
    kept.items, kept.fields, kept.statuses = given["items"], given["fields"], given["statuses"]
    kept.changed_at = now()
    session.add(kept)
    session.flush()
    after = {"items": kept.items, "fields": kept.fields, "statuses": kept.statuses}
    _reword_statuses(session, kept, before["statuses"])
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
    if not fields:
        raise not_allowed(session, case, by, "The desk has no fields of its own.")
    values = {str(field_id): value for field_id, value in found.values.items()}
    for field_id, value in values.items():
        _refuse_unfit(fields.get(field_id), field_id, value)
    before, kept = case.filled, {name: value for name, value in case.filled.items() if name not in fields}
    case.filled = kept | values
    texts.put_anew(session, case.id, "field")
    labelled = [
        {fields[name]["label"]: value for name, value in some.items() if name in fields} for some in (before, values)
    ]
    return end(session, case, "fill", by, {"fields": labelled[0]}, {"fields": labelled[1]})


def status(session: Session, case_id: UUID, found: StatusIn, by: Person, seen: int | None = None) -> Case:
    """Say where the work stands, in the desk's own words: what it waits for. When the case moves on it ends."""
    case = begin(session, case_id, "status", by, seen)
    known = {one["label"]: one for one in checklist_of(session, case).statuses}
    if not known and case.status is None:
        raise not_allowed(session, case, by, "The desk has no statuses of its own.")
    if found.status and found.status not in known:
        raise Invalid.field("status", f"has to be one of {', '.join(known)}")
    before, case.status = case.status, found.status
    chosen = known[found.status] if found.status else {}
    case.status_colour, case.status_words = chosen.get("colour"), chosen.get("words", {})
    return end(session, case, "status", by, {"status": before}, {"status": case.status})


def flag(session: Session, case_id: UUID, found: FlagIn, by: Person, seen: int | None = None) -> Case:
    """Raise a legal question. Nobody can approve the verdict before an editor has cleared it."""
    case = begin(session, case_id, "flag", by, seen)
    if case.legal:
        raise not_allowed(session, case, by, "A legal question is open already.")
    case.legal = {"reason": found.reason, "by": by.name, "at": now().isoformat()}
    ask_about_legal(session, case, by)
    return end(session, case, "flag", by, {}, {"reason": found.reason})


def unflag(session: Session, case_id: UUID, found: ClearIn, by: Person, seen: int | None = None) -> Case:
    """Clear a legal question, with the reason."""
    case = begin(session, case_id, "unflag", by, seen)
    if not case.legal:
        raise not_allowed(session, case, by, "No legal question is open.")
    before, case.legal = case.legal["reason"], {}
    settle(session, case, "legal")
    to = {one for one in (who_flagged(session, case), case.assignee_id) if one}
    notify(session, "decided", to, case, by, f"The legal question is cleared: {found.reason}")
    return end(session, case, "unflag", by, {"reason": before}, {"reason": found.reason})


def refuse_if_open(session: Session, case: Case, by: Person, rating: str) -> None:
    """Raise NotAllowed, naming what is required before this verdict can be given and neither holds nor was waived."""
    missing = required_and_open(open_dossier(session, case, by), "check", rating)
    if missing:
        raise not_allowed(session, case, by, asks_first(missing), missing=missing)


def _reword_statuses(session: Session, kept: Checklist, before: list[dict[str, Any]]) -> None:
    """Cases that have a status whose colour or words in other languages are new have the new ones."""
    of_desk = col(Case.desk_id).is_(None) if kept.desk_id == NO_DESK else col(Case.desk_id) == kept.desk_id
    for one in [one for one in kept.statuses if one not in before]:
        shown = {"status_colour": one["colour"], "status_words": one["words"]}
        session.execute(update(Case).where(col(Case.status) == one["label"], of_desk).values(shown))


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

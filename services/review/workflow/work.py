"""The work on a case: take, hand over, release, note, evidence, strike."""

from typing import cast
from uuid import UUID

from sqlmodel import Session, select

from services.review import texts
from services.review.models import Case, CommentRequest, Evidence, Note, Person, Question, Statement
from services.review.schemas import ArchiveIn, AssignIn, EvidenceIn, NoteIn, NothingIn, StrikeIn
from services.review.workflow.allowed import has_role, name_of, not_allowed, refuse_if_taken_by_another
from services.review.workflow.files import file_of
from services.review.workflow.hands import lend_a_hand
from services.review.workflow.moves import begin, end
from services.review.workflow.notifying import mentioned, notify
from services.review.workflow.sources import tell_sources
from services.review.workflow.stamps import order_stamp
from shared.clock import now
from shared.errors import Forbidden, Invalid, NotFound
from shared.hostnames import is_same_page

Struck = Note | Evidence | Statement | CommentRequest | Question
STRUCK: dict[str, type[Struck]] = {
    "note_id": Note,
    "evidence_id": Evidence,
    "statement_id": Statement,
    "request_id": CommentRequest,
    "question_id": Question,
}


def take(session: Session, case_id: UUID, _found: NothingIn, by: Person, seen: int | None = None) -> Case:
    """Work on a case. Of two people who try, one gets it."""
    case = begin(session, case_id, "take", by, seen)
    if case.assignee_id is not None:
        who = "You have" if case.assignee_id == by.id else f"{name_of(session, case.assignee_id)} has"
        raise not_allowed(session, case, by, f"{who} taken this case already.")
    case.assignee_id, case.taken_at = by.id, now()
    return end(session, case, "take", by, {"assignee": None}, {"assignee": by.email})


def assign(session: Session, case_id: UUID, found: AssignIn, by: Person, seen: int | None = None) -> Case:
    """Hand a case to somebody, with a note for them: an editor any, whoever has it their own."""
    case = begin(session, case_id, "assign", by, seen)
    if case.assignee_id != by.id and not has_role(session, case, by, "editor"):
        raise Forbidden("Only an editor, or whoever has this case, may hand it over.")
    to = session.exec(select(Person).where(Person.email == found.to.casefold(), Person.active)).first()
    if to is None or not has_role(session, case, to, "checker"):
        raise Invalid.field("to", "nobody at the desk has this address")
    before, had_it = _email_of(session, case.assignee_id), case.assignee_id
    case.assignee_id, case.taken_at = to.id, now()
    written = Note(case_id=case.id, person_id=by.id, text=found.note, state=case.state)
    session.add(written)
    texts.keep(session, texts.of_note(written))
    notify(session, "assigned", {to.id}, case, by, found.note)
    notify(session, "mentioned", mentioned(session, found.note) - {to.id}, case, by, found.note)
    if had_it not in (None, to.id):
        notify(session, "taken_away", {had_it}, case, by, f"{to.name} has it now: {found.note}")
    return end(session, case, "assign", by, {"assignee": before}, {"assignee": to.email, "note": found.note})


def release(session: Session, case_id: UUID, _found: NothingIn, by: Person, seen: int | None = None) -> Case:
    """Give a case back to the queue."""
    case = begin(session, case_id, "release", by, seen)
    if case.assignee_id is None:
        raise not_allowed(session, case, by, "Nobody has taken this case.")
    refuse_if_taken_by_another(session, case, by)
    before = _email_of(session, case.assignee_id)
    notify(session, "taken_away", {case.assignee_id}, case, by, "It is in the queue again.")
    case.assignee_id = case.taken_at = None
    return end(session, case, "release", by, {"assignee": before}, {"assignee": None})


def note(session: Session, case_id: UUID, found: NoteIn, by: Person, seen: int | None = None) -> Case:
    """Write a note, or reply to one."""
    case = begin(session, case_id, "note", by, seen)
    answered = session.get(Note, found.reply_to) if found.reply_to else None
    if found.reply_to is not None and (answered is None or answered.case_id != case.id):
        raise Invalid.field("reply_to", "there is no such note on this case")
    written = Note(case_id=case.id, person_id=by.id, reply_to=found.reply_to, text=found.text, state=case.state)
    session.add(written)
    session.flush()
    texts.keep(session, texts.of_note(written))
    named = mentioned(session, found.text)
    notify(session, "mentioned", named, case, by, found.text)
    notify(session, "answered", {answered.person_id} - named if answered else (), case, by, found.text)
    return end(session, case, "note", by, {}, {"note_id": str(written.id), "text": found.text})


def evidence(session: Session, case_id: UUID, found: EvidenceIn, by: Person, seen: int | None = None) -> Case:
    """Add a source that was consulted. Who does so can't approve this revision."""
    case = begin(session, case_id, "evidence", by, seen)
    refuse_if_taken_by_another(session, case, by)
    file = file_of(session, case, found.file_id) if found.file_id else None
    added = add_evidence(session, case, found, by, file.name if file else None)
    after = {"evidence_id": str(added.id), **found.model_dump(mode="json")}
    if file:
        after["file"] = f"{file.name}, SHA-256 {file.sha256}"
        order_stamp(session, "file", file.sha256)
    return end(session, case, "evidence", by, {}, after)


def add_evidence(session: Session, case: Case, found: EvidenceIn, by: Person, name: str | None = None) -> Evidence:
    """Write down a source of a case that is locked; `name` is its file's."""
    added = Evidence(case_id=case.id, person_id=by.id, **found.model_dump())
    session.add(added)
    session.flush()
    texts.keep(session, texts.of_evidence(added, name))
    lend_a_hand(session, case, by)
    if added.url:
        tell_sources(session, case)
    return added


def archive(session: Session, case_id: UUID, found: ArchiveIn, by: Person, seen: int | None = None) -> Case:
    """Say where a public archive shows a copy of what was consulted, for readers to find it when the page has gone.

    Who does so can't approve this revision.
    """
    case = begin(session, case_id, "archive", by, seen)
    refuse_if_taken_by_another(session, case, by)
    item = session.get(Evidence, found.evidence_id, with_for_update=True)
    if item is None or item.case_id != case.id or item.struck_at is not None:
        raise NotFound("There is no such evidence that stands on this case.")
    if found.archive_url and item.url and is_same_page(found.archive_url, item.url):
        raise Invalid.field("archive_url", "has to be the address of a copy, not of the page itself")
    before, item.archive_url = item.archive_url, found.archive_url
    lend_a_hand(session, case, by)
    told = {"title": item.title, "archive_url": item.archive_url}
    return end(session, case, "archive", by, {"archive_url": before}, told)


def strike(session: Session, case_id: UUID, found: StrikeIn, by: Person, seen: int | None = None) -> Case:
    """Strike out a note of one's own, or what the verdict rests on; editors may strike anybody's note. Nothing is deleted."""
    case = begin(session, case_id, "strike", by, seen)
    item = _struck_item(session, case, found)
    if item.struck_at is not None:
        raise not_allowed(session, case, by, "This has been struck out already.")
    if not isinstance(item, Note):
        if case.state != "unverified":
            raise not_allowed(session, case, by, f"What a claim rests on that is {case.state} cannot be struck out.")
        refuse_if_taken_by_another(session, case, by)
        lend_a_hand(session, case, by)
    elif item.person_id != by.id and not has_role(session, case, by, "editor"):
        raise Forbidden("Only who wrote a note, or an editor, may strike it out.")
    item.struck_at, item.struck_by, item.struck_reason = now(), by.id, found.reason
    if isinstance(item, Evidence) and item.url:
        tell_sources(session, case)
    return end(session, case, "strike", by, {}, found.model_dump(mode="json", exclude_none=True))


def _struck_item(session: Session, case: Case, found: StrikeIn) -> Struck:
    (name, item_id), *_ = found.named.items()
    item = cast(Struck | None, session.get(STRUCK[name], item_id, with_for_update=True))
    if item is None or item.case_id != case.id:
        raise NotFound("There is no such entry on this case.")
    return item


def _email_of(session: Session, person_id: UUID | None) -> str | None:
    return session.exec(select(Person.email).where(Person.id == person_id)).first()

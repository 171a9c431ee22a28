"""What the desk's edges ask of the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, tuple_
from sqlmodel import Session, col, select

from services.review import workflow
from services.review.models import (
    Case,
    CaseSource,
    CaseStory,
    CaseTag,
    Evidence,
    HistoryEntry,
    Note,
    Person,
    SignIn,
    Story,
    Token,
    Verdict,
)
from services.review.scale import SCALE
from services.review.schemas import (
    CaseOut,
    CaseRow,
    CaseStoryOut,
    EvidenceOut,
    HistoryOut,
    NoteOut,
    PersonOut,
    VerdictOut,
)
from shared.errors import NotFound

MOST_COUNTED = 100

# How the queue can be sorted: the columns, and whether they go down.
SORTS: dict[str, tuple[tuple[Any, ...], bool]] = {
    "urgency": ((col(Case.urgency), col(Case.id)), False),
    "oldest": ((col(Case.id),), False),
    "newest": ((col(Case.id),), True),
    "due": ((col(Case.due_at), col(Case.id)), False),
}


class Wanted(NamedTuple):
    """What the queue is filtered by, and how it is sorted. None leaves a filter out."""

    state: str | None = None
    assignee: UUID | None = None
    unassigned: bool = False
    tag: str | None = None
    q: str | None = None
    waits_for: str | None = None  # "approver" or "site", among the checked
    sort: str = "urgency"


class Page(NamedTuple):
    """Some rows of the queue, and the sort values after which the next page begins."""

    rows: list[CaseRow]
    after: list[Any] | None


def list_queue(session: Session, wanted: Wanted, limit: int, after: Sequence[Any] | None = None) -> Page:
    """A page of the queue. Pages are found by their place in the order, so that each costs the same."""
    columns, downwards = SORTS[wanted.sort]
    chosen = _filtered(select(Case), wanted)
    if after is not None:
        place = tuple_(*columns)
        values = tuple_(
            *(bindparam(None, value, type_=column.type) for column, value in zip(columns, after, strict=True))
        )
        chosen = chosen.where(place < values if downwards else place > values)
    chosen = chosen.order_by(*(column.desc() if downwards else column.asc() for column in columns))
    cases = session.exec(chosen.limit(limit + 1)).all()
    people = _people(session, {case.assignee_id for case in cases if case.assignee_id})
    rows = [_row(case, people) for case in cases[:limit]]
    last = cases[limit - 1] if len(cases) > limit else None
    return Page(rows, [getattr(last, column.key) for column in columns] if last else None)


def count_queue(session: Session, wanted: Wanted) -> int:
    """How many cases there are, counted up to a hundred: beyond that nobody asks for the number."""
    some = _filtered(select(col(Case.id)), wanted).limit(MOST_COUNTED).subquery()
    return session.exec(select(func.count()).select_from(some)).one()


def get_case(session: Session, case_id: UUID, person: Person) -> CaseOut:
    """Everything about a case, as this person may act on it. Raises NotFound."""
    case = session.get(Case, case_id)
    if case is None:
        raise NotFound("There is no such case.")
    return describe_case(session, case, person)


def find_cases(session: Session, ids: Sequence[UUID]) -> dict[UUID, Case]:
    """These cases as they are stored, as far as they are there."""
    return {case.id: case for case in session.exec(select(Case).where(col(Case.id).in_(ids)))}


def describe_case(session: Session, case: Case, person: Person) -> CaseOut:
    """See `get_case`."""
    notes = session.exec(select(Note).where(Note.case_id == case.id).order_by(col(Note.id))).all()
    evidence = session.exec(select(Evidence).where(Evidence.case_id == case.id).order_by(col(Evidence.id))).all()
    verdicts = session.exec(select(Verdict).where(Verdict.case_id == case.id).order_by(col(Verdict.revision))).all()
    entries = session.exec(
        select(HistoryEntry).where(HistoryEntry.case_id == case.id).order_by(col(HistoryEntry.seq))
    ).all()
    sources = session.exec(
        select(CaseSource).where(CaseSource.case_id == case.id).order_by(col(CaseSource.source_id))
    ).all()
    people = _people(session)
    told = [_verdict(one, people) for one in verdicts]
    current = next((one for one in told if one.revision == case.revision), None)
    record = case.record
    waits = case.approved_at is not None
    return CaseOut.model_validate(
        {
            **_row(case, people).model_dump(
                include={"id", "state", "urgency", "tags", "received_at", "due_at", "test"}
            ),
            "revision": case.revision,
            "kind": case.kind,
            "change": case.change,
            "assignee": _person(people, case.assignee_id),
            "claim": record,
            "submissions": case.sent_in,
            "evidence": _evidence(evidence, people),
            "sources": [one.visited for one in sources],
            "stories": _stories(session, case.id),
            "statements": record.statements,
            "requests_for_comment": record.requests_for_comment,
            "notes": [_note(one, people) for one in notes],
            "verdict": current,
            "verdicts": told,
            "history": [_entry(one, people) for one in entries],
            "allowed": workflow.allowed(session, case, person),
            "missing": workflow.missing_for_check([one for one in evidence if one.struck_at is None]),
            "taken_at": case.taken_at,
            "close_reason": case.close_reason,
            "approved_by": current.approved_by if current and waits else None,
            "approved_at": case.approved_at,
            "published_revision": case.published_revision,
            "url": case.url,
            "etag": workflow.etag(case),
        }
    )


def find_person(session: Session, email: str) -> Person | None:
    """An active person by e-mail address, whatever its case."""
    return session.exec(select(Person).where(Person.email == _findable(email).casefold(), Person.active)).first()


def is_known(session: Session, email: str) -> bool:
    """Whether anybody has this address, those who have left too."""
    return session.exec(select(Person.id).where(Person.email == _findable(email).casefold())).first() is not None


def list_people(session: Session) -> Sequence[Person]:
    """Everybody, by name."""
    return session.exec(select(Person).order_by(Person.name)).all()


def list_sign_ins(session: Session, person_id: UUID, since: datetime) -> Sequence[SignIn]:
    """A person's open sessions that were used since then, the latest first."""
    return session.exec(
        select(SignIn)
        .where(SignIn.person_id == person_id, col(SignIn.revoked_at).is_(None), col(SignIn.seen_at) > since)
        .order_by(col(SignIn.seen_at).desc())
    ).all()


def list_tokens(session: Session, person_id: UUID) -> Sequence[Token]:
    """A person's tokens that have not been revoked."""
    return session.exec(
        select(Token).where(Token.person_id == person_id, col(Token.revoked_at).is_(None)).order_by(col(Token.made_at))
    ).all()


def _filtered(chosen: Any, wanted: Wanted) -> Any:
    if wanted.state is not None:
        chosen = chosen.where(Case.state == wanted.state)
    if wanted.assignee is not None:
        chosen = chosen.where(Case.assignee_id == wanted.assignee)
    if wanted.unassigned:
        chosen = chosen.where(col(Case.assignee_id).is_(None))
    if wanted.waits_for is not None:
        approved = col(Case.approved_at)
        chosen = chosen.where(approved.is_(None) if wanted.waits_for == "approver" else approved.is_not(None))
    if wanted.tag is not None:
        chosen = chosen.where(
            col(Case.id).in_(select(CaseTag.case_id).where(CaseTag.tag == _findable(wanted.tag).casefold()))
        )
    if wanted.q is not None:
        chosen = chosen.where(col(Case.claim)["text"].as_string().icontains(_findable(wanted.q), autoescape=True))
    if wanted.sort == "due":
        chosen = chosen.where(col(Case.due_at).is_not(None))
    return chosen


def _findable(words: str) -> str:
    """PostgreSQL refuses NUL even in a question. No text of ours holds one, and none holds what replaces it here."""
    return words.strip().replace("\x00", "\ufffe")


def _people(session: Session, ids: set[UUID] | None = None) -> dict[UUID, Person]:
    chosen = select(Person) if ids is None else select(Person).where(col(Person.id).in_(ids))
    return {person.id: person for person in session.exec(chosen)} if ids is None or ids else {}


def _person(people: dict[UUID, Person], person_id: UUID | None) -> PersonOut | None:
    person = people.get(person_id) if person_id else None
    return PersonOut(name=person.name, email=person.email) if person else None


def _name(people: dict[UUID, Person], person_id: UUID | None) -> str | None:
    person = _person(people, person_id)
    return person.name if person else None


def _row(case: Case, people: dict[UUID, Person]) -> CaseRow:
    record = case.record
    return CaseRow.model_validate(
        {
            **case.model_dump(
                include={
                    "id",
                    "state",
                    "urgency",
                    "received_at",
                    "due_at",
                    "revision",
                    "kind",
                    "waits_for_site",
                    "test",
                    "story_status",
                }
            ),
            "text": record.text,
            "claimant": record.claimant.name if record.claimant else None,
            "newsrooms": list(dict.fromkeys(one.newsroom for one in case.sent_in)),
            "submissions": len(case.submissions),
            "tags": list(record.tags),
            "assignee": _person(people, case.assignee_id),
            "waits_for_site": case.waits_for_site,
            "can_be_taken": workflow.is_possible(case, "take") and case.assignee_id is None,
            "etag": workflow.etag(case),
        }
    )


def _stories(session: Session, case_id: UUID) -> list[CaseStoryOut]:
    chosen = select(CaseStory, Story).join(Story, col(Story.id) == col(CaseStory.story_id))
    found = []
    for link, story in session.exec(chosen.where(CaseStory.case_id == case_id).order_by(col(Story.id))):
        told = story.received
        about = told.model_dump(include={"version", "status", "note", "changed_at"})
        found.append(
            CaseStoryOut(
                id=story.id, headline=told.story.headline, publisher=told.story.publisher, stands=link.stands, **about
            )
        )
    return found


def _note(note: Note, people: dict[UUID, Person]) -> NoteOut:
    given = note.model_dump(include=set(NoteOut.model_fields) - {"by", "struck_by"})
    return NoteOut(**given, by=_name(people, note.person_id) or "", struck_by=_name(people, note.struck_by))


def _evidence(items: Sequence[Evidence], people: dict[UUID, Person]) -> list[EvidenceOut]:
    found, number = [], 0
    for item in items:
        number += item.struck_at is None
        given = item.model_dump(include=set(EvidenceOut.model_fields) - {"by", "struck_by", "number"})
        found.append(
            EvidenceOut(
                **given,
                number=number if item.struck_at is None else None,
                by=_name(people, item.person_id) or "",
                struck_by=_name(people, item.struck_by),
            )
        )
    return found


def _verdict(verdict: Verdict, people: dict[UUID, Person]) -> VerdictOut:
    given = verdict.model_dump(include=set(VerdictOut.model_fields) - {"checked_by", "approved_by", "rating_label"})
    return VerdictOut(
        **given,
        rating_label=SCALE[verdict.rating].label,
        checked_by=_name(people, verdict.checked_by) or "",
        approved_by=_name(people, verdict.approved_by),
    )


def _entry(entry: HistoryEntry, people: dict[UUID, Person]) -> HistoryOut:
    given = entry.model_dump(include=set(HistoryOut.model_fields) - {"by"})
    return HistoryOut(**given, by=_name(people, entry.person_id))

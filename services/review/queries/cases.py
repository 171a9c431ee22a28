"""A case, whole and as a row of the queue."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from services.review import workflow
from services.review.models import (
    Case,
    CaseFile,
    CaseSource,
    CaseStory,
    Evidence,
    HistoryEntry,
    Note,
    Person,
    SecondCheck,
    Story,
    Urging,
    Verdict,
)
from services.review.queries.checklists import asked_of, list_questions
from services.review.queries.disputes import list_disputes_of
from services.review.queries.earlier import earlier_like
from services.review.queries.matching import count_precision, list_candidates, list_repeats
from services.review.queries.people import name_of, people_by_id, person_out
from services.review.queries.repeated import list_repeated
from services.review.queries.similar import list_merged, list_similar
from services.review.queries.statements import list_requests, list_siblings, list_statements
from services.review.scale import Step, rating
from services.review.schemas import (
    CaseOut,
    CaseRow,
    CaseStoryOut,
    EvidenceOut,
    FileOut,
    HistoryOut,
    NoteOut,
    NoticeOut,
    SecondCheckOut,
    SiblingOut,
    UrgedOut,
    VerdictOut,
)
from shared.errors import NotFound


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
    people = people_by_id(session)
    candidates = list_candidates(session, case.id, people)
    found = {one.subject for one in candidates}
    merged = list_merged(session, case)
    repeated, repeated_more = list_repeated([case, *merged])
    desk = workflow.rules_of(session, case)
    scale = workflow.scale_of(desk)
    told = [_verdict(one, people, scale) for one in verdicts]
    current = next((one for one in told if one.revision == case.revision), None)
    record = case.record
    waits = case.approved_at is not None
    return CaseOut.model_validate(
        {
            **row_of(case, people).model_dump(
                include={"id", "state", "urgency", "tags", "received_at", "due_at", "test"}
            ),
            "revision": case.revision,
            "kind": case.kind,
            "change": case.change,
            "assignee": person_out(people, case.assignee_id),
            "claim": record,
            "submissions": case.sent_in,
            "evidence": _evidence(evidence, people, workflow.files_of(session, evidence)),
            "sources": [one.visited for one in sources],
            "stories": _stories(session, case.id),
            "described": case.described,
            "statements": list_statements(session, case.id, people),
            "requests_for_comment": list_requests(session, case.id, people),
            "merged_into": _in_short([session.get_one(Case, case.merged_into)])[0] if case.merged_into else None,
            "merged": _in_short(merged),
            "repeated": repeated,
            "repeated_more": repeated_more,
            "candidates": candidates,
            "is_compared": not case.to_compare,
            "repeats": _in_short(list_repeats(session, case.id)),
            "precision": count_precision(session) if candidates else None,
            "similar": _in_short([one for one in list_similar(session, case) if one.id not in found]),
            "siblings": _in_short(list_siblings(session, case)),
            "notes": [_note(one, people) for one in notes],
            "notice": _notice(session, case, people),
            "disputes": list_disputes_of(session, case),
            "urged": [_urged(one, people) for one in workflow.urgings(session, case.id)],
            "verdict": current,
            "verdicts": told,
            "history": [_entry(one, people) for one in entries],
            "allowed": workflow.allowed(session, case, person),
            "missing": [
                *workflow.missing_for_check([one for one in evidence if one.struck_at is None], desk.evidence_needed),
                *(
                    f"the desk's checklist asks for: {one}"
                    for one in workflow.required_and_open(session, case, "check")
                ),
            ],
            "alarms": [one.model_dump() for one in workflow.open_alarms(session, case.id)] if case.alarms else [],
            **asked_of(session, case, people),
            "earlier": [one for one in earlier_like(session, case.text) if one.id not in found],
            "questions": list_questions(session, case.id, people),
            "desk": desk.slug or None,
            "ratings": [step._asdict() for step in scale],
            "approvals": workflow.approvers(session, case) if case.state == "checked" else [],
            "approvals_needed": desk.approvals_needed,
            "second_checks": _second_checks(session, case, people, scale),
            "second_checks_needed": desk.second_checks_needed,
            "held_until": workflow.held_until(session, case) if case.state in ("unverified", "checked") else None,
            "taken_at": case.taken_at,
            "close_reason": case.close_reason,
            "approved_by": current.approved_by if current and waits else None,
            "approved_at": case.approved_at,
            "published_revision": case.published_revision,
            "url": case.url,
            "etag": workflow.etag(case),
            "planned": case.planned,
            "place": [{"hours": one.hours, "why": one.why} for one in workflow.explain(case) if not one.is_age],
        }
    )


def row_of(case: Case, people: dict[UUID, Person], read: int | None = None) -> CaseRow:
    """A case as it stands in the queue. `read` is the version that whoever asks last looked at."""
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
                    "alarms",
                    "seen_before",
                }
            ),
            "text": case.text,
            "claimant": record.claimant.name if record.claimant else None,
            "newsrooms": list(dict.fromkeys(one.newsroom for one in case.sent_in)),
            "submissions": len(case.submissions),
            "tags": case.tags,
            "assignee": person_out(people, case.assignee_id),
            "waits_for_site": case.waits_for_site,
            "can_be_taken": workflow.is_possible(case, "take") and case.assignee_id is None,
            "etag": workflow.etag(case),
            "place": [{"hours": one.hours, "why": one.why} for one in workflow.explain(case)],
            "unread": read is None or read < case.version,
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
    return NoteOut(**given, by=name_of(people, note.person_id) or "", struck_by=name_of(people, note.struck_by))


def find_file(session: Session, case_id: UUID, file_id: UUID) -> CaseFile:
    """A file of a case. Raises NotFound."""
    found = session.get(CaseFile, file_id)
    if found is None or found.case_id != case_id:
        raise NotFound("There is no such file on this case.")
    return found


def list_digests(session: Session) -> Sequence[str]:
    """The SHA-256 of every file that was brought and was not erased."""
    return session.exec(select(CaseFile.sha256).where(col(CaseFile.erased_at).is_(None)).distinct()).all()


def _evidence(
    items: Sequence[Evidence], people: dict[UUID, Person], files: Mapping[UUID, CaseFile]
) -> list[EvidenceOut]:
    found, number = [], 0
    for item in items:
        number += item.struck_at is None
        given = item.model_dump(include=set(EvidenceOut.model_fields) - {"by", "struck_by", "number", "file"})
        file = files.get(item.file_id) if item.file_id else None
        found.append(
            EvidenceOut(
                **given,
                file=FileOut.model_validate(file, from_attributes=True) if file else None,
                number=number if item.struck_at is None else None,
                by=name_of(people, item.person_id) or "",
                struck_by=name_of(people, item.struck_by),
            )
        )
    return found


def _urged(one: Urging, people: dict[UUID, Person]) -> UrgedOut:
    given = one.model_dump(include={"id", "entered_at", "changed_at"})
    return UrgedOut(**one.record.model_dump(), **given, by=name_of(people, one.person_id) or "")


def _in_short(cases: Sequence[Case]) -> list[SiblingOut]:
    return [SiblingOut(id=one.id, text=one.text, state=one.state) for one in cases]


def _notice(session: Session, case: Case, people: dict[UUID, Person]) -> NoticeOut | None:
    one = workflow.newest_notice(session, case.id)
    if one is None:
        return None
    given = one.model_dump(include=set(NoticeOut.model_fields) - {"written_by", "posted_by"})
    return NoticeOut(
        **given, written_by=name_of(people, one.written_by) or "", posted_by=name_of(people, one.posted_by)
    )


def _second_checks(
    session: Session, case: Case, people: dict[UUID, Person], scale: Sequence[Step]
) -> list[SecondCheckOut]:
    chosen = select(SecondCheck).where(SecondCheck.case_id == case.id).order_by(col(SecondCheck.id))
    return [
        SecondCheckOut.model_validate(
            one.model_dump() | {"by": name_of(people, one.person_id), "rating_label": rating(one.rating, scale).label}
        )
        for one in session.exec(chosen)
    ]


def _verdict(verdict: Verdict, people: dict[UUID, Person], scale: Sequence[Step]) -> VerdictOut:
    given = verdict.model_dump(include=set(VerdictOut.model_fields) - {"checked_by", "approved_by", "rating_label"})
    return VerdictOut(
        **given,
        rating_label=rating(verdict.rating, scale).label,
        checked_by=name_of(people, verdict.checked_by) or "",
        approved_by=name_of(people, verdict.approved_by),
    )


def _entry(entry: HistoryEntry, people: dict[UUID, Person]) -> HistoryOut:
    given = entry.model_dump(include=set(HistoryOut.model_fields) - {"by"})
    return HistoryOut(**given, by=name_of(people, entry.person_id))

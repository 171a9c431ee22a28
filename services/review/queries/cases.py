"""A case, whole and as a row of the queue."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from services.review import workflow
from services.review.dossier import Dossier, open_dossier
from services.review.models import (
    Case,
    CaseFile,
    Desk,
    Evidence,
    HistoryEntry,
    Note,
    Notice,
    Person,
    ReasonVote,
    SecondCheck,
    Story,
    Urging,
    Verdict,
)
from services.review.queries.checklists import asked_of, describe_questions
from services.review.queries.disputes import describe_disputes
from services.review.queries.earlier import earlier_out
from services.review.queries.matching import describe_candidates, describe_precision
from services.review.queries.neighbours import Neighbours, find_neighbours
from services.review.queries.people import name_of, people_by_id, person_out
from services.review.queries.reliability import describe_judgements, keys_on
from services.review.queries.remarks import describe_readers
from services.review.queries.repeated import list_repeated
from services.review.queries.statements import by_utterance, describe_requests, describe_statements
from services.review.scale import Step, rating, scale_from
from services.review.schemas import (
    CaseOut,
    CaseRow,
    CaseStoryOut,
    EvidenceOut,
    FileOut,
    HistoryOut,
    NoteOut,
    NoticeOut,
    ReasonOut,
    SecondCheckOut,
    SiblingOut,
    StampOut,
    UrgedOut,
    VerdictOut,
    WaitingVerdict,
)
from services.review.standing import before_approval, required_and_open
from services.review.workflow.allowed import may_here
from shared.errors import NotFound
from shared.gathering import Gathering

AS_STORED = (
    "id", "state", "urgency", "tags", "received_at", "due_at", "test", "revision", "kind", "change", "taken_at", "close_reason",
    "approved_at", "published_revision", "url", "planned", "status", "status_colour", "status_words",
)  # fmt: skip
# What rows of the queue show beside their cases: who has them, and the verdicts that wait.
BESIDE_ROWS = Gathering(
    people=select(Person).where(col(Person.id).in_(bindparam("assignees", expanding=True))),
    verdicts=select(Verdict.case_id, Verdict.rating, Verdict.headline, Desk.ratings)
    .join(Case, (col(Case.id) == Verdict.case_id) & (col(Case.revision) == Verdict.revision))
    .outerjoin(Desk, col(Desk.id) == Case.desk_id)
    .where(col(Case.id).in_(bindparam("waiting", expanding=True))),
)


def get_case(session: Session, case_id: UUID, person: Person, people: dict[UUID, Person] | None = None) -> CaseOut:
    """Everything about a case, as this person may act on it. Raises NotFound."""
    case = session.get(Case, case_id)
    if case is None:
        raise NotFound("There is no such case.")
    return describe_case(session, case, person, people)


def find_cases(session: Session, ids: Sequence[UUID]) -> dict[UUID, Case]:
    """These cases as they are stored, as far as they are there."""
    return {case.id: case for case in session.exec(select(Case).where(col(Case.id).in_(ids)))}


def find_file(session: Session, case_id: UUID, file_id: UUID) -> CaseFile:
    """A file of a case. Raises NotFound."""
    found = session.get(CaseFile, file_id)
    if found is None or found.case_id != case_id:
        raise NotFound("There is no such file on this case.")
    return found


def list_digests(session: Session, among: Collection[str] | None = None) -> Sequence[str]:
    """The SHA-256 of every file that was brought and was not erased; or which of some are such."""
    standing = select(CaseFile.sha256).where(col(CaseFile.erased_at).is_(None)).distinct()
    return session.exec(standing if among is None else standing.where(col(CaseFile.sha256).in_(among))).all()


def describe_case(session: Session, case: Case, person: Person, people: dict[UUID, Person] | None = None) -> CaseOut:
    """See `get_case`. `people` is everybody, if it is known already. However much stands on it, it takes as many statements."""
    dossier = open_dossier(session, case, person)
    copies = [one.visited.archived.sha256 for one in dossier.sources if one.visited.archived]
    copies += [one.sha256 for one in dossier.files]
    near = find_neighbours(session, case, keys_on(dossier), copies)
    people = people_by_id(session) if people is None else people
    desk, scale = dossier.desk, workflow.scale_of(dossier.desk)
    return CaseOut.model_validate(
        {
            **_standing(dossier, people, scale),
            **_written(dossier, people),
            **_near(case, near, people),
            "reliability": describe_judgements(near.judgements, people),
            "timestamps": [
                StampOut(kind=one.kind, sha256=one.stamped, stamped_at=one.stamped_at, authority=one.authority)
                for one in near.timestamps
            ],
            "reasons": _reasons(case, near.votes, person),
            "is_compared": not case.to_compare,
            "precision": describe_precision(near.decided[0]) if near.matches else None,
            **asked_of(dossier, people),
            "statements": describe_statements(dossier.statements, by_utterance(near.elsewhere, near.there), people),
            "allowed": workflow.allowed(dossier),
            "may_edit": workflow.edits(dossier),
            "missing": [
                *workflow.missing_for_check(dossier.standing_evidence, desk.evidence_needed),
                *(f"the desk's checklist asks for: {one}" for one in required_and_open(dossier, "check")),
            ],
            "before_approval": before_approval(dossier) if case.state == "checked" and not case.approved_at else [],
            "readers": describe_readers(
                case,
                near.opinions,
                near.remarks,
                near.remarks_counted[0],
                may_here(person, dossier.role, "checker"),
            ),
            "reach": near.reach[0] if near.reach[0]["until"] else None,
            "desk": desk.slug or None,
            "ratings": [step._asdict() for step in scale],
            "approvals_needed": desk.approvals_needed,
            "second_checks_needed": desk.second_checks_needed,
        }
    )


def _reasons(case: Case, votes: Sequence[ReasonVote], person: Person) -> list[ReasonOut]:
    """What was said of each reason that is still there, in the order in which the submissions came."""
    by_submission: dict[UUID, list[ReasonVote]] = {one.id: [] for one in case.sent_in if one.reason}
    for one in votes:
        if one.submission_id in by_submission:
            by_submission[one.submission_id].append(one)
    return [
        ReasonOut(
            submission_id=submission_id,
            useful=sum(one.is_useful for one in some),
            not_useful=sum(not one.is_useful for one in some),
            mine=next((one.is_useful for one in some if one.person_id == person.id), None),
        )
        for submission_id, some in by_submission.items()
        if some
    ]


def _standing(dossier: Dossier, people: dict[UUID, Person], scale: Sequence[Step]) -> dict[str, Any]:
    """Where the case stands: its state, its verdicts, and who has to do what next."""
    case = dossier.case
    verdicts = [_verdict(one, people, scale) for one in dossier.verdicts]
    current = next((one for one in verdicts if one.revision == case.revision), None)
    return {
        **{name: getattr(case, name) for name in AS_STORED},
        "etag": workflow.etag(case),
        "assignee": person_out(people, case.assignee_id),
        "verdict": current,
        "verdicts": verdicts,
        "approvals": [name_of(people, one.person_id) or "" for one in dossier.approvals]
        if case.state == "checked"
        else [],
        "approved_by": current.approved_by if current and case.approved_at else None,
        "second_checks": [_second_check(one, people, scale) for one in dossier.second_checks],
        "held_until": _held_until(case, dossier.stories),
        "notice": _notice(dossier.notices[-1], people) if dossier.notices else None,
        "disputes": describe_disputes([(one, case) for one in dossier.disputes], people),
        "urged": [_urged(one, people) for one in dossier.urgings],
        "alarms": [one.model_dump() for one in dossier.alarms],
        "place": [{"hours": one.hours, "why": one.why} for one in workflow.explain(case) if not one.is_age],
    }


def _written(dossier: Dossier, people: dict[UUID, Person]) -> dict[str, Any]:
    """What came with the case and what was written on it."""
    case = dossier.case
    return {
        "claim": case.record,
        "submissions": case.sent_in,
        "submission_count": case.submission_count,
        "described": case.described,
        "sources": [one.visited for one in dossier.sources],
        "stories": _stories(dossier),
        "evidence": _evidence(dossier.evidence, people, {one.id: one for one in dossier.files}),
        "requests_for_comment": describe_requests(dossier.requests, people),
        "notes": [_note(one, people) for one in dossier.notes],
        "questions": describe_questions(dossier.questions, people),
        "history": [_entry(one, people) for one in dossier.history],
    }


def _near(case: Case, near: Neighbours, people: dict[UUID, Person]) -> dict[str, Any]:
    """What is or may be the same. What was found by comparing is not shown again as found by words."""
    candidates = describe_candidates(near, people)
    found = {one.subject for one in candidates} | {one.id for one in near.repeats}
    repeated, repeated_more = list_repeated([case, *near.merged])
    return {
        "repeated": repeated,
        "repeated_more": repeated_more,
        "merged_into": next(iter(_in_short(near.merged_into)), None),
        "merged": _in_short(near.merged),
        "candidates": candidates,
        "repeats": _in_short(near.repeats),
        "similar": _in_short([one for one in near.similar if one.id not in found]),
        "siblings": _in_short(near.siblings),
        "earlier": [earlier_out(one) for one in near.earlier if one.id not in found],
    }


def rows_of(session: Session, cases: Sequence[tuple[Case, int | None]]) -> list[CaseRow]:
    """These cases as they stand in the queue, each with the version of it that whoever asks last looked at. By one statement."""
    waiting = {case.id for case, _ in cases if case.state == "checked" and case.approved_at is None}
    assignees = {case.assignee_id for case, _ in cases if case.assignee_id}
    if not (waiting or assignees):
        return [_row(case, {}, read, None) for case, read in cases]
    found = BESIDE_ROWS.read(session, assignees=list(assignees), waiting=list(waiting))
    people = {one.id: one for one in found["people"]}
    verdicts = {one["case_id"]: _in_a_row(one) for one in found["verdicts"]}
    return [_row(case, people, read, verdicts.get(case.id)) for case, read in cases]


def _in_a_row(found: Mapping[str, Any]) -> WaitingVerdict:
    """A verdict, in the words of its desk's ratings: None of a case without a desk."""
    rated = _rated(found["rating"], scale_from(found["ratings"] or {}))
    return WaitingVerdict(rating=found["rating"], headline=found["headline"], **rated)


def _row(case: Case, people: dict[UUID, Person], read: int | None, verdict: WaitingVerdict | None) -> CaseRow:
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
                    "seen_before",
                    "alarms",
                    "status",
                    "status_colour",
                    "status_words",
                }
            ),
            "text": case.text,
            "claimant": record.claimant.name if record.claimant else None,
            "newsrooms": list(dict.fromkeys(one.newsroom for one in case.sent_in)),
            "submissions": case.submission_count,
            "tags": case.tags,
            "assignee": person_out(people, case.assignee_id),
            "verdict": verdict,
            "waits_for_site": case.waits_for_site,
            "held_until": case.embargoed_until if case.is_held else None,
            "can_be_taken": workflow.is_possible(case, "take") and case.assignee_id is None,
            "etag": workflow.etag(case),
            "place": [{"hours": one.hours, "why": one.why} for one in workflow.explain(case)],
            "unread": read is None or read < case.version,
        }
    )


def _stories(dossier: Dossier) -> list[CaseStoryOut]:
    stands = {one.story_id: one.stands for one in dossier.story_links}
    found = []
    for story in dossier.stories:
        told = story.received
        about = told.model_dump(include={"version", "status", "note", "changed_at"})
        headline, publisher = told.story.headline, told.story.publisher
        found.append(
            CaseStoryOut(id=story.id, headline=headline, publisher=publisher, stands=stands[story.id], **about)
        )
    return found


def _note(note: Note, people: dict[UUID, Person]) -> NoteOut:
    given = note.model_dump(include=set(NoteOut.model_fields) - {"by", "struck_by"})
    return NoteOut(**given, by=name_of(people, note.person_id) or "", struck_by=name_of(people, note.struck_by))


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


def _held_until(case: Case, stories: Sequence[Story]) -> datetime | None:
    """Until when it is held; a time that is over, if no clock publishes it."""
    if case.state not in ("unverified", "checked"):
        return None
    return workflow.held_until(case, stories) or (case.embargoed_until if case.is_held else None)


def _notice(one: Notice, people: dict[UUID, Person]) -> NoticeOut:
    given = one.model_dump(include=set(NoticeOut.model_fields) - {"written_by", "posted_by"})
    from_site = (one.told or {}) if one.written_by is None else {}  # then the names are those that readers read
    return NoticeOut(
        **given,
        written_by=name_of(people, one.written_by) or from_site.get("written_by", ""),
        posted_by=name_of(people, one.posted_by) or from_site.get("posted_by"),
    )


def _second_check(one: SecondCheck, people: dict[UUID, Person], scale: Sequence[Step]) -> SecondCheckOut:
    given = {"by": name_of(people, one.person_id), **_rated(one.rating, scale)}
    return SecondCheckOut.model_validate(one.model_dump() | given)


def _rated(slug: str, scale: Sequence[Step]) -> dict[str, Any]:
    found = rating(slug, scale)
    return {"rating_label": found.label, "rating_look": found.look}


def _verdict(verdict: Verdict, people: dict[UUID, Person], scale: Sequence[Step]) -> VerdictOut:
    given = verdict.model_dump(include=set(VerdictOut.model_fields) - {"checked_by", "approved_by", "panel"})
    told = (verdict.told or {}) if verdict.approved_at else {}
    from_site = told if verdict.checked_by is None else {}  # then the names are those that readers read
    return VerdictOut(
        **given,
        **_rated(verdict.rating, scale),
        checked_by=name_of(people, verdict.checked_by) or ", ".join(from_site.get("checked_by", [])),
        approved_by=name_of(people, verdict.approved_by) or from_site.get("approved_by"),
        panel=told.get("panel", []),
    )


def _entry(entry: HistoryEntry, people: dict[UUID, Person]) -> HistoryOut:
    given = entry.model_dump(include=set(HistoryOut.model_fields) - {"by"})
    return HistoryOut(**given, by=name_of(people, entry.person_id))

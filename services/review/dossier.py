"""The dossier of a case: all that stands on it, read by one statement.

Pages, the API and the refusals of the workflow ask a case many things: who had a hand in it, what its desk wants, what was ticked,
what is being asked. They ask its dossier, so that none of these questions is a round trip of its own, and all have one answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from services.review.models import (
    NO_DESK,
    USUAL_CHECKLIST,
    USUAL_RULES,
    Alarm,
    Approval,
    Case,
    CaseFile,
    CaseSource,
    CaseStory,
    Checklist,
    CommentRequest,
    Desk,
    DeskRole,
    Dispute,
    Evidence,
    Hand,
    HistoryEntry,
    Note,
    Notice,
    Person,
    Question,
    SecondCheck,
    Statement,
    Story,
    Tick,
    Urging,
    Verdict,
)
from shared.gathering import Gathering


def _of_case(model: Any, *more: Any) -> Any:
    return select(model).where(model.case_id == bindparam("case_id"), *more)


def _of_revision(model: Any) -> Any:
    return _of_case(model, model.revision == bindparam("revision"))


IN_DOSSIER = Gathering(
    notes=_of_case(Note),
    evidence=_of_case(Evidence),
    files=_of_case(CaseFile),
    verdicts=_of_case(Verdict),
    hands=_of_revision(Hand),
    approvals=_of_revision(Approval),
    second_checks=_of_case(SecondCheck),
    statements=_of_case(Statement),
    requests=_of_case(CommentRequest),
    questions=_of_case(Question),
    ticks=_of_revision(Tick),
    notices=_of_case(Notice),
    disputes=_of_case(Dispute),
    urgings=_of_case(Urging),
    alarms=_of_case(Alarm, col(Alarm.settled_at).is_(None)),
    sources=_of_case(CaseSource),
    story_links=_of_case(CaseStory),
    stories=select(Story).where(
        col(Story.id).in_(select(CaseStory.story_id).where(CaseStory.case_id == bindparam("case_id")))
    ),
    history=_of_case(HistoryEntry),
    desks=select(Desk).where(Desk.id == bindparam("desk_id")),
    roles=select(DeskRole).where(
        DeskRole.desk_id == bindparam("desk_id"), DeskRole.person_id == bindparam("person_id")
    ),
    checklists=select(Checklist).where(Checklist.desk_id == bindparam("desk_id")),
)


@dataclass(frozen=True)
class Dossier:
    """What stands on a case, struck out or not, the first entered first, as `reader` may act on it.

    `hands`, `approvals` and `ticks` are those of the revision that is worked on; `alarms` those that nobody has settled.
    """

    case: Case
    reader: Person
    notes: Sequence[Note]
    evidence: Sequence[Evidence]
    files: Sequence[CaseFile]
    verdicts: Sequence[Verdict]
    hands: Sequence[Hand]
    approvals: Sequence[Approval]
    second_checks: Sequence[SecondCheck]
    statements: Sequence[Statement]
    requests: Sequence[CommentRequest]
    questions: Sequence[Question]
    ticks: Sequence[Tick]
    notices: Sequence[Notice]
    disputes: Sequence[Dispute]
    urgings: Sequence[Urging]
    alarms: Sequence[Alarm]
    sources: Sequence[CaseSource]
    story_links: Sequence[CaseStory]
    stories: Sequence[Story]
    history: Sequence[HistoryEntry]
    desk: Desk
    role: DeskRole | None  # the reader's, at the case's desk
    checklist: Checklist

    @property
    def verdict(self) -> Verdict | None:
        """The verdict that is worked on, or stands."""
        return next((one for one in self.verdicts if one.revision == self.case.revision), None)

    @property
    def standing_evidence(self) -> list[Evidence]:
        """The evidence that is not struck out."""
        return [one for one in self.evidence if one.struck_at is None]

    @property
    def had_a_hand(self) -> bool:
        """Whether the reader wrote the verdict that is worked on, or added evidence for it."""
        return any(one.person_id == self.reader.id for one in self.hands)

    @property
    def has_approved(self) -> bool:
        """Whether the reader has approved the verdict that is worked on."""
        return any(one.person_id == self.reader.id for one in self.approvals)

    @property
    def agreed(self) -> int:
        """How many people have checked the verdict as it stands, and come to the same rating."""
        return len(self._standing_second_checks)

    @property
    def has_agreed(self) -> bool:
        """Whether the reader is one of them."""
        return any(one.person_id == self.reader.id for one in self._standing_second_checks)

    @property
    def _standing_second_checks(self) -> list[SecondCheck]:
        return [one for one in self.second_checks if one.counts and one.revision == self.case.revision]


def open_dossier(session: Session, case: Case, reader: Person) -> Dossier:
    """The dossier of a case, for somebody."""
    desk_id = case.desk_id or NO_DESK
    found = IN_DOSSIER.read(session, case_id=case.id, revision=case.revision, desk_id=desk_id, person_id=reader.id)
    desks, roles, checklists = found.pop("desks"), found.pop("roles"), found.pop("checklists")
    found["statements"].sort(key=lambda one: (one.entered_at, one.id))
    found["requests"].sort(key=lambda one: (one.entered_at, one.id))
    found["approvals"].sort(key=lambda one: one.at)
    return Dossier(
        case=case,
        reader=reader,
        desk=desks[0] if desks else USUAL_RULES,
        role=roles[0] if roles else None,
        checklist=checklists[0] if checklists else USUAL_CHECKLIST,
        **found,
    )

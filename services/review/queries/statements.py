"""Who says what about a claim and who was asked, as the case shows them."""

from uuid import UUID

from sqlmodel import Session, col, select

from services.review.models import Case, CommentRequest, Person, Statement
from services.review.queries.people import name_of
from services.review.schemas import ElsewhereOut, RequestOut, StatementOut

MOST_SIBLINGS = 50
PARTS = {"entered_at", "changed_at", "struck_at", "struck_reason"}


def list_statements(session: Session, case_id: UUID, people: dict[UUID, Person]) -> list[StatementOut]:
    """The statements on a case, struck out or not, in the order they were entered."""
    chosen = select(Statement).where(Statement.case_id == case_id)
    rows = session.exec(chosen.order_by(col(Statement.entered_at), col(Statement.id))).all()
    elsewhere = _elsewhere(session, case_id, {one.utterance_id for one in rows})
    return [
        StatementOut(
            **one.record.model_dump(),
            **one.model_dump(include=PARTS | {"known_to"}),
            by=name_of(people, one.person_id),
            struck_by=name_of(people, one.struck_by),
            also=elsewhere.get(one.utterance_id, []),
        )
        for one in rows
    ]


def list_requests(session: Session, case_id: UUID, people: dict[UUID, Person]) -> list[RequestOut]:
    """The requests for comment on a case, struck out or not, in the order they were entered."""
    chosen = select(CommentRequest).where(CommentRequest.case_id == case_id)
    return [
        RequestOut(
            **one.record.model_dump(),
            **one.model_dump(include=PARTS),
            by=name_of(people, one.person_id),
            struck_by=name_of(people, one.struck_by),
        )
        for one in session.exec(chosen.order_by(col(CommentRequest.entered_at), col(CommentRequest.id)))
    ]


def list_siblings(session: Session, case: Case) -> list[Case]:
    """The other claims of the same story, the first that came first."""
    if case.story_key is None:
        return []
    chosen = select(Case).where(Case.story_key == case.story_key, Case.id != case.id)
    return list(session.exec(chosen.order_by(col(Case.id)).limit(MOST_SIBLINGS)))


def _elsewhere(session: Session, case_id: UUID, utterances: set[UUID]) -> dict[UUID, list[ElsewhereOut]]:
    """By utterance, the other claims that it bears on."""
    chosen = select(Statement, col(Case.claim)).join(Case, col(Case.id) == col(Statement.case_id))
    chosen = chosen.where(
        col(Statement.utterance_id).in_(utterances),
        Statement.case_id != case_id,
        col(Statement.struck_at).is_(None),
    )
    found: dict[UUID, list[ElsewhereOut]] = {}
    for one, claim in session.exec(chosen.order_by(col(Statement.case_id))) if utterances else ():
        there = ElsewhereOut(case_id=one.case_id, text=claim["text"], stance=one.record.stance)
        found.setdefault(one.utterance_id, []).append(there)
    return found

"""A checker says that a claim says the same as what was found, or that it does not. Nothing decides by itself."""

from uuid import UUID

from sqlmodel import Session

from services.review.models import CASE, Case, EarlierCheck, Match, Person
from services.review.schemas import DiffersIn, EvidenceIn, SameIn
from services.review.workflow.allowed import not_allowed, refuse_if_taken_by_another
from services.review.workflow.candidates import decide, get_candidate
from services.review.workflow.merging import join
from services.review.workflow.moves import begin, end
from services.review.workflow.work import add_evidence
from shared.errors import Invalid

MOST_OF_LINE = 300  # as `shared.fields.Line` has it


def accept(session: Session, case_id: UUID, found: SameIn, by: Person, seen: int | None = None) -> Case:
    """Say that a claim says the same as what was found. A case it is merged into: every submitter gets that one's verdict. A
    fact-check of others' becomes evidence."""
    case = begin(session, case_id, "accept", by, seen)
    match = get_candidate(session, case, found.match_id)
    if match.state == "accepted":
        raise not_allowed(session, case, by, "Somebody has said already that it says the same.")
    if match.kind == CASE:
        other = session.get_one(Case, match.subject)
        decide(session, case, match, "accepted", by, found.note)
        text = found.note or "It says the same."
        return join(session, case, other.merged_into or other.id, by, {"text": text, **match.told})
    return _accept_check(session, case, match, found, by)


def refuse(session: Session, case_id: UUID, found: DiffersIn, by: Person, seen: int | None = None) -> Case:
    """Say that a claim says something else than what was found. It is not suggested again."""
    case = begin(session, case_id, "refuse", by, seen)
    match = get_candidate(session, case, found.match_id)
    if match.state == "refused":
        raise not_allowed(session, case, by, "Somebody has said already that it says something else.")
    decide(session, case, match, "refused", by, found.note)
    text = found.note or _text_of(session, match)
    return end(session, case, "refuse", by, {}, {"text": text, **match.told})


def _accept_check(session: Session, case: Case, match: Match, found: SameIn, by: Person) -> Case:
    refuse_if_taken_by_another(session, case, by)
    check = session.get(EarlierCheck, match.subject)
    if check is None or check.removed:
        raise Invalid.field("match_id", "was removed by whoever imported it")
    told = check.taken
    item = EvidenceIn(
        kind="document",
        title=_line(told.headline or told.text),
        url=told.url,
        publisher=_line(told.publisher),
        stance=found.stance,
        quote=told.rating,
    )
    decide(session, case, match, "accepted", by, found.note)
    added = add_evidence(session, case, item, by)
    after = {"text": found.note or told.text, "evidence_id": str(added.id), **match.told}
    return end(session, case, "accept", by, {}, after)


def _line(text: str) -> str:
    return " ".join(text.split())[:MOST_OF_LINE]


def _text_of(session: Session, match: Match) -> str:
    if match.kind == CASE:
        return session.get_one(Case, match.subject).text
    check = session.get(EarlierCheck, match.subject)
    return check.taken.text if check else ""

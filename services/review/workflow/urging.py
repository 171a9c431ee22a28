"""Asking those who made or spread a claim to correct it, once readers read the verdict. They see who was asked, and the outcome."""

from uuid import UUID

from sqlmodel import Session, col, select

from services.review.models import Case, Outbox, Person, Urging
from services.review.schemas import UrgeIn
from services.review.workflow.moves import begin, end
from shared import contracts
from shared.clock import now
from shared.contracts import ROUTES, CorrectionsUrged
from shared.errors import NotFound
from shared.outbox import tell


def urge(session: Session, case_id: UUID, found: UrgeIn, by: Person, seen: int | None = None) -> Case:
    """Enter that somebody was asked to correct the claim, or what came of it. Readers see it on the verdict's page."""
    case = begin(session, case_id, "urge", by, seen)
    told = found.model_dump(mode="json", include=set(contracts.Urged.model_fields))
    if found.urge_id is None:
        kept = Urging(case_id=case.id, person_id=by.id, told={})
    else:
        kept = _standing(session, case, found.urge_id)
        kept.changed_at = now()
    before, kept.told = kept.told, told
    session.add(kept)
    session.flush()
    end(session, case, "urge", by, before, {"urge_id": str(kept.id), **told})
    case.urged_version = case.version
    tell_urged(session, case)
    return case


def tell_urged(session: Session, case: Case) -> None:
    """Tell publish of all who were asked, as it stands now."""
    message = CorrectionsUrged(
        claim_id=case.id, revision=case.urged_version, urged=tuple(one.record for one in urgings(session, case.id))
    )
    tell(session, Outbox, message, ROUTES[CorrectionsUrged])


def lift_urged(session: Session, case: Case, known: int) -> None:
    """Tell who was asked under a version above `known`: publish knows that one since before a restore."""
    if case.urged_version < known:
        case.urged_version = case.version = max(case.version, known) + 1
        tell_urged(session, case)


def urgings(session: Session, case_id: UUID) -> list[Urging]:
    """Those of one claim, in the order in which they were entered."""
    return list(session.exec(select(Urging).where(Urging.case_id == case_id).order_by(col(Urging.id))))


def _standing(session: Session, case: Case, urge_id: UUID) -> Urging:
    found = session.get(Urging, urge_id, with_for_update=True)
    if found is None or found.case_id != case.id:
        raise NotFound("There is no such entry on this case.")
    return found

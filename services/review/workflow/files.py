"""Files that are evidence: brought to a case by those who work on it, shown to readers with the verdict, erased by operators."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, exists
from sqlmodel import Session, col, select

from services.review import files, history
from services.review.files import Brought
from services.review.models import Case, CaseFile, Draft, Evidence, Person
from services.review.service import service
from services.review.workflow.acts import is_possible
from services.review.workflow.allowed import has_role, not_allowed, refuse_if_taken_by_another
from services.review.workflow.moves import begin, end
from services.review.workflow.refusals import why_not
from services.review.workflow.stamps import stamped_among
from shared.clock import now
from shared.contracts import EvidenceFile, VerdictApproved
from shared.errors import Forbidden, Invalid, NotFound

ACT = "evidence"  # whoever may add evidence may bring a file for it
NEVER_ENTERED = timedelta(days=90)  # for so long a file is kept that is no evidence yet


def refuse_unless_may_bring(session: Session, case_id: UUID, by: Person) -> None:
    """See before a file is kept that this person may bring one. Raises NotFound, Forbidden or NotAllowed."""
    case = session.get(Case, case_id)
    if case is None:
        raise NotFound("There is no such case.")
    if not has_role(session, case, by, "checker"):
        raise Forbidden("You are not a checker.")
    if not is_possible(case, ACT):
        raise not_allowed(session, case, by, why_not(case, ACT))
    refuse_if_taken_by_another(session, case, by)


def bring(session: Session, case_id: UUID, brought: Brought, by: Person) -> CaseFile:
    """Keep that a file was brought to a case. It is evidence once it is entered as such; until then it is nothing, and who brings
    it once more has brought it."""
    case = begin(session, case_id, ACT, by, None)
    refuse_if_taken_by_another(session, case, by)
    the_same = (CaseFile.case_id == case.id, CaseFile.person_id == by.id, CaseFile.sha256 == brought.sha256)
    entered = exists().where(col(Evidence.file_id) == col(CaseFile.id))
    waiting = select(CaseFile).where(
        *the_same, CaseFile.name == brought.name, col(CaseFile.erased_at).is_(None), ~entered
    )
    if kept := session.exec(waiting.order_by(col(CaseFile.id)).limit(1)).first():
        kept.added_at = now()
        return kept
    kept = CaseFile(case_id=case.id, person_id=by.id, **brought._asdict())
    session.add(kept)
    session.flush()
    return kept


def tidy_files(session: Session) -> datetime:
    """Forget files that were brought to a case three months ago and never entered as evidence, unless a form waits there to be
    sent.

    Returns the time before which files that no case has are of no use any more: whoever calls sweeps them away (`files.sweep`).
    """
    before = now() - NEVER_ENTERED
    of_its_case = col(Evidence.case_id) == col(CaseFile.case_id)
    entered = exists().where(of_its_case, col(Evidence.file_id) == col(CaseFile.id))
    waits = exists().where(col(Draft.case_id) == col(CaseFile.case_id), col(Draft.form) == ACT)
    brought = col(CaseFile.erased_at).is_(None) & (col(CaseFile.added_at) < before)
    session.execute(delete(CaseFile).where(brought, ~entered, ~waits))
    return before


def file_of(session: Session, case: Case, file_id: UUID) -> CaseFile:
    """A file of this case that is still there. Raises Invalid."""
    found = session.get(CaseFile, file_id)
    if found is None or found.case_id != case.id or found.erased_at is not None:
        raise Invalid.field("file_id", "there is no such file on this case")
    return found


def files_of(session: Session, evidence: Sequence[Evidence]) -> dict[UUID, CaseFile]:
    """The files among some evidence, by their ids."""
    ids = {one.file_id for one in evidence if one.file_id}
    return {one.id: one for one in session.exec(select(CaseFile).where(col(CaseFile.id).in_(ids)))} if ids else {}


def shown_files(session: Session, evidence: Sequence[Evidence]) -> dict[UUID, EvidenceFile]:
    """The same as readers are told of them."""
    found = files_of(session, evidence)
    stamped = stamped_among(session, "file", {one.sha256 for one in found.values()})
    return {
        key: EvidenceFile(
            sha256=one.sha256,
            name=one.name,
            media_type=one.media_type,
            bytes=one.bytes,
            stamped_at=stamped.get(one.sha256),
        )
        for key, one in found.items()
    }


def refuse_if_lost(session: Session, case: Case, by: Person, evidence: Sequence[Evidence]) -> None:
    """What readers are promised has to be there when it is approved. Raises NotAllowed."""
    shown = files_of(session, [one for one in evidence if one.public])
    for one in shown.values():
        if one.erased_at or not files.is_kept(service.settings.files_folder, one.sha256):
            raise not_allowed(
                session,
                case,
                by,
                f"The file {one.name} is not there any more: strike that evidence out, or bring it again.",
            )


def show_files(told: VerdictApproved) -> None:
    """Put the files that a verdict shows where the site finds them."""
    shown = [one.file.sha256 for one in told.evidence if one.file]
    if shown:
        files.make_public(service.settings.files_folder, service.settings.public_files_folder, shown)


def erase_file(session: Session, sha256: str, reason: str) -> int:
    """Note that a file is erased, on every case that has it; what it was called and its SHA-256 stay. Returns on how many.
    Whoever calls takes the file itself away afterwards. Raises NotFound."""
    history.take_turn(session)
    found = session.exec(select(CaseFile).where(CaseFile.sha256 == sha256).with_for_update()).all()
    if not found:
        raise NotFound("No case has a file with this SHA-256.")
    standing = [one for one in found if one.erased_at is None]
    for one in standing:
        one.erased_at, one.erased_reason = now(), reason
        case = session.get_one(Case, one.case_id, with_for_update=True)
        end(session, case, "file erased", None, {}, {"title": one.name, "text": reason})
    return len(standing)

"""Review and publish tell what became of a claim."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from services.intake import changes, seen, steps, webhooks
from services.intake.changes import Noted
from services.intake.models import Claim
from shared.contracts import CaseMoved, CasesMoved, VerdictPublished, WorkNoted
from shared.errors import NotFound


def note_case_moved(session: Session, message: CaseMoved) -> None:
    """Review told where the case stands. Older news than what is known changes nothing."""
    _note_moves(session, [(_lock(session, message.claim_id), message)])


def note_cases_moved(session: Session, message: CasesMoved) -> None:
    """Review told of many cases at once; see `note_case_moved`. Raises NotFound if one of them is of no claim."""
    told = {one.claim_id: one for one in message.cases}
    chosen = select(Claim).where(col(Claim.id).in_(told)).order_by(col(Claim.id)).with_for_update()
    claims = session.exec(chosen.execution_options(populate_existing=True)).all()
    if len(claims) < len(told):
        raise NotFound(f"{len(told) - len(claims)} of {len(told)} cases are of no claim here.")
    _note_moves(session, [(claim, told[claim.id]) for claim in claims])


def note_work(session: Session, message: WorkNoted) -> None:
    """Review told how the work on a claim stands. Older news than what is known changes nothing."""
    claim = _lock(session, message.claim_id)
    if message.revision <= claim.work_revision:
        return
    steps.add(session, steps.worked(claim, message))
    is_delayed = steps.is_delayed(claim, message)
    claim.work_revision, claim.under_way = message.revision, message.under_way
    claim.due_at, claim.late = message.due_at, message.late
    if is_delayed:
        webhooks.tell_delayed(session, claim)


def note_verdict_published(session: Session, message: VerdictPublished) -> None:
    """Publish told that readers can read a revision of the verdict, or what its rating is called now. An older one than what is
    known changes nothing."""
    claim = _lock(session, message.claim_id)
    is_undone = message.merged_into is not None and message.case_revision < claim.unmerged_revision
    if is_undone or message.revision < claim.published_revision:
        return
    if message.revision == claim.published_revision:
        _rename(session, claim, message)
        return
    before, shelf = webhooks.Standing.of(claim), seen.shelf_of(claim)
    claim.published_revision = message.revision
    claim.verdict = message.model_dump(mode="json")
    claim.settle()
    steps.add(session, [steps.published(message)])
    changes.note_all(session, [Noted(claim.newsroom_id, claim.id, "published")])
    webhooks.tell_change(session, claim, before)
    if claim.merged_into is None or seen.shelf_of(claim) != shelf:  # of a correction, too: stories are compared again
        seen.order_moving(session, [claim])


def _rename(session: Session, claim: Claim, message: VerdictPublished) -> None:
    """Call a verdict's rating as readers see it now. The verdict is what it was: no step, and no endpoint is told."""
    known = claim.published
    if known is None or message.scale_revision <= known.scale_revision:
        return
    claim.verdict = message.model_dump(mode="json")
    session.add(claim)
    if message.rating != known.rating:
        changes.note_all(session, [Noted(claim.newsroom_id, claim.id, "renamed")])


def _note_moves(session: Session, moves: Sequence[tuple[Claim, CaseMoved]]) -> None:
    news = [(claim, message) for claim, message in moves if message.revision > claim.case_revision]
    taken = [steps.moved(steps.Before.of(claim), message) for claim, message in news]
    befores = [(webhooks.Standing.of(claim), seen.shelf_of(claim)) for claim, _ in news]
    for claim, message in news:
        _set(claim, message)
    steps.add(session, [step for step in taken if step])
    changes.note_all(session, [Noted(claim.newsroom_id, claim.id, "moved") for claim, _ in news])
    for (claim, _), (before, _) in zip(news, befores, strict=True):
        webhooks.tell_change(session, claim, before)
    _move_shelves(session, [(claim, shelf) for (claim, _), (_, shelf) in zip(news, befores, strict=True)])


def _set(claim: Claim, message: CaseMoved) -> None:
    claim.case_state = message.state
    claim.case_revision = message.revision
    claim.case_moved_at = message.moved_at
    claim.verdict_revision = message.verdict_revision
    claim.verdict_kind = message.kind
    claim.close_reason = message.close_reason
    if claim.merged_into is not None and message.merged_into is None:  # what was published was another's
        claim.unmerged_published += claim.published_revision
        claim.unmerged_revision, claim.published_revision, claim.verdict = message.revision, 0, None
    claim.merged_into = message.merged_into
    claim.settle()


def _move_shelves(session: Session, stood: Iterable[tuple[Claim, str]]) -> None:
    seen.order_moving(session, [claim for claim, shelf in stood if seen.shelf_of(claim) != shelf])


def _lock(session: Session, claim_id: UUID) -> Claim:
    claim = session.get(Claim, claim_id, with_for_update=True)
    if claim is None:
        raise NotFound(f"There is no claim {claim_id}.")
    return claim

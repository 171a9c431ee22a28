"""Readers' challenges to verdicts: they come in with a deadline, and somebody who had no part in the verdict decides.

What the reader wrote stays at the desk; the history has only that there was a challenge, so that it can be erased.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, select

from services.review import history
from services.review.models import Case, Dispute, Notification, Outbox, Person, Verdict
from services.review.schemas import DecideIn, DisputeAssignIn, ReopenIn
from services.review.service import service
from services.review.workflow.acts import PUBLISHED
from services.review.workflow.allowed import has_role
from services.review.workflow.challenged import ask_to_decide, deciders, had_part
from services.review.workflow.moves import end
from services.review.workflow.notifying import notify, settle
from services.review.workflow.verdicts import reopen
from shared.clock import now
from shared.contracts import ROUTES, DisputeMoved, VerdictDisputed
from shared.errors import Forbidden, Invalid, NotAllowed, NotFound, PreconditionRequired, Stale
from shared.outbox import tell

ERASED = "Erased, because the reader wished so."
BEFORE_DUE = timedelta(days=1)
REMINDED_AT_ONCE = 200
HAD_PART = "You had a part in the verdict that is challenged; somebody else has to decide."


def note_disputed(session: Session, message: VerdictDisputed) -> None:
    """A reader challenges a verdict. Editors who may decide are told, and whoever checked it. Told again, it changes nothing;
    but one that the desk lost by a restore, or what it decided since the backup, is taken over from what the site was told then."""
    history.take_turn(session)
    case = session.get(Case, message.claim_id, with_for_update=True)
    verdict = session.get(Verdict, (message.claim_id, message.verdict_revision))
    if case is None or verdict is None:
        raise NotFound(f"There is no revision {message.verdict_revision} of a verdict on {message.claim_id}.")
    moved = message.moved
    if (known := session.get(Dispute, message.dispute_id, with_for_update=True)) is not None:
        if moved is not None and moved.revision > known.version:
            _take_over(session, case, known, moved)
        return
    given = message.model_dump(
        include={"verdict_revision", "wrong", "reason", "url", "contact", "language"},
    )
    dispute = Dispute(
        id=message.dispute_id,
        case_id=case.id,
        made_at=message.disputed_at,
        due_at=now() + timedelta(days=service.settings.dispute_days),
        **given,
    )
    session.add(dispute)
    session.flush()
    if moved is not None:
        _take_over(session, case, dispute, moved)
        return
    tell_dispute(session, dispute)
    ask_to_decide(session, case, dispute, verdict.checked_by)
    due = {"due_at": dispute.due_at.isoformat()}
    end(
        session, case, "disputed", None, {}, {"dispute_id": str(dispute.id), "revision": dispute.verdict_revision} | due
    )


def _take_over(session: Session, case: Case, dispute: Dispute, moved: DisputeMoved) -> None:
    """Have a challenge stand where the reader was told that it stands. Who decided is known to nobody any more."""
    dispute.version, dispute.state, dispute.due_at = moved.revision, moved.state, moved.due_at
    dispute.decision, dispute.answer, dispute.is_public = moved.decision, moved.reason, moved.is_public
    dispute.decided_at, dispute.decided_by = moved.decided_at, None
    session.add(dispute)
    session.flush()
    if dispute.state == "open":
        verdict = session.get_one(Verdict, (case.id, dispute.verdict_revision))
        ask_to_decide(session, case, dispute, verdict.checked_by)
    else:
        settle(session, dispute, "disputed")
    about = {"dispute_id": str(dispute.id), "revision": dispute.verdict_revision, "decision": moved.decision}
    end(session, case, "disputed", None, {}, about | {"note": "Known from the site after a restore."})


def assign_dispute(
    session: Session, dispute_id: UUID, found: DisputeAssignIn, by: Person, seen: int | None = None
) -> Dispute:
    """Say who decides on a challenge: an editor who had no part in the verdict."""
    case, dispute = _begin(session, dispute_id, by, seen)
    chosen = next((one for one in deciders(session, case, dispute) if one.email == found.to.casefold()), None)
    if chosen is None:
        raise Invalid.field("to", "has to be the address of an editor who had no part in this verdict")
    dispute.assignee_id = chosen.id
    dispute.version += 1
    words = f"A reader’s challenge: {dispute.wrong}"
    notify(session, "assigned", {chosen.id}, case, by, words, dispute_id=dispute.id)
    end(session, case, "dispute assigned", by, {}, {"dispute_id": str(dispute.id), "assignee": chosen.email})
    return dispute


def decide(session: Session, dispute_id: UUID, found: DecideIn, by: Person, seen: int | None = None) -> Dispute:
    """Decide on a challenge, for a reason that the reader sees. Nobody decides who had a part in the verdict: Forbidden.

    One that is upheld reopens the case for the next revision, unless it is being worked on already.
    """
    case, dispute = _begin(session, dispute_id, by, seen)
    if had_part(session, dispute, by.id):
        raise Forbidden(HAD_PART)
    if seen is None:
        raise PreconditionRequired("Say by If-Match which version of the dispute you saw.")
    dispute.state, dispute.decision, dispute.answer, dispute.kind = "decided", found.decision, found.reason, found.kind
    dispute.is_public = found.public and found.decision != "not_a_dispute"
    dispute.decided_by, dispute.decided_at = by.id, now()
    dispute.version += 1
    tell_dispute(session, dispute)
    settle(session, dispute, "disputed")
    verdict = session.get_one(Verdict, (case.id, dispute.verdict_revision))
    to = {one for one in (verdict.checked_by, dispute.assignee_id) if one}
    words = f"A reader’s challenge was decided: {found.reason}"
    notify(session, "decided", to, case, by, words, dispute_id=dispute.id)
    after = {"dispute_id": str(dispute.id), "decision": found.decision, "note": found.reason}
    end(session, case, "dispute decided", by, {}, after)
    if found.kind is not None and case.state == PUBLISHED:
        reopen(session, case.id, ReopenIn(kind=found.kind, note=found.reason), by)
    return dispute


def tell_dispute(session: Session, dispute: Dispute) -> None:
    """Tell publish where a challenge stands: field by field, nothing that is for the desk alone."""
    message = DisputeMoved.model_validate(
        {
            "dispute_id": dispute.id,
            "revision": dispute.version,
            "claim_id": dispute.case_id,
            "state": dispute.state,
            "due_at": dispute.due_at,
            "decision": dispute.decision,
            "reason": dispute.answer,
            "decided_at": dispute.decided_at,
            "is_public": dispute.is_public,
        }
    )
    tell(session, Outbox, message, ROUTES[DisputeMoved])


def remind_of_disputes(session: Session) -> None:
    """Tell those who may decide what is due within a day, and every day what is overdue."""
    moment = now()
    near = select(Dispute, Case).join(Case, col(Case.id) == col(Dispute.case_id))
    near = near.where(Dispute.state == "open", col(Dispute.due_at) <= moment + BEFORE_DUE)
    for dispute, case in session.exec(near.order_by(col(Dispute.due_at)).limit(REMINDED_AT_ONCE)).all():
        late = moment - dispute.due_at
        is_late = late > timedelta(0)
        words = f"A reader’s challenge {'is overdue' if is_late else 'has to be decided within a day'}: {dispute.wrong}"
        may = {one.id for one in deciders(session, case, dispute)}
        to = {dispute.assignee_id} if dispute.assignee_id in may else may
        once = f"dispute {dispute.id} {late.days if is_late else 'due'}"
        notify(session, "reminder", to, case, words=words, once=once, dispute_id=dispute.id)


def erase_contacts(session: Session) -> None:
    """Forget how to reach readers whose challenges were decided some time ago."""
    before = now() - timedelta(days=service.settings.dispute_contact_days)
    session.execute(update(Dispute).where(col(Dispute.decided_at) < before).values(contact=None))


def erase_dispute(session: Session, dispute_id: UUID) -> Dispute:
    """Forget what a reader wrote and how to reach them; the decision stays. Raises NotFound."""
    history.take_turn(session)
    dispute = session.get(Dispute, dispute_id, with_for_update=True)
    if dispute is None:
        raise NotFound("There is no such dispute.")
    quoted = col(Notification.words).contains(dispute.wrong[:100], autoescape=True)
    session.execute(
        update(Notification).where(col(Notification.case_id) == dispute.case_id, quoted).values(words=ERASED)
    )
    dispute.wrong = dispute.reason = ERASED
    dispute.contact = dispute.url = None
    history.append(session, "dispute erased", dispute.case_id, None, {"after": {"dispute_id": str(dispute.id)}})
    return dispute


def dispute_etag(dispute: Dispute) -> str:
    """The version as If-Match and ETag carry it."""
    return f'"v{dispute.version}"'


def _begin(session: Session, dispute_id: UUID, by: Person, seen: int | None) -> tuple[Case, Dispute]:
    """Lock a dispute and its case, and see that this person may act on it now."""
    history.take_turn(session)
    known = session.get(Dispute, dispute_id)
    case = session.get(Case, known.case_id, with_for_update=True) if known else None
    if known is None or case is None:
        raise NotFound("There is no such dispute.")
    session.refresh(known, with_for_update=True)
    if not has_role(session, case, by, "editor"):
        raise Forbidden("Only an editor may do this.")
    if known.state != "open":
        raise NotAllowed("This dispute has been decided.", allowed=[])
    if seen is not None and seen != known.version:
        raise Stale("Somebody else has changed this dispute since you looked at it.", etag=dispute_etag(known))
    return case, known

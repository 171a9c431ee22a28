"""How every act begins and ends, and how others are told where the case stands then.

All doors come through `begin`, so that no door can forget a rule.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from services.review import history, rank, words
from services.review.models import Case, Outbox, Person
from services.review.workflow import outcomes, timing
from services.review.workflow.acts import CLOSED, MOVES, ROLES, SAW_IT, UNVERIFIED, is_possible
from services.review.workflow.allowed import has_role, not_allowed
from services.review.workflow.refusals import why_not
from services.review.workflow.underway import tell_work
from shared.clock import now
from shared.contracts import ROUTES, CaseMoved, Receiver
from shared.errors import Forbidden, NotFound, PreconditionRequired, Stale
from shared.outbox import tell

PLACED_BY = (
    "submissions", "submission_count", "also_submitted", "also_submission_count", "urgency", "kind", "planned", "ruled", "worth",
    "received_at", "due_at",
)  # fmt: skip # see `rank`
REWORDS = frozenset({"describe", "check", "unmerge"})  # after these it is compared again: see `seen`


def begin(session: Session, case_id: UUID, act: str, by: Person, seen: int | None) -> Case:
    """Lock the case and see that this person may do this to it now.

    `seen` is the version of the case that the person looked at, None if they did not say. Raises NotFound, Forbidden,
    PreconditionRequired, Stale or NotAllowed (with `allowed`, what they may do).
    """
    history.take_turn(session)
    case = session.get(Case, case_id, with_for_update=True)
    if case is None:
        raise NotFound("There is no such case.")
    if not has_role(session, case, by, ROLES[act]):
        raise Forbidden(f"Only an {ROLES[act]} may do this." if ROLES[act] == "editor" else "You are not a checker.")
    if seen is None and act in SAW_IT:
        raise PreconditionRequired("Say by If-Match which version of the case you saw.")
    if seen is not None and seen != case.version:
        raise Stale("Somebody else has changed this case since you looked at it.", etag=etag(case))
    if not is_possible(case, act):
        raise not_allowed(session, case, by, why_not(case, act))
    return case


def end(
    session: Session, case: Case, act: str, by: Person | None, before: dict[str, Any], after: dict[str, Any]
) -> Case:
    """Note the act in the history; tell of it if it moved the case."""
    state = MOVES.get((case.state, act), case.state)
    case.version += 1
    place(case)
    _note_touch(case, act, state, by)
    if act in REWORDS:
        case.to_compare = 1
    if state != case.state:
        before, after = {"state": case.state} | before, {"state": state} | after
        was, case.state = case.state, state
        words.follow(session, [case.id])
        case.status, case.status_colour, case.status_words = None, None, {}  # it was about the work in the state before
        tell_moved(session, case)
        tell_followers(session, case)
        if state == CLOSED:
            outcomes.note_closed(session, [case], by.id if by else None, case.close_reason)
        elif was == CLOSED:
            outcomes.take_back(session, [case])
    tell_work(session, case)
    timing.note(session, case, act, by)
    history.append(session, act, case.id, by.id if by else None, {"before": before, "after": after})
    return case


def _note_touch(case: Case, act: str, state: str, by: Person | None) -> None:
    """When whoever works on a case last did something on it; work that lies idle is offered again."""
    if case.assignee_id is None or state != UNVERIFIED:
        case.touched_at = None
    elif case.touched_at is None or act == "assign" or (by is not None and by.id == case.assignee_id):
        case.touched_at = now()


def place(case: Case) -> None:
    """Give the case its place in the queue."""
    case.stands_since = rank.stands_since({name: getattr(case, name) for name in PLACED_BY})


def explain(case: Case) -> Sequence[rank.Factor]:
    """Why the case stands where it does in the queue, at this moment."""
    return rank.explained({name: getattr(case, name) for name in PLACED_BY}, now())


def tell_moved(session: Session, case: Case) -> None:
    """Tell intake and publish where the case stands now."""
    case.moved_version, case.moved_at = case.version, now()
    tell_standing(session, case, ROUTES[CaseMoved])


def lift_moved(session: Session, case: Case, known: int) -> None:
    """Tell where the case stands under a version above `known`: others know that one since before a restore."""
    if case.moved_version < known:
        case.version = max(case.version, known) + 1
        tell_moved(session, case)


def tell_followers(session: Session, case: Case) -> None:
    """What was merged into a case moves with it."""
    followers = select(Case).where(Case.merged_into == case.id).order_by(col(Case.id)).with_for_update()
    for one in session.exec(followers).all():
        one.version += 1
        tell_moved(session, one)


def tell_standing(session: Session, case: Case, receivers: Sequence[Receiver]) -> None:
    """Tell these where a case stands. Of one that was merged into another, intake is told how that one stands."""
    for receiver in receivers:
        into = session.get(Case, case.merged_into) if case.merged_into and receiver.queue == "intake" else None
        tell(session, Outbox, moved(case, into), (receiver,))


def moved(case: Case, into: Case | None = None) -> CaseMoved:
    """Where a case stands, as it was last told; `into` is the one that it was merged into."""
    stands = into or case
    return CaseMoved.model_validate(
        {
            "claim_id": case.id,
            "revision": case.moved_version,
            "state": stands.state,
            "moved_at": case.moved_at or case.opened_at,
            "verdict_revision": stands.revision,
            "kind": stands.kind,
            "close_reason": stands.close_reason if stands.state == CLOSED else None,
            "merged_into": into.id if into else None,
        }
    )


def etag(case: Case) -> str:
    """The version as If-Match and ETag carry it (RFC 9110, a strong one)."""
    return f'"v{case.version}"'

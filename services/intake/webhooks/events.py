"""What is told: the change of a claim, as one event that names the most of it.

An event is written in the transaction of the change, with one errand that sends it on; who is to get it is looked up
afterwards (`fanning`), so that a change takes the same time whether nobody listens or ten thousand do.
"""

from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session, col, or_, select

from services.intake.models import Claim, Submission, WebhookEndpoint, WebhookEvent
from services.intake.service import service
from services.intake.webhooks import errands
from shared.clock import now

MOST_CHANGE = 1_000  # characters of a correction's words; all of them stand on the page
MOST_EXTERNAL_IDS = 5
MENDS = ("verdict.corrected", "verdict.retracted")  # whoever was told of the verdict is told of these
VERDICT = {"first": "verdict.published", "retraction": "verdict.retracted"}  # all others are corrections


class Standing(NamedTuple):
    """Where a claim stood before it moved."""

    state: str
    close_reason: str | None
    published_revision: int
    merged_into: UUID | None = None

    @classmethod
    def of(cls, claim: Claim) -> "Standing":
        return cls(claim.state, claim.close_reason, claim.published_revision, claim.merged_into)


def tell_change(session: Session, claim: Claim, before: Standing) -> None:
    """Tell those who listen what became of a claim since it stood as `before`, if anything did."""
    if kind := _what_happened(claim, before):
        _tell(session, claim, kind, before)


def tell_delayed(session: Session, claim: Claim) -> None:
    """Tell those who listen that the time has passed by which the desk meant to have a verdict."""
    _tell(session, claim, "claim.delayed", Standing.of(claim))


def _tell(session: Session, claim: Claim, kind: str, before: Standing) -> None:
    if not _somebody_listens(session, claim, kind):
        return
    event = WebhookEvent(
        type=kind,
        newsroom_id=claim.newsroom_id,
        claim_id=claim.id,
        is_first_told=kind.startswith("verdict.") and not before.published_revision,
        occurred_at=now() if kind == "claim.delayed" else claim.changed_at,
        data=_snapshot(session, claim, before),
    )
    session.add(event)
    session.flush()
    errands.send_on(session, event.id)


def tell_disabled(session: Session, endpoint: WebhookEndpoint) -> None:
    """Tell the newsroom's other endpoints that this one is told of nothing more. Its address may hold a secret of the
    newsroom's, and stays here."""
    event = WebhookEvent(
        type="endpoint.disabled",
        newsroom_id=endpoint.newsroom_id,
        data={
            "endpoint_id": str(endpoint.id),
            "description": endpoint.description,
            "because": endpoint.disabled_because,
            "failing_since": endpoint.failing_since and in_utc(endpoint.failing_since),
        },
    )
    session.add(event)
    session.flush()
    errands.send_on(session, event.id)


def in_utc(moment: datetime) -> str:
    """A moment as it is sent: RFC 3339, in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def public_part(data: dict[str, Any]) -> dict[str, Any]:
    """What newsrooms other than the claim's own may know: what readers can read."""
    return {name: data[name] for name in ("claim_id", "version", "verdict", "test")}


def _what_happened(claim: Claim, before: Standing) -> str | None:
    """The type of the event; None if nothing changed that anybody is told of."""
    if claim.merged_into is not None and claim.merged_into != before.merged_into:
        return "claim.merged"
    if claim.published_revision > before.published_revision:
        told = claim.published
        return VERDICT.get(told.kind if told else "", "verdict.corrected")
    if (claim.state, _reason(claim)) == (before.state, before.close_reason if before.state == "closed" else None):
        return None
    if claim.state == "closed":
        return "claim.merged" if claim.close_reason == "duplicate" else "claim.closed"
    return "claim.state_changed"


def _somebody_listens(session: Session, claim: Claim, kind: str) -> bool:
    """Whether there is any endpoint that might be told; most desks have none."""
    whose = WebhookEndpoint.newsroom_id == claim.newsroom_id
    if (
        kind.startswith("verdict.") and not claim.test and claim.merged_into is None
    ):  # others are told of the one checked
        whose = or_(whose, WebhookEndpoint.about == "all_verdicts")  # type: ignore[assignment]
    looked = select(col(WebhookEndpoint.id)).where(whose, col(WebhookEndpoint.deleted_at).is_(None)).limit(1)
    return session.exec(looked).first() is not None


def _snapshot(session: Session, claim: Claim, before: Standing) -> dict[str, Any]:
    """The event's data: ids, where the claim stands, and what is read of the verdict. Grows with nothing but these."""
    return {
        "claim_id": str(claim.id),
        "external_ids": _external_ids(session, claim.id),
        "url": f"{service.settings.public_base_url}/v1/claims/{claim.id}",
        # grows with whatever review and publish tell: what arrives late can be told from what is new
        "version": claim.case_revision + claim.work_revision + claim.published_revision + claim.unmerged_published,
        "state": claim.state,
        "previous_state": before.state,
        "close_reason": _reason(claim),
        "duplicate_of": str(claim.merged_into) if claim.merged_into else None,
        "rechecking": claim.rechecking,
        "due_at": claim.due_at and in_utc(claim.due_at),
        "late": claim.late,
        "test": claim.test,
        "verdict": _verdict(claim),
    }


def _verdict(claim: Claim) -> dict[str, Any] | None:
    told = claim.published
    if told is None:
        return None
    found = told.model_dump(mode="json", include={"revision", "kind", "change", "headline", "url", "published_at"})
    change = found["change"]
    if change and len(change) > MOST_CHANGE:
        found["change"] = change[: MOST_CHANGE - 1] + "…"
    return found | {"rating": told.rating.model_dump(exclude={"meaning", "words"})}


def _external_ids(session: Session, claim_id: UUID) -> list[str]:
    """The newsroom's own names for the claim, the newest last."""
    given = (
        select(col(Submission.external_id))
        .where(Submission.claim_id == claim_id, col(Submission.external_id).is_not(None))
        .order_by(col(Submission.id).desc())
        .limit(10 * MOST_EXTERNAL_IDS)
    )
    newest_first = dict.fromkeys(name for name in session.exec(given) if name)
    return list(newest_first)[:MOST_EXTERNAL_IDS][::-1]


def _reason(claim: Claim) -> str | None:
    return claim.close_reason if claim.state == "closed" else None

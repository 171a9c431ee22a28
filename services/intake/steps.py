"""What became of a claim, step by step: what its receipts tell. A step is written down when it is told of, and never changed."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from services.intake.models import Claim, Step
from shared.contracts import CaseMoved, VerdictPublished, WorkNoted
from shared.rows import add_rows

Kind = Literal[
    "taken_up", "put_back", "late", "joined", "parted", "checked", "sent_back", "closed", "reopened", "rechecking", "settled",
    "published",
]  # fmt: skip
MOST = 100  # of one claim that are told, the newest


class Before(NamedTuple):
    """Where a claim stood, as far as steps depend on it."""

    state: str
    verdict_revision: int
    merged_into: UUID | None

    @classmethod
    def of(cls, claim: Claim) -> "Before":
        return cls(claim.case_state or "unverified", claim.verdict_revision, claim.merged_into)


def moved(before: Before, message: CaseMoved) -> Step | None:
    """The step that a case took, as its submitters are told of it."""
    kind, detail = _kind_of(before, message)
    return Step(claim_id=message.claim_id, kind=kind, at=message.moved_at, detail=detail) if kind else None


def published(message: VerdictPublished) -> Step:
    """Readers can read a revision of the verdict."""
    told = message.model_dump(mode="json", include={"revision", "kind", "change", "url"})
    return Step(claim_id=message.claim_id, kind="published", at=message.published_at, detail=told)


def is_delayed(claim: Claim, message: WorkNoted) -> bool:
    """Whether a time passed of which was not told yet that it has."""
    return message.late and (not claim.late or message.due_at != claim.due_at)


def worked(claim: Claim, message: WorkNoted) -> list[Step]:
    """Somebody took the claim up or put it back, or its time has passed."""
    kinds: list[tuple[Kind, dict[str, Any]]] = []
    if message.under_way != claim.under_way and claim.state == "unverified":
        kinds.append(("taken_up" if message.under_way else "put_back", {}))
    if is_delayed(claim, message):
        kinds.append(("late", {"due_at": message.due_at and message.due_at.isoformat()}))
    return [Step(claim_id=claim.id, kind=kind, at=message.noted_at, detail=detail) for kind, detail in kinds]


def add(session: Session, steps: Sequence[Step]) -> None:
    """Write steps down, in one statement."""
    add_rows(session, Step, [step.model_dump() for step in steps])


def list_of(session: Session, claim: Claim) -> list[Step]:
    """A claim's steps, the oldest first. What was told before steps were written down is made of where it stands."""
    chosen = select(Step).where(Step.claim_id == claim.id).order_by(col(Step.at).desc(), col(Step.id).desc())
    found = list(session.exec(chosen.limit(MOST)))[::-1]
    kinds = {one.kind for one in found}
    if (told := claim.published) and not any(
        one.kind == "published" and one.detail["revision"] == told.revision for one in found
    ):
        found.append(published(told))
    if claim.state == "closed" and "closed" not in kinds and claim.case_moved_at:
        detail = {"reason": claim.close_reason}
        found.append(Step(claim_id=claim.id, kind="closed", at=claim.case_moved_at, detail=detail))
    if claim.merged_into and "joined" not in kinds and claim.case_moved_at:
        found.append(Step(claim_id=claim.id, kind="joined", at=claim.case_moved_at))
    return sorted(found, key=lambda one: one.at)


def _kind_of(before: Before, message: CaseMoved) -> tuple[Kind | None, dict[str, Any]]:
    if message.merged_into != before.merged_into:
        return ("joined" if message.merged_into else "parted"), {}
    if message.verdict_revision > before.verdict_revision and message.state == "unverified":
        return "rechecking", {"kind": message.kind}
    if message.verdict_revision < before.verdict_revision:
        return "settled", {}
    if message.state == before.state:
        return None, {}
    if message.state == "closed":
        return "closed", {"reason": message.close_reason}
    if message.state == "checked":
        return "checked", {"kind": message.kind}
    if message.state == "unverified":
        return ("reopened" if before.state == "closed" else "sent_back"), {}
    return None, {}  # that readers can read it is told by publish

"""Timestamps, and whether they hold."""

from hashlib import sha256
from pathlib import Path

from sqlmodel import Session, col, select

from services.review import stamps
from services.review.models import HistoryEntry, TimeStamp
from services.review.workflow.stamps import StampKind


def find_stamp(session: Session, digest: str, kind: StampKind = "copy") -> TimeStamp | None:
    """The timestamp of a copy, or of a file."""
    return session.get(TimeStamp, (kind, digest))


def faults_of_stamps(session: Session, trusted: Path) -> tuple[int, list[str]]:
    """How many timestamps there are, and what does not hold: by the authority's signature and, for heads, because what was stamped
    is not in the history any more."""
    count, faults = 0, []
    chosen = select(TimeStamp, HistoryEntry.hash).outerjoin(HistoryEntry, col(HistoryEntry.seq) == TimeStamp.seq)
    for one, standing in session.exec(chosen.order_by(col(TimeStamp.stamped_at)).execution_options(yield_per=200)):
        count += 1
        is_head = one.kind == "head"
        what = f"the history's entry {one.seq}" if is_head else f"the {one.kind} {one.stamped}"
        digest = sha256(one.stamped.encode()).digest() if is_head else bytes.fromhex(one.stamped)
        try:
            if stamps.check(one.response, trusted, digest) != one.stamped_at:
                faults.append(f"The timestamp of {what} says another time than is written beside it.")
        except stamps.DoesNotHold as error:
            faults.append(f"The timestamp of {what} does not hold: {error}")
        if is_head and standing != one.stamped:
            faults.append(
                f"The history is not what was stamped at {one.stamped_at:%Y-%m-%d %H:%M} UTC: {what} is another."
            )
    return count, faults

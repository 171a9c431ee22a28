"""Whether readers found a fact-check useful: two numbers for each revision, and nothing of who they were."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, select

from services.publish.models import Check, Opinion, Outbox
from shared import contracts
from shared.contracts import ROUTES, OpinionsCounted
from shared.db import insert_if_absent, row_of
from shared.errors import NotFound
from shared.outbox import tell


def count(session: Session, claim_id: UUID, is_useful: bool) -> None:
    """Count what a reader says of the revision that stands, and tell the desk. Raises NotFound."""
    check = session.get(Check, claim_id)
    if check is None or check.revision == 0:
        raise NotFound("There is no verdict on this claim that could be useful.")
    row = row_of(Opinion, claim_id=claim_id, revision=check.revision, is_useful=is_useful, count=0)
    session.connection().execute(insert_if_absent(session, Opinion), [row])
    mine = (
        col(Opinion.claim_id) == claim_id,
        col(Opinion.revision) == check.revision,
        col(Opinion.is_useful).is_(is_useful),
    )
    session.execute(update(Opinion).where(*mine).values(count=Opinion.count + 1))
    tell_counted(session, claim_id)


def counts(session: Session, claim_id: UUID, revision: int) -> dict[str, int]:
    """How many found a revision useful, and how many did not."""
    mine = select(Opinion).where(Opinion.claim_id == claim_id, Opinion.revision == revision)
    found = {one.is_useful: one.count for one in session.exec(mine)}
    return {"yes": found.get(True, 0), "no": found.get(False, 0)}


def tell_counted(session: Session, claim_id: UUID) -> None:
    """Tell the desk what was counted of a claim's verdicts, all of it."""
    mine = select(Opinion).where(Opinion.claim_id == claim_id).execution_options(populate_existing=True)
    opinions = _by_revision(session.exec(mine))
    total = sum(one.useful + one.not_useful for one in opinions)
    message = OpinionsCounted(claim_id=claim_id, revision=total, opinions=opinions)
    tell(session, Outbox, message, ROUTES[OpinionsCounted])


def _by_revision(rows: Iterable[Opinion]) -> tuple[contracts.Opinions, ...]:
    found: dict[int, dict[bool, int]] = defaultdict(dict)
    for one in rows:
        found[one.revision][one.is_useful] = one.count
    return tuple(
        contracts.Opinions(verdict_revision=number, useful=said.get(True, 0), not_useful=said.get(False, 0))
        for number, said in sorted(found.items())
    )

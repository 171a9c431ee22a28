"""Claims that say the same as another, or may."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Uuid, column
from sqlmodel import Session, col, select

from services.review import words
from services.review.models import Case

MOST = 8
MOST_TEXTS = 200  # the newest in which the words stand


def list_merged(session: Session, case: Case) -> Sequence[Case]:
    """The cases that were merged into this one."""
    return session.exec(select(Case).where(Case.merged_into == case.id).order_by(col(Case.id))).all()


def list_similar(session: Session, case: Case) -> Sequence[Case]:
    """Cases that no other was merged into or out of, on which the longest words of this one stand too, the newest first. It is a
    search by words: whoever reads them decides."""
    telling = words.telling_words(case.text)
    texts = words.found_by(session, telling, MOST_TEXTS) if telling else None
    if texts is None:
        return []
    found: list[UUID] = list(session.scalars(texts.columns(column("case_id", Uuid()))))
    others = list(dict.fromkeys(one for one in found if one != case.id))[:MOST]
    chosen = select(Case).where(col(Case.id).in_(others), col(Case.merged_into).is_(None))
    return session.exec(chosen.order_by(col(Case.id).desc())).all() if others else []

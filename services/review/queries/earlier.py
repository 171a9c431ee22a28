"""Others' fact-checks, by their words."""

from uuid import UUID

from sqlalchemy import Uuid, column
from sqlmodel import Session, col, select

from services.review import words
from services.review.models import EARLIER_TABLE, EarlierCheck
from services.review.schemas import EarlierOut


def list_earlier(session: Session, asked: str, most: int) -> list[EarlierOut]:
    """Others' fact-checks in which the words stand, those that came in last first."""
    texts = words.found_by(session, asked, most * 4, EARLIER_TABLE)
    if texts is None:
        return []
    ids: list[UUID] = list(dict.fromkeys(session.scalars(texts.columns(column("case_id", Uuid())))))
    chosen = select(EarlierCheck).where(col(EarlierCheck.id).in_(ids), col(EarlierCheck.removed).is_(False))
    found = {one.id: one for one in session.exec(chosen)} if ids else {}
    return [earlier_out(found[one]) for one in ids if one in found][:most]


def earlier_out(one: EarlierCheck) -> EarlierOut:
    """Somebody else's fact-check, as the desk sees it."""
    return EarlierOut(id=one.id, **one.taken.model_dump(include=set(EarlierOut.model_fields)))

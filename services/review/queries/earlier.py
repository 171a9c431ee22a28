"""Others' fact-checks, by their words."""

from uuid import UUID

from sqlalchemy import Uuid, column
from sqlmodel import Session, col, select

from services.review import words
from services.review.models import EARLIER_TABLE, EarlierCheck
from services.review.schemas import EarlierOut

LIKE_IT = 5  # shown beside a case


def list_earlier(session: Session, asked: str, most: int) -> list[EarlierOut]:
    """Others' fact-checks in which the words stand, those that came in last first."""
    texts = words.found_by(session, asked, most * 4, EARLIER_TABLE)
    if texts is None:
        return []
    ids: list[UUID] = list(dict.fromkeys(session.scalars(texts.columns(column("case_id", Uuid())))))
    chosen = select(EarlierCheck).where(col(EarlierCheck.id).in_(ids), col(EarlierCheck.removed).is_(False))
    found = {one.id: one.taken for one in session.exec(chosen)} if ids else {}
    return [
        EarlierOut(id=one, **found[one].model_dump(include=set(EarlierOut.model_fields))) for one in ids if one in found
    ][:most]


def earlier_like(session: Session, text: str) -> list[EarlierOut]:
    """Others' fact-checks in which the longest words of a claim stand, too."""
    telling = words.telling_words(text)
    return list_earlier(session, telling, LIKE_IT) if telling else []

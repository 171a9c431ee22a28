"""Who stands in the directory."""

from collections.abc import Sequence

from sqlalchemy import String, cast, or_
from sqlmodel import Session, col, select

from services.review.models import Known, key_of
from services.review.queries.words import findable
from services.review.schemas import CaseOut

MOST_CONTACTS = 8


def list_known(session: Session, asked: str | None, limit: int, after: str | None = None) -> Sequence[Known]:
    """The entries by name, whose name, organisation, party or topics hold what is asked for; those after a key."""
    chosen = select(Known)
    if asked and (words := key_of(findable(asked))):
        held = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        columns = (col(Known.key), col(Known.organization), col(Known.party), cast(col(Known.topics), String))
        chosen = chosen.where(or_(*(one.ilike(f"%{held}%", escape="\\") for one in columns)))
    if after is not None:
        chosen = chosen.where(col(Known.key) > after)
    return session.exec(chosen.order_by(col(Known.key)).limit(limit)).all()


def find_known(session: Session, name: str) -> Known | None:
    """The entry with this name, if there is one."""
    return session.exec(select(Known).where(Known.key == key_of(findable(name)))).first()


def list_contacts(session: Session, case: CaseOut) -> Sequence[Known]:
    """Whom to ask about a case: who makes the claim and their body, and who can be asked about one of its tags."""
    claimant = case.as_described.claimant
    named = {key_of(one) for one in ((claimant.name, claimant.organization) if claimant else ())} - {None}
    topics = [cast(col(Known.topics), String).like(f'%"{tag}"%') for tag in case.tags if tag.isalnum()]
    return session.exec(
        select(Known).where(or_(col(Known.key).in_(named), *topics)).order_by(col(Known.key)).limit(MOST_CONTACTS)
    ).all()

"""Drafts: what somebody types is kept while they type it, so that a closed lid or a lost session costs no words."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col

from services.review.models import Case, Draft, Person
from shared.clock import now
from shared.db import insert_if_absent
from shared.errors import Invalid, NotFound

MOST_LETTERS = 200_000
KEPT = timedelta(days=90)


def keep_draft(
    session: Session, case_id: UUID, form: str, fields: Mapping[str, str], version: int, by: Person
) -> Draft | None:
    """Keep what somebody has typed into a form; fields that are all empty end the draft. Raises NotFound or Invalid."""
    if session.get(Case, case_id) is None:
        raise NotFound("There is no such case.")
    typed = {name: value for name, value in fields.items() if value.strip()}
    if not typed:
        drop_draft(session, case_id, form, by)
        return None
    if sum(map(len, typed.values())) > MOST_LETTERS:
        raise Invalid.field("form", f"holds more than {MOST_LETTERS:,} letters")
    row = {"person_id": by.id, "case_id": case_id, "form": form, "fields": {}, "version": version, "saved_at": now()}
    session.connection().execute(insert_if_absent(session, Draft), [row])
    kept = session.get_one(Draft, (by.id, case_id, form))
    kept.fields, kept.version, kept.saved_at = typed, version, now()
    return kept


def drop_draft(session: Session, case_id: UUID, form: str, by: Person) -> None:
    """Forget what somebody typed into a form: it was sent, or thrown away."""
    mine = (col(Draft.person_id) == by.id) & (col(Draft.case_id) == case_id)
    session.execute(delete(Draft).where(mine, col(Draft.form) == form))


def tidy_drafts(session: Session) -> None:
    """Forget drafts that nobody has touched for three months."""
    session.execute(delete(Draft).where(col(Draft.saved_at) < now() - KEPT))

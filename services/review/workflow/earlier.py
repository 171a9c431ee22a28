"""Others' fact-checks arrive from intake, to be found at the desk."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from services.review import texts
from services.review.models import EarlierCheck
from shared.contracts import EarlierCheckTaken
from shared.db import row_of
from shared.rows import add_rows


def note_earlier(session: Session, message: EarlierCheckTaken) -> None:
    """Intake imported a fact-check, or removed it. An older message than what is known changes nothing."""
    note_all_earlier(session, [message])


def note_all_earlier(session: Session, messages: Sequence[EarlierCheckTaken]) -> None:
    """Take in many with a few statements."""
    newest = {one.check_id: one for one in sorted(messages, key=lambda one: one.revision)}
    chosen = select(EarlierCheck).where(col(EarlierCheck.id).in_(newest)).order_by(col(EarlierCheck.id))
    known = {one.id: one for one in session.exec(chosen.with_for_update())}
    written, new = [], []
    for check_id in sorted(newest):
        told, kept = newest[check_id], known.get(check_id)
        if kept is not None and told.revision <= kept.revision:
            continue
        values = {
            "revision": told.revision,
            "removed": told.removed,
            "told": told.model_dump(mode="json"),
            "to_compare": 1,
        }
        if kept is None:
            new.append(row_of(EarlierCheck, id=check_id, **values))
        else:
            kept.sqlmodel_update(values)
        written.append(told)
    if new:
        add_rows(session, EarlierCheck, new)
    texts.put_earlier(session, written, known)

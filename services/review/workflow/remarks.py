"""What readers say of verdicts. It comes in without a deadline and is no act on the case: nobody's form grows stale by it.

What a reader wrote stays out of the history, so that it can be erased. That somebody hid it from colleagues stands there.
"""

from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, case, update
from sqlmodel import Session

from services.review import history
from services.review.models import Case, Opinion, Person, Remark, Verdict
from services.review.schemas import AsideIn
from services.review.workflow.allowed import has_role
from shared.clock import now
from shared.contracts import OpinionsCounted, RemarkMade
from shared.db import insert_if_absent, row_of, table_of
from shared.errors import Forbidden, NotFound

ERASED = "Erased, because the reader wished so."


def note_counted(session: Session, message: OpinionsCounted) -> None:
    """Publish told how many readers found a verdict useful. Numbers only grow: told late or twice, they change nothing."""
    if not message.opinions:
        return
    if session.get(Case, message.claim_id) is None:
        raise NotFound(f"There is no case {message.claim_id}.")
    told = sorted(message.opinions, key=lambda one: one.verdict_revision)
    absent = [row_of(Opinion, case_id=message.claim_id, verdict_revision=one.verdict_revision) for one in told]
    session.connection().execute(insert_if_absent(session, Opinion), absent)
    table = table_of(Opinion)
    raising = (
        update(table)
        .where(table.c.case_id == message.claim_id, table.c.verdict_revision == bindparam("of"))
        .values({name: _higher(table.c[name], bindparam(f"told_{name}")) for name in ("useful", "not_useful")})
    )
    rows = [
        {"of": one.verdict_revision, "told_useful": one.useful, "told_not_useful": one.not_useful} for one in told
    ]  # fmt: skip
    session.connection().execute(raising, rows)


def note_remark(session: Session, message: RemarkMade) -> None:
    """A reader wrote what was useful or missing. Told again, it changes nothing. Raises NotFound."""
    if session.get(Verdict, (message.claim_id, message.verdict_revision)) is None:
        raise NotFound(f"There is no revision {message.verdict_revision} of a verdict on {message.claim_id}.")
    given = message.model_dump(include={"verdict_revision", "is_useful", "text", "made_at"})
    row = row_of(Remark, id=message.remark_id, case_id=message.claim_id, **given)
    session.connection().execute(insert_if_absent(session, Remark), row)


def put_aside(session: Session, remark_id: UUID, found: AsideIn, by: Person) -> Remark:
    """Put a remark aside as read or hidden, or bring it back. Done again, it changes nothing. Raises NotFound, and Forbidden for
    who checks nothing here."""
    history.take_turn(session)
    remark = session.get(Remark, remark_id, with_for_update=True)
    if remark is None:
        raise NotFound("There is no such remark.")
    if not has_role(session, session.get_one(Case, remark.case_id), by, "checker"):
        raise Forbidden("You are not a checker.")
    if remark.aside == found.aside:
        return remark
    if "hidden" in (remark.aside, found.aside):
        act = "remark hidden" if found.aside == "hidden" else "remark shown"
        about = {"remark_id": str(remark.id), "revision": remark.verdict_revision}
        history.append(session, act, remark.case_id, by.id, {"after": about})
    remark.aside = found.aside
    remark.aside_by, remark.aside_at = (by.id, now()) if found.aside else (None, None)
    return remark


def erase_remark(session: Session, remark_id: UUID) -> None:
    """Forget what a reader wrote. Raises NotFound."""
    history.take_turn(session)
    remark = session.get(Remark, remark_id, with_for_update=True)
    if remark is None:
        raise NotFound("There is no such remark.")
    remark.text = ERASED
    history.append(session, "remark erased", remark.case_id, None, {"after": {"remark_id": str(remark.id)}})


def _higher(known: ColumnElement[int], told: ColumnElement[int]) -> ColumnElement[int]:
    """The higher of two numbers, as both databases have it."""
    return case((known < told, told), else_=known)

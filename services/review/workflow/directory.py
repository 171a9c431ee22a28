"""The directory: who makes claims, whom to ask, who is an expert for what. Entered by anybody who checks."""

from uuid import UUID

from sqlmodel import Session, select

from services.review import history
from services.review.models import Known, Person, key_of
from services.review.schemas import KnownIn
from shared.clock import now
from shared.errors import Forbidden, Invalid, NotFound

PRIVATE = ("phone", "mail", "note")  # the history says that they changed, not how


def enter(session: Session, found: KnownIn, by: Person, known_id: UUID | None = None) -> Known:
    """Enter somebody, or change what is known of them. Somebody of whom all of this is known is there already, as after a second
    press of the button. Raises Forbidden, NotFound, or Invalid if somebody else has the name."""
    _refuse_unless_checker(by)
    history.take_turn(session)
    kept = get_known(session, known_id) if known_id else Known(key="", name="")
    key = key_of(found.name)
    other = session.exec(select(Known).where(Known.key == key)).first()
    if (
        other is not None
        and known_id is None
        and other.model_dump(include=set(KnownIn.model_fields)) == found.model_dump()
    ):
        return other
    if key is None or (other is not None and other.id != kept.id):
        raise Invalid.field("name", "stands in the directory already; change that entry, or add what tells them apart")
    before, given = kept.model_dump(include=set(KnownIn.model_fields)), found.model_dump()
    kept.sqlmodel_update(given | {"key": key, "changed_at": now(), "changed_by": by.id})
    session.add(kept)
    session.flush()
    changed = sorted(name for name in given if given[name] != before[name])
    shown = {name: given[name] for name in changed if name not in PRIVATE}
    history.append(
        session, "directory", None, by.id, {"before": {}, "after": {"id": str(kept.id), "changed": changed, **shown}}
    )
    return kept


def forget(session: Session, known_id: UUID, by: Person) -> None:
    """Take somebody out of the directory; their claims stay. Raises Forbidden or NotFound."""
    _refuse_unless_checker(by)
    history.take_turn(session)
    kept = get_known(session, known_id)
    session.delete(kept)
    history.append(session, "directory", None, by.id, {"before": {"id": str(kept.id)}, "after": {}})


def get_known(session: Session, known_id: UUID) -> Known:
    """An entry. Raises NotFound."""
    kept = session.get(Known, known_id)
    if kept is None:
        raise NotFound("The directory has no such entry.")
    return kept


def _refuse_unless_checker(by: Person) -> None:
    if not by.may("checker"):
        raise Forbidden("You are not a checker.")

"""How far sources can be relied on: somebody who checks says so and why; a later judgement takes the place of an earlier one."""

from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col, select

from services.review import history
from services.review.models import Judgement, Person, key_of, key_of_site, site_of
from services.review.schemas import JudgeIn
from shared.clock import now
from shared.errors import Forbidden, Invalid, NotFound
from shared.hostnames import for_people


def judge(session: Session, found: JudgeIn, by: Person) -> Judgement:
    """Say how far a source can be relied on. What was said before stays readable; who says all of it again has said it once. Raises
    Forbidden or Invalid."""
    if not by.may("checker"):
        raise Forbidden("You are not a checker.")
    history.take_turn(session)
    site = site_of(found.name) if found.kind == "site" else None
    key = key_of_site(site) if site else key_of(found.name)
    if key is None:
        raise Invalid.field("name", "has to be a name that people can see")
    standing = select(Judgement).where(Judgement.key == key, col(Judgement.replaced_at).is_(None))
    before = session.exec(standing.with_for_update()).first()
    said = (found.reliability, found.reason, by.id)
    if before is not None and (before.reliability, before.reason, before.judged_by) == said:
        return before
    if before is not None:
        before.replaced_at = now()
        session.flush()
    name = for_people(site) if site else " ".join(found.name.split())
    made = Judgement(
        key=key, kind=found.kind, name=name, reliability=found.reliability, reason=found.reason, judged_by=by.id
    )
    session.add(made)
    session.flush()
    was = {"reliability": before.reliability} if before else {}
    after = {"id": str(made.id), "name": name, "reliability": made.reliability}
    history.append(session, "source judged", None, by.id, {"before": was, "after": after})
    return made


def forget_judgements(session: Session, judgement_id: UUID, by: Person) -> None:
    """Forget all that was held of the source that this judgement is about. Raises Forbidden for who is no editor, or NotFound."""
    if not by.may("editor"):
        raise Forbidden("Only an editor may do this.")
    history.take_turn(session)
    kept = get_judgement(session, judgement_id)
    session.execute(delete(Judgement).where(col(Judgement.key) == kept.key))
    history.append(session, "judgements forgotten", None, by.id, {"before": {"id": str(judgement_id)}, "after": {}})


def get_judgement(session: Session, judgement_id: UUID) -> Judgement:
    """What somebody held of a source. Raises NotFound."""
    kept = session.get(Judgement, judgement_id)
    if kept is None:
        raise NotFound("Nobody has judged this source, or what was held of it is forgotten.")
    return kept

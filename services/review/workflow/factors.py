"""A person's second factor: an app that shows codes, and codes on paper for when it is lost."""

import hmac
import secrets
from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from sqlalchemy import CursorResult, delete, update
from sqlmodel import Session, col, select

from services.review import codes, history
from services.review.models import HistoryEntry, HouseRules, Person, RecoveryCode, SecondFactor
from services.review.schemas import HouseRulesIn
from services.review.workflow.owners import by_whom, tell_owner
from services.review.workflow.people import find_member, refuse_unless_admin
from shared import pressing
from shared.clock import now
from shared.db import insert_if_absent
from shared.errors import Forbidden, Invalid, NotAllowed

NOT_RIGHT = "is not what the app shows now; look whether the phone's clock is right"


def find_factor(session: Session, person_id: UUID, lock: bool = False) -> SecondFactor | None:
    """The app by which this person signs in; None if they have set up none, or not to the end."""
    factor = session.get(SecondFactor, person_id, with_for_update=lock)
    return factor if factor and factor.confirmed_at else None


def begin_factor(session: Session, by: Person) -> SecondFactor:
    """Make a secret for one's app. It counts once a code of it was typed. Raises NotAllowed if there is one already."""
    if find_factor(session, by.id, lock=True):
        raise NotAllowed("You have set up an app already. Remove it first.")
    return session.merge(SecondFactor(person_id=by.id, salt=secrets.token_hex(16)))


def confirm_factor(session: Session, typed: str, by: Person, secret_key: str, seed: bytes | None = None) -> list[str]:
    """The first code of one's app: from now on it is asked for at sign-in. Returns recovery codes, which can't be had again, but
    for those that were made from this `seed` of a form a moment ago.

    Raises Invalid if the code is not right, or NotAllowed if there is nothing to confirm.
    """
    history.take_turn(session)
    factor = session.get(SecondFactor, by.id, with_for_update=True)
    if seed and (made := _made_before(session, by, seed)):
        return made
    if factor is None or factor.confirmed_at:
        raise NotAllowed("There is no app that waits for its first code.")
    step = codes.step_of(codes.secret_of(secret_key, factor.salt), typed, now())
    if step is None:
        raise Invalid.field("code", NOT_RIGHT)
    factor.confirmed_at, factor.last_step = now(), step
    history.append(session, "second factor set up", None, by.id, {"after": {"person": by.email}})
    tell_owner(session, by, "A second factor was set up: from now on a code of an app is asked for at sign-in.")
    return _new_codes(session, by.id, seed)


def use_code(session: Session, person_id: UUID, typed: str, secret_key: str) -> Literal["code", "recovery"] | None:
    """Use up a code of the app, or a recovery code; None if it is neither, or was used before."""
    factor = find_factor(session, person_id, lock=True)
    if factor is None:
        return None
    step = codes.step_of(codes.secret_of(secret_key, factor.salt), typed, now())
    if step is not None and step > factor.last_step:
        factor.last_step = step
        return "code"
    mine = (col(RecoveryCode.person_id) == person_id) & (col(RecoveryCode.code_hash) == codes.digest(typed))
    used = session.execute(update(RecoveryCode).where(mine, col(RecoveryCode.used_at).is_(None)).values(used_at=now()))
    if not isinstance(used, CursorResult) or used.rowcount != 1:
        return None
    tell_owner(session, session.get_one(Person, person_id), "A recovery code was used to sign in.")
    return "recovery"


def renew_recovery_codes(session: Session, by: Person, seed: bytes | None = None) -> list[str]:
    """New recovery codes; the old ones open nothing any more. Those that were made from this `seed` of a form a moment ago are new
    still. Raises NotAllowed without a second factor."""
    history.take_turn(session)
    if find_factor(session, by.id, lock=True) is None:
        raise NotAllowed("You have no second factor that they could stand in for.")
    if seed and (made := _made_before(session, by, seed)):
        return made
    history.append(session, "recovery codes made", None, by.id, {"after": {"person": by.email}})
    tell_owner(session, by, "New recovery codes were made: the old ones open nothing any more.")
    return _new_codes(session, by.id, seed)


def drop_factor(session: Session, person: Person, by: Person | None) -> None:
    """Take somebody's second factor away, because its owner wants so or has lost it. `by` is None for a command.

    Raises Forbidden if it is another's and `by` is no admin, NotAllowed if there is none.
    """
    if by is not None and by.id != person.id and not by.may("admin"):
        raise Forbidden("Only an admin may take away somebody's second factor.")
    history.take_turn(session)
    factor = session.get(SecondFactor, person.id, with_for_update=True)
    if factor is None:
        raise NotAllowed("There is no second factor to take away.")
    session.delete(factor)
    session.execute(delete(RecoveryCode).where(col(RecoveryCode.person_id) == person.id))
    act = "second factor removed" if by is not None and by.id == person.id else "second factor reset"
    history.append(session, act, None, by.id if by else None, {"before": {"person": person.email}})
    tell_owner(session, person, f"Your second factor was taken away, with its recovery codes{by_whom(person, by)}.")


def reset_factor(session: Session, person_id: UUID, by: Person) -> None:
    """Take away the second factor of somebody who lost it. Raises NotFound, and what `drop_factor` raises."""
    drop_factor(session, find_member(session, person_id), by)


def rule_house(session: Session, found: HouseRulesIn, by: Person) -> HouseRules:
    """Decide for the whole newsroom. Raises Forbidden for who is no admin."""
    refuse_unless_admin(by)
    history.take_turn(session)
    session.connection().execute(insert_if_absent(session, HouseRules), HouseRules().model_dump())
    rules = session.exec(select(HouseRules).with_for_update()).one()
    before, after = rules.model_dump(exclude={"id"}), found.model_dump()
    rules.second_factor_from, rules.shows_archives = found.second_factor_from, found.shows_archives
    if before != after:
        history.append(session, "house rules changed", None, by.id, {"before": before, "after": after})
    return rules


def _made_before(session: Session, by: Person, seed: bytes) -> list[str] | None:
    """The recovery codes that an earlier press has made. Raises NotAllowed if that was long ago."""
    acts = _makings(session, by.id)
    made = codes.recovery_codes(_behind(seed, acts))
    if session.get(RecoveryCode, codes.digest(made[0])) is None:
        return None
    pressing.refuse_later(acts[0].at)
    return made


def _new_codes(session: Session, person_id: UUID, seed: bytes | None) -> list[str]:
    """Codes in place of those of before. That they are made stands in the history already."""
    session.execute(delete(RecoveryCode).where(col(RecoveryCode.person_id) == person_id))
    seed = _behind(seed, _makings(session, person_id)) if seed else secrets.token_bytes(32)
    made = codes.recovery_codes(seed)
    session.add_all([RecoveryCode(code_hash=codes.digest(one), person_id=person_id) for one in made])
    return made


def _makings(session: Session, person_id: UUID) -> Sequence[HistoryEntry]:
    """When somebody's recovery codes were made, the last time first, and the time before."""
    acts = col(HistoryEntry.action).in_(["second factor set up", "recovery codes made"])
    mine = select(HistoryEntry).where(HistoryEntry.person_id == person_id, acts)
    return session.exec(mine.order_by(col(HistoryEntry.seq).desc()).limit(2)).all()


def _behind(seed: bytes, makings: Sequence[HistoryEntry]) -> bytes:
    """What the codes of a form are made of, behind the codes of before: a form that is sent anew when its own were replaced makes
    others, rather than bring those back."""
    before = makings[1].seq if len(makings) == 2 else 0
    return hmac.digest(seed, b"behind %d" % before, "sha256")

"""A person's passkeys: they add several, by names of their own, and remove them."""

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import delete
from sqlmodel import Session, col, select

from services.review import history
from services.review.models import Passkey, Person, UsedChallenge
from services.review.passkeys import Made, is_id
from services.review.workflow.owners import tell_owner
from shared.clock import now
from shared.db import insert_if_absent
from shared.errors import Invalid, NotAllowed, NotFound

MOST = 20


def list_passkeys(session: Session, person: Person) -> Sequence[Passkey]:
    """A person's passkeys, the oldest first."""
    return session.exec(select(Passkey).where(Passkey.person_id == person.id).order_by(col(Passkey.made_at))).all()


def add_passkey(session: Session, made: Made, name: str, by: Person) -> Passkey:
    """Keep a passkey, and tell its owner. Raises NotAllowed beyond twenty, Invalid if it is known already."""
    key = keep_passkey(session, made, name, by)
    tell_owner(session, by, f"The passkey “{name}” was added: it opens your account.")
    return key


def keep_passkey(session: Session, made: Made, name: str, by: Person) -> Passkey:
    """See `add_passkey`; of who comes by it nobody has to be told."""
    history.take_turn(session)
    if len(list_passkeys(session, by)) >= MOST:
        raise NotAllowed(f"You have {MOST} passkeys. Remove one that you do not use.")
    if session.get(Passkey, made.id):
        raise Invalid.field("credential", "is known already")
    key = Passkey(person_id=by.id, name=name, **made._asdict())
    session.add(key)
    session.flush()
    history.append(session, "passkey added", None, by.id, {"after": {"person": by.email, "passkey": name}})
    return key


def remove_passkey(session: Session, passkey_id: str, by: Person) -> None:
    """A passkey opens nothing any more. Raises NotFound if it is not theirs."""
    history.take_turn(session)
    key = session.get(Passkey, passkey_id, with_for_update=True) if is_id(passkey_id) else None
    if key is None or key.person_id != by.id:
        raise NotFound("You have no such passkey.")
    session.delete(key)
    history.append(session, "passkey removed", None, by.id, {"before": {"person": by.email, "passkey": key.name}})
    tell_owner(session, by, f"The passkey “{key.name}” was removed: it opens nothing any more.")


def use_up(session: Session, challenge: bytes) -> bool:
    """Whether a challenge is answered for the first time."""
    row = {"challenge_hash": sha256(challenge).hexdigest(), "used_at": now()}
    put = insert_if_absent(session, UsedChallenge).returning(col(UsedChallenge.challenge_hash))
    return session.connection().execute(put, row).first() is not None


def tidy_challenges(session: Session, before: object) -> None:
    """Forget challenges that can't be answered any more."""
    session.execute(delete(UsedChallenge).where(col(UsedChallenge.used_at) < before))

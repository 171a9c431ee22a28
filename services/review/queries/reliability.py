"""How far the sources on a case can be relied on, and all that were judged."""

from collections.abc import Iterable, Sequence
from itertools import chain
from uuid import UUID

from sqlmodel import Session, col, or_, select

from services.review.dossier import Dossier
from services.review.models import Judgement, Person, key_of, keys_of_source
from services.review.queries.people import name_of
from services.review.queries.words import findable
from services.review.schemas import JudgementOut
from shared.contracts import Party, Statement
from shared.hostnames import for_people

MOST_KEYS = 2_000  # of one case
MOST_EARLIER = 100


def keys_on(dossier: Dossier) -> list[str]:
    """What judgements on the sources of a case are found by: who makes the claim and where, who says what through whom, and what
    the evidence is."""
    record = dossier.case.record
    described = dossier.case.described.get("claimant")
    parties = [record.claimant, Party.model_validate(described) if described else None]
    names = [name for one in parties if one for name in (one.name, one.organization)]
    names += chain.from_iterable(names_in(one.record) for one in dossier.statements)
    pairs: list[tuple[str | None, str | None]] = [(name, None) for name in names]
    pairs += [(one.publisher, one.url) for one in (record.story, *record.appearances, *dossier.evidence) if one]
    keys = chain.from_iterable(keys_of_source(name, url) for name, url in pairs)
    return list(dict.fromkeys(keys))[:MOST_KEYS]


def names_in(statement: Statement) -> list[str]:
    """Who said something, their body, and who carried it."""
    speaker = statement.speaker
    names = [speaker.name, speaker.organization] if speaker else []
    return [one for one in (*names, *(hop.name for hop in statement.via)) if one]


def list_judgements(session: Session, asked: str | None, limit: int, after: str | None = None) -> Sequence[Judgement]:
    """What stands, by key, of sources whose name or reason holds what is asked for; those after a key."""
    chosen = select(Judgement).where(col(Judgement.replaced_at).is_(None))
    if asked and (words := key_of(findable(asked))):
        held = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        chosen = chosen.where(
            or_(
                *(
                    col(one).ilike(f"%{held}%", escape="\\")
                    for one in (Judgement.key, Judgement.name, Judgement.reason)
                ),
                col(Judgement.key).in_(keys_of_source(url=words)[:1]),
            )
        )
    if after is not None:
        chosen = chosen.where(col(Judgement.key) > after)
    return session.exec(chosen.order_by(col(Judgement.key)).limit(limit)).all()


def find_judgements(session: Session, name: str | None = None, url: str | None = None) -> Sequence[Judgement]:
    """What was held of one source: by its name, or by its site alone; what stands first."""
    keys = keys_of_source(findable(name) if name else None, url)[:1]
    return judgements_on(session, keys[0]) if keys else []


def judgements_on(session: Session, key: str) -> Sequence[Judgement]:
    """What was held of the source with this key; what stands first."""
    chosen = select(Judgement).where(col(Judgement.key) == key)
    return session.exec(chosen.order_by(col(Judgement.id).desc()).limit(MOST_EARLIER)).all()


def describe_judgements(found: Iterable[Judgement], people: dict[UUID, Person]) -> list[JudgementOut]:
    """As pages and the API show them."""
    return [
        JudgementOut.model_validate(one.model_dump() | _named(one) | {"by": name_of(people, one.judged_by) or ""})
        for one in found
    ]


def _named(one: Judgement) -> dict[str, str | None]:
    """A site as people read it, and as machines do."""
    host = one.key.removeprefix("//") if one.kind == "site" else None
    return {"host": host, "name": for_people(host) if host else one.name}

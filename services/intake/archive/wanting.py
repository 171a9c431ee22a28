"""Claims point to addresses: each is to be visited, once for all claims that point to it within some hours."""

from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta
from hashlib import sha256
from typing import ClassVar
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import Session, col, select

from services.intake.archive.told import Found, message
from services.intake.models import ClaimSource, Copy, Outbox, Source
from services.intake.service import service
from shared import errands
from shared.clock import now
from shared.contracts import ROUTES, ClaimRecord, SourceVisited
from shared.db import insert_if_absent, row_of
from shared.errands import Errand
from shared.fields import plain_url
from shared.outbox import Trace, tell_all

AT_ONCE = 5_000  # values in one statement, about


class Visit(Errand):
    """Visit a source for the `number`th time, counted from 1."""

    topic: ClassVar[str] = "visit"
    job: ClassVar[str] = "services.intake.errands.visit"

    source_id: UUID
    number: int
    put_off: int = 0  # how often its host had too many visitors


def want(session: Session, wanted: Iterable[tuple[UUID, ClaimRecord]]) -> None:
    """New claims, by their ids: have what they point to visited. What has been visited already is told at once."""
    if not service.settings.archive_most_bytes:
        return
    places = [(claim_id, url) for claim_id, record in wanted for url in addresses(record)]
    if not places:
        return
    ids = add_sources(session, {url for _, url in places})
    links: dict[tuple[UUID, UUID], int] = {}
    for place, (claim_id, url) in enumerate(places):
        links.setdefault((claim_id, ids[url]), place)
    rows = [{"claim_id": claim, "source_id": source, "place": place} for (claim, source), place in links.items()]
    # The link holds the source until we commit: a visit that ends meanwhile waits, and tells of this claim, too.
    session.connection().execute(insert_if_absent(session, ClaimSource), rows)
    sources = set(ids.values())
    order_visits(session, sources)
    known = _visited(session, sources)
    told = [(message(claim_id, known[source_id]), Trace.here()) for claim_id, source_id in links if source_id in known]
    tell_all(session, Outbox, told, ROUTES[SourceVisited])


def addresses(record: ClaimRecord) -> Iterator[str]:
    """What a claim points to: where it was found, and where else it was made."""
    if record.story and record.story.url:
        yield plain_url(record.story.url)
    yield from (plain_url(appearance.url) for appearance in record.appearances)


def add_sources(session: Session, urls: Collection[str]) -> dict[str, UUID]:
    """The id of each address's source, which is made if it is not there."""
    hashes = {_hash(url): url for url in urls}
    new = [row_of(Source, url=hashes[digest], url_hash=digest) for digest in sorted(hashes)]
    session.connection().execute(insert_if_absent(session, Source), new)
    found: dict[str, UUID] = {}
    for some in _parts(sorted(hashes)):
        chosen = select(Source.id, Source.url_hash).where(col(Source.url_hash).in_(some))
        found |= {hashes[digest]: source_id for source_id, digest in session.exec(chosen)}
    return found


def order_visits(session: Session, ids: Collection[UUID]) -> None:
    """Order a visit to each of these sources, unless one is ordered already or the last was a few hours ago."""
    moment = now()
    stale = moment - timedelta(hours=service.settings.archive_again_hours)
    ordered = []
    for some in _parts(list(ids)):
        chosen = (
            select(Source)
            .where(
                col(Source.id).in_(some),
                col(Source.due_at).is_(None),
                or_(col(Source.visited_at).is_(None), col(Source.visited_at) < stale),
            )
            .order_by(col(Source.url_hash))
            .with_for_update(key_share=True)
        )
        for source in session.exec(chosen.execution_options(populate_existing=True)):
            source.due_at = moment
            ordered.append((Visit(source_id=source.id, number=source.visits + 1), None))
    session.flush()
    errands.order(session, Outbox, service.name, ordered)


def _visited(session: Session, ids: Collection[UUID]) -> dict[UUID, Found]:
    found: dict[UUID, Found] = {}
    for some in _parts(list(ids)):
        chosen = (
            select(Source, Copy)
            .join(Copy, col(Copy.id) == col(Source.copy_id), isouter=True)
            .where(col(Source.id).in_(some), col(Source.revision) > 0)
        )
        found |= {source.id: Found(source, copy) for source, copy in session.exec(chosen)}
    return found


def _hash(url: str) -> str:
    return sha256(url.encode()).hexdigest()


def _parts(values: list[str] | list[UUID]) -> Iterator[list[str] | list[UUID]]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]

"""The desk names the addresses that a verdict rests on: each is archived like what claims point to, and looked at again from time
to time, less often the longer it stays as it was."""

import random
from datetime import timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from services.intake.archive.told import visited
from services.intake.archive.wanting import Visit, add_sources, order_visits
from services.intake.models import Claim, DeskSource, Outbox, Source
from services.intake.service import service
from shared import errands
from shared.clock import now
from shared.contracts import ROUTES, SourcesNamed, SourceVisited
from shared.errors import NotFound
from shared.fields import plain_url
from shared.outbox import Trace, tell_all

AT_ONCE = 500  # sources that one look at the clock has visited


def note_named(session: Session, message: SourcesNamed) -> None:
    """The desk told what the verdict on a claim rests on. What was told before and is not among it is not watched any more.
    An older message than what is known changes nothing. Raises NotFound for a claim that is not there."""
    claim = session.get(Claim, message.claim_id, with_for_update=True)
    if claim is None:
        raise NotFound(f"There is no claim {message.claim_id}.")
    if message.revision <= claim.sources_revision:
        return
    claim.sources_revision = message.revision
    if not service.settings.archive_most_bytes:
        return
    quotes: dict[str, list[str]] = {}
    for one in message.sources:
        quotes.setdefault(plain_url(one.url), []).extend(one.quotes)
    ids = add_sources(session, quotes) if quotes else {}
    kept = {one.source_id: one for one in session.exec(select(DeskSource).where(DeskSource.claim_id == claim.id))}
    for source_id, standing in kept.items():
        standing.watched = message.watched and source_id in ids.values()
    new = [source_id for source_id in ids.values() if source_id not in kept]
    for url, source_id in ids.items():
        named = kept.get(source_id) or DeskSource(claim_id=claim.id, source_id=source_id)
        named.quotes, named.watched = list(dict.fromkeys(quotes[url])), message.watched
        session.add(named)
    session.flush()
    order_visits(session, new)
    _watch(session, list({*kept, *ids.values()}))
    told = [visited(session, source_id, claim.id) for source_id in new]
    tell_all(session, Outbox, [(one, Trace.here()) for one in told if one], ROUTES[SourceVisited])


def order_watches(session: Session) -> int:
    """Have the sources visited that are due to be looked at again. Returns how many."""
    moment = now()
    due = select(Source).where(col(Source.watch_at) <= moment, col(Source.due_at).is_(None))
    sources = session.exec(due.order_by(col(Source.watch_at)).limit(AT_ONCE).with_for_update(skip_locked=True)).all()
    for one in sources:
        one.due_at, one.watch_at = moment, None
    session.flush()
    errands.order(
        session,
        Outbox,
        service.name,
        [(Visit(source_id=one.id, number=one.visits + 1), None) for one in sources],
    )
    return len(sources)


def watch_again(session: Session, source: Source) -> None:
    """After a visit: set when the source is looked at next, if a verdict that stands or is worked on rests on it."""
    settings = service.settings
    watched = select(DeskSource.claim_id).where(DeskSource.source_id == source.id, DeskSource.watched)
    if not settings.archive_watch_hours or session.exec(watched.limit(1)).first() is None:
        source.watch_at = None
        return
    hours = min(settings.archive_watch_hours * 2.0 ** min(source.unchanged, 10), settings.archive_watch_most_hours)
    spread = random.uniform(0.9, 1.1)  # noqa: S311 - so that what was entered together is not visited together
    source.watch_at = now() + timedelta(hours=hours * spread)


def _watch(session: Session, ids: list[UUID]) -> None:
    """What is newly watched, or no longer, of sources that have been visited."""
    chosen = select(Source).where(col(Source.id).in_(ids), col(Source.due_at).is_(None))
    for source in session.exec(chosen.with_for_update()):
        if source.visits and source.watch_at is None:
            watch_again(session, source)

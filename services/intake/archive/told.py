"""What is known of a claim's sources, for review and for the newsroom."""

from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from services.intake.models import ClaimSource, Copy, Source
from services.intake.schemas import SourceOut
from shared.contracts import ArchivedCopy, SourceVisited


class Found(NamedTuple):
    """A source and its newest copy, if there is one."""

    source: Source
    copy: Copy | None


def sources_of(session: Session, claim_id: UUID) -> list[SourceOut]:
    """What a claim points to, in its order, and what was found there."""
    chosen = (
        select(Source, Copy)
        .join(ClaimSource, col(ClaimSource.source_id) == col(Source.id))
        .join(Copy, col(Copy.id) == col(Source.copy_id), isouter=True)
        .where(ClaimSource.claim_id == claim_id)
        .order_by(col(ClaimSource.place))
    )
    return [_describe(Found(source, copy)) for source, copy in session.exec(chosen)]


def message(claim_id: UUID, found: Found) -> SourceVisited:
    """What review is told of a source that a claim points to."""
    source, copy = found
    return SourceVisited.model_validate(
        {
            "claim_id": claim_id,
            "revision": source.revision,
            "source_id": source.id,
            "url": source.url,
            "state": source.state,
            "reason": source.reason,
            "visited_at": source.visited_at,
            "next_visit_at": source.due_at,
            "archived": ArchivedCopy(**_copied(copy)) if copy else None,
        }
    )


def visited(session: Session, source_id: UUID, claim_id: UUID) -> SourceVisited | None:
    """What review should know of one source that a claim points to."""
    source = session.get(Source, source_id)
    if source is None or source.revision == 0 or session.get(ClaimSource, (claim_id, source_id)) is None:
        return None
    return message(claim_id, Found(source, session.get(Copy, source.copy_id) if source.copy_id else None))


def _describe(found: Found) -> SourceOut:
    source, copy = found
    return SourceOut(
        **source.model_dump(include={"url", "state", "reason", "visits", "visited_at"}),
        next_visit_at=source.due_at,
        archived=_copied(copy) | {"archive_url": f"/v1/archive/{copy.sha256}"} if copy else None,
    )


def _copied(copy: Copy) -> dict[str, object]:
    told = {"sha256", "bytes", "content_type", "title", "publisher", "author", "published_on"}
    return copy.model_dump(include=told) | {"archived_at": copy.made_at, "seen_at": copy.seen_at}

"""What is known of a claim's sources, for review and for the newsroom."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from services.intake.archive.comparing import missing
from services.intake.models import ClaimSource, Copy, DeskSource, Outbox, Source, Submission
from services.intake.schemas import SourceOut
from services.intake.service import service
from shared.contracts import ROUTES, ArchivedCopy, SourceVisited
from shared.fetch import host_of
from shared.fields import plain_url
from shared.outbox import Trace, tell_all


class Found(NamedTuple):
    """A source and its newest copy, if there is one."""

    source: Source
    copy: Copy | None


def sources_of(session: Session, claim_id: UUID) -> list[SourceOut]:
    """What a claim points to, in its order, and what was found there."""
    return [_describe(found) for found in _found(session, claim_id)]


def archived_of(session: Session, submission: Submission) -> list[SourceOut]:
    """The pages that one submission itself pointed to, as far as they are archived, for whoever holds its receipt.

    Not what others sent with the same wording; nor what lies on a host of the newsroom's own network (`INTAKE_PRIVATE_HOSTS`) or
    leads there, where that person may not look.
    """
    own = {plain_url(one["url"]) for one in submission.appearances or ()}
    private = service.settings.private_hosts
    return [
        _describe(found)
        for found in _found(session, submission.claim_id)
        if found.copy
        and (submission.number == 1 or found.source.url in own)
        and not private & {host_of(found.source.url), host_of(found.copy.landed_url)}
    ]


def _found(session: Session, claim_id: UUID) -> list[Found]:
    """In the claim's order."""
    chosen = (
        select(Source, Copy)
        .join(ClaimSource, col(ClaimSource.source_id) == col(Source.id))
        .join(Copy, col(Copy.id) == col(Source.copy_id), isouter=True)
        .where(ClaimSource.claim_id == claim_id)
        .order_by(col(ClaimSource.place))
    )
    return [Found(source, copy) for source, copy in session.exec(chosen)]


def message(claim_id: UUID, found: Found, quotes: Sequence[str] = ()) -> SourceVisited:
    """What review is told of a source that a claim points to, or from which its verdict quotes."""
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
            "status": copy.status if copy else None,
            "landed_url": copy.landed_url if copy and plain_url(copy.landed_url) != source.url else None,
            "quotes_missing": missing(list(quotes), copy.text if copy else None),
            "changes": source.changes,
            "change": source.change,
            "change_detail": source.change_detail,
        }
    )


def pointing_to(session: Session, source_id: UUID) -> dict[UUID, list[str]]:
    """The claims that point to a source or whose verdicts rest on it, with what is quoted from there."""
    claims = session.exec(select(col(ClaimSource.claim_id)).where(ClaimSource.source_id == source_id)).all()
    named = session.exec(select(DeskSource).where(DeskSource.source_id == source_id)).all()
    return {claim_id: [] for claim_id in claims} | {one.claim_id: one.quotes for one in named}


def visited(session: Session, source_id: UUID, claim_id: UUID) -> SourceVisited | None:
    """What review should know of one source that a claim points to."""
    source = session.get(Source, source_id)
    named = session.get(DeskSource, (claim_id, source_id))
    if (
        source is None
        or source.revision == 0
        or (named is None and session.get(ClaimSource, (claim_id, source_id)) is None)
    ):
        return None
    found = Found(source, session.get(Copy, source.copy_id) if source.copy_id else None)
    return message(claim_id, found, named.quotes if named else ())


def tell_review(session: Session, source: Source) -> None:
    """Tell review of the source as it stands, for every claim that points to it or whose verdict rests on it."""
    found = Found(source, session.get(Copy, source.copy_id) if source.copy_id else None)
    pointing = pointing_to(session, source.id)
    facts = [(message(claim_id, found, quotes), Trace.here()) for claim_id, quotes in pointing.items()]
    tell_all(session, Outbox, facts, ROUTES[SourceVisited])


def _describe(found: Found) -> SourceOut:
    source, copy = found
    return SourceOut(
        **source.model_dump(include={"url", "state", "reason", "visits", "visited_at"}),
        next_visit_at=source.due_at,
        archived=_copied(copy) | _in_the_api(copy) if copy else None,
    )


def _copied(copy: Copy) -> dict[str, object]:
    told = {"sha256", "bytes", "content_type", "title", "publisher", "author", "published_on"}
    return copy.model_dump(include=told) | {
        "archived_at": copy.made_at,
        "seen_at": copy.seen_at,
        "picture": _pictured(copy),
        "no_picture": copy.no_picture,
    }


def _pictured(copy: Copy) -> dict[str, object] | None:
    if copy.picture_sha256 is None:
        return None
    return {"sha256": copy.picture_sha256, "bytes": copy.picture_bytes, "taken_at": copy.picture_at}


def _in_the_api(copy: Copy) -> dict[str, object]:
    """Where a copy and its picture are found."""
    where, picture = f"/v1/archive/{copy.sha256}", _pictured(copy)
    return {"archive_url": where, "picture": picture | {"url": f"{where}/picture"} if picture else None}

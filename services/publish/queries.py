"""What publish's edges ask of the database. Pages of lists are cut by dense numbers: page 5,000 costs what page 1 costs."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, tuple_
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased, defer
from sqlmodel import Session, col, select

from services.publish import search
from services.publish.disputes import digest
from services.publish.models import (
    Card,
    Check,
    Dispute,
    Facet,
    FormerPath,
    HistoryHead,
    Listing,
    Policy,
    ReviewNode,
    Revision,
    Shelf,
    Standing,
)
from services.publish.schemas import CheckRow, CorrectionRow, DisputeRow, FacetKind, NoticeRow, ShelfRow, StandingRow
from services.publish.service import service
from services.publish.workflow import revisions_of
from shared.contracts import VerdictApproved
from shared.errors import NotFound
from shared.kept import Document

PER_PAGE = 20
IN_FEED = 50
MOST_NOTICES = 20
MOST_BEING_CHECKED = 200
MOST_SHELVES = 200
MOST_SENT = 1_000  # pages that a process keeps at hand

_sent: dict[str, Document] = {}  # by their ETags, which change with their bytes


class Page(NamedTuple):
    """A page as it is sent."""

    body: bytes
    etag: str


def get_page(session: Session, path: str) -> Page | None:
    """The verdict page at a path such as "2026/01/the-slug": one read by its unique index."""
    row = session.exec(select(Check.page, Check.etag).where(Check.path == path)).first()
    return Page(row[0], row[1]) if row and row[0] is not None and row[1] is not None else None


def find_document(path: str) -> Document | None:
    """The same with what is kept of it compressed, for the way on which readers' requests come first: one read by the unique index,
    of the ETag alone where this process has sent the page before."""
    row = service.database.look_up("SELECT etag FROM checks WHERE path = ?", path)
    if row is None or row[0] is None:
        return None
    if (known := _sent.get(row[0])) is not None:
        return known
    row = service.database.look_up("SELECT page, page_gzip, etag FROM checks WHERE path = ?", path)
    document = Document(bytes(row[0]), bytes(row[1]) if row[1] else None, row[2])
    _sent[document.etag] = document
    while len(_sent) > MOST_SENT:
        _sent.pop(next(iter(_sent)), None)
    return document


def get_check(session: Session, claim_id: UUID) -> tuple[Check, Sequence[Revision]]:
    """A published check and its revisions, the first one first. Raises NotFound."""
    check = session.get(Check, claim_id)
    if check is None or check.path is None or check.revision == 0:
        raise NotFound("There is no published check with this id.")
    return check, revisions_of(session, claim_id)


def find_check_at(session: Session, path: str) -> tuple[Check, Sequence[Revision]] | None:
    """The check at a path and its revisions, the first one first."""
    check = session.exec(select(Check).where(Check.path == path)).first()
    return (check, revisions_of(session, check.claim_id)) if check else None


def list_checks(session: Session, page: int) -> tuple[list[CheckRow], bool]:
    """A page of the list, newest first, and whether there are older ones. Raises NotFound beyond the last page."""
    newest = session.exec(select(func.max(Check.position))).one() or 0
    top = _top(newest, page)
    rows = session.execute(
        select_columns(*_ROW)
        .where(col(Check.position) <= top, col(Check.position) > top - PER_PAGE)
        .order_by(col(Check.position).desc())
    ).all()
    return [CheckRow(*row) for row in rows], top > PER_PAGE


class ShelfPage(NamedTuple):
    """A page of a shelf: its checks, and the place before which the next page begins (None on the last)."""

    shelf: ShelfRow
    rows: list[CheckRow]
    before: int | None


def find_moved(session: Session, path: str) -> str | None:
    """Where the check is now that once was at this path."""
    chosen = select(Check.path).join(FormerPath, col(FormerPath.claim_id) == Check.claim_id)
    return session.exec(chosen.where(FormerPath.path == path)).first()


def list_shelf(session: Session, kind: str, slug: str, before: int | None = None) -> ShelfPage:
    """A page of a topic, a claimant or a rating, newest first. It costs the same however deep it is. Raises NotFound."""
    shelf = session.get(Shelf, (kind, slug))
    if shelf is None:
        raise NotFound("There is no such list.")
    chosen = select_columns(*_ROW, col(Listing.position)).join(Listing, col(Listing.claim_id) == col(Check.claim_id))
    chosen = chosen.where(col(Listing.kind) == kind, col(Listing.slug) == slug)
    if before is not None:
        chosen = chosen.where(col(Listing.position) < before)
    found = session.execute(chosen.order_by(col(Listing.position).desc()).limit(PER_PAGE + 1)).all()
    shown = found[:PER_PAGE]
    rows = [CheckRow(*row[:-1]) for row in shown]
    return ShelfPage(_shelf_row(shelf), rows, shown[-1][-1] if len(found) > PER_PAGE else None)


def list_shelves(session: Session, kind: str) -> list[ShelfRow]:
    """The topics, claimants or ratings with the most checks."""
    chosen = select(Shelf).where(Shelf.kind == kind, Shelf.count > 0).order_by(col(Shelf.count).desc())
    return [_shelf_row(one) for one in session.exec(chosen.limit(MOST_SHELVES))]


def list_standings(session: Session, claimant: str) -> list[StandingRow]:
    """A claimant's record: how many of their claims have which rating, the most frequent first."""
    chosen = (
        select(Standing.rating, Shelf.name, Standing.count)
        .join(Shelf, (col(Shelf.kind) == "rating") & (col(Shelf.slug) == Standing.rating))
        .where(Standing.claimant == claimant, Standing.count > 0)
        .order_by(col(Standing.count).desc(), col(Standing.rating))
    )
    return [StandingRow(*row) for row in session.exec(chosen)]


def list_policy(session: Session, name: str, language: str) -> Sequence[Policy]:
    """Every revision of a page on how the newsroom works, the newest first; in another language if it has none in this."""
    chosen = select(Policy).where(Policy.name == name).order_by(col(Policy.revision).desc())
    kept = session.exec(chosen).all()
    return [one for one in kept if one.language == language] or kept


def list_notices(session: Session, most: int = MOST_NOTICES) -> list[NoticeRow]:
    """What is being checked and readers were told of, the newest first."""
    chosen = select(Check).where(Check.revision == 0, col(Check.notice_at).is_not(None), col(Check.test).is_(False))
    checks = session.exec(chosen.order_by(col(Check.notice_at).desc()).limit(most)).all()
    return [
        NoticeRow(path=check.path or "", headline=told.headline, claim_text=told.claim.text, as_of=told.as_of)
        for check in checks
        if (told := check.posted) and told.stands and check.case_state != "closed"
    ]


def list_latest(session: Session, under: Mapping[FacetKind, str] | None = None) -> list[CheckRow]:
    """The checks that were published or changed last, for feeds: all of them, or those that are found under all of these."""
    chosen = select_columns(*_ROW).where(col(Check.position).is_not(None))
    newest: Any = col(Check.updated_at)
    for number, (kind, slug) in enumerate((under or {}).items()):
        facet = aliased(Facet)
        its = (col(facet.claim_id) == col(Check.claim_id)) & (col(facet.kind) == kind) & (col(facet.slug) == slug)
        chosen = chosen.join(facet, its)
        newest = newest if number else col(facet.updated_at)
    rows = session.execute(chosen.order_by(newest.desc()).limit(IN_FEED)).all()
    return [CheckRow(*row) for row in rows]


def topics_of(session: Session, claim_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """The topics of checks, as people read them."""
    found: dict[UUID, list[str]] = {claim_id: [] for claim_id in claim_ids}
    chosen = select(Facet.claim_id, Facet.label).where(col(Facet.claim_id).in_(claim_ids), Facet.kind == "topic")
    for claim_id, label in session.exec(chosen.order_by(Facet.label)):
        found[claim_id].append(label)
    return found


def list_review_nodes(session: Session, after: int, most: int) -> Sequence[ReviewNode]:
    """The ClaimReviews of all listed checks after this place, in the order in which the checks were first published."""
    chosen = select(ReviewNode).where(ReviewNode.position > after).order_by(col(ReviewNode.position)).limit(most)
    return session.exec(chosen).all()


def review_nodes_at(session: Session, paths: Sequence[str]) -> dict[str, str]:
    """The ClaimReviews of the pages at these paths, as JSON."""
    chosen = select(ReviewNode.path, ReviewNode.node).join(Check, col(Check.position) == col(ReviewNode.position))
    return {path: node for path, node in session.exec(chosen.where(col(Check.path).in_(paths))) if node}


def last_kept(session: Session) -> datetime | None:
    """When the last ClaimReview was written or changed."""
    return session.exec(select(func.max(ReviewNode.kept_at))).one()


def changes_by_part(session: Session, part: int) -> list[datetime]:
    """When something last changed in each part of the list, of so many checks in the order in which they were published."""
    number = (col(Check.position) - 1) // part
    chosen = (
        select(func.max(Check.updated_at)).where(col(Check.position).is_not(None)).group_by(number).order_by(number)
    )
    return [one for one in session.exec(chosen) if one]


def list_addresses(session: Session, first: int, last: int) -> list[tuple[str, datetime]]:
    """Paths of the checks in these places of the list, and when each last changed."""
    chosen = select(Check.path, Check.updated_at).where(col(Check.position).between(first, last))
    rows = session.exec(chosen.order_by(col(Check.position))).all()
    return [(path, updated_at) for path, updated_at in rows if path and updated_at]


def list_since(session: Session, moment: datetime, most: int) -> list[CheckRow]:
    """The checks that were first published since, the newest first."""
    chosen = select_columns(*_ROW).where(col(Check.position).is_not(None), col(Check.first_published_at) >= moment)
    rows = session.execute(chosen.order_by(col(Check.position).desc()).limit(most)).all()
    return [CheckRow(*row) for row in rows]


def places_between(session: Session, since: datetime | None, until: datetime | None) -> tuple[int, int]:
    """The first and the last place in the list of what was first published in a time; checks stand there in that order."""
    moment, place = col(Check.first_published_at), col(Check.position)
    chosen = select(Check.position).where(place.is_not(None))
    first, last = 1, search.LAST
    if since:
        first = session.exec(chosen.where(moment >= since).order_by(moment, place).limit(1)).first() or search.LAST
    if until:
        last = session.exec(chosen.where(moment < until).order_by(moment.desc(), place.desc()).limit(1)).first() or 0
    return first, last


def list_choices(session: Session, kind: FacetKind, most: int = 40) -> list[tuple[str, str]]:
    """What checks are found under of a kind, with how people read it: each by one look into the index, however many checks there
    are."""
    found: list[tuple[str, str]] = []
    while len(found) < most:
        chosen = select(Facet.slug, Facet.label).where(Facet.kind == kind, Facet.slug > (found[-1][0] if found else ""))
        following = session.exec(chosen.order_by(col(Facet.slug)).limit(1)).first()
        if following is None:
            break
        found.append((following[0], following[1]))
    return found


def checks_at(session: Session, places: Sequence[int]) -> list[CheckRow]:
    """The checks in these places of the list, in this order."""
    rows = session.execute(select_columns(col(Check.position), *_ROW).where(col(Check.position).in_(places))).all()
    by_place = {row[0]: CheckRow(*row[1:]) for row in rows}
    return [by_place[place] for place in places if place in by_place]


def claim_dates(session: Session, claim_ids: Sequence[UUID]) -> dict[UUID, datetime | None]:
    """When claims were made, as their current revisions say."""
    current = (col(Check.claim_id) == col(Revision.claim_id)) & (col(Check.revision) == col(Revision.revision))
    at = col(Revision.snapshot)["claim"]["claimed_at"].as_string()
    chosen = select_columns(col(Check.claim_id), at).join(Revision, current).where(col(Check.claim_id).in_(claim_ids))
    return {
        claim_id: datetime.fromisoformat(moment) if moment else None for claim_id, moment in session.execute(chosen)
    }


def verdicts_at(session: Session, places: Sequence[int]) -> list[tuple[Check, VerdictApproved]]:
    """The checks in these places of the list with their current verdicts, in this order."""
    found = _standing(session, col(Check.position).in_(places))
    return sorted(found, key=lambda one: places.index(one[0].position or 0))


def verdicts_at_path(session: Session, path: str) -> list[tuple[Check, VerdictApproved]]:
    """The check at a path with its current verdict, if it stands."""
    return _standing(session, Check.path == path)


def verdict_of(session: Session, claim_id: UUID) -> tuple[Check, VerdictApproved] | None:
    """A claim's check with its current verdict, if it stands."""
    return next(iter(_standing(session, Check.claim_id == claim_id)), None)


def _standing(session: Session, which: Any) -> list[tuple[Check, VerdictApproved]]:
    """Checks that stand in the lists and were not retracted."""
    current = (col(Check.claim_id) == col(Revision.claim_id)) & (col(Check.revision) == col(Revision.revision))
    chosen = select(Check, Revision).options(defer(Check.page)).join(Revision, current).where(which)  # type: ignore[arg-type]
    chosen = chosen.where(col(Check.position).is_not(None), Check.kind != "retraction")
    return [(check, revision.verdict) for check, revision in session.exec(chosen)]


def list_corrections(session: Session, page: int) -> tuple[list[CorrectionRow], bool]:
    """A page of corrections and other changes, newest first, and whether there are older ones. Raises NotFound."""
    newest = session.exec(select(func.max(Revision.correction_number))).one() or 0
    top = _top(newest, page)
    before = aliased(Revision)
    rows = session.execute(
        select_columns(
            col(Check.claim_id),
            col(Check.path),
            col(Revision.revision),
            col(Revision.kind),
            col(Revision.change),
            col(Revision.headline),
            col(before.rating_slug),
            col(before.rating_label),
            col(Revision.rating_slug),
            col(Revision.rating_label),
            col(Revision.published_at),
        )
        .join(Check, col(Check.claim_id) == col(Revision.claim_id))
        .outerjoin(
            before,
            (col(before.claim_id) == col(Revision.claim_id)) & (col(before.revision) == col(Revision.revision) - 1),
        )
        .where(col(Revision.correction_number) <= top, col(Revision.correction_number) > top - PER_PAGE)
        .order_by(col(Revision.correction_number).desc())
    ).all()
    return [CorrectionRow(*row) for row in rows], top > PER_PAGE


def get_dispute(session: Session, token: str) -> tuple[Dispute, Check]:
    """A dispute by its receipt's token, and the check that it is about. Raises NotFound."""
    chosen = select(Dispute, Check).join(Check, col(Check.claim_id) == col(Dispute.claim_id))
    found = session.exec(chosen.where(Dispute.receipt_hash == digest(token))).first()
    if found is None:
        raise NotFound("There is no receipt at this address. Was it copied whole?")
    return found[0], found[1]


def list_disputes(session: Session, page: int) -> tuple[list[DisputeRow], bool]:
    """A page of the disputes decided in public, the newest first, and whether there are older ones. Raises NotFound."""
    newest = session.exec(select(func.max(Dispute.number))).one() or 0
    top = _top(newest, page)
    chosen = select(Dispute, Check.path, Revision.headline).join(Check, col(Check.claim_id) == col(Dispute.claim_id))
    chosen = chosen.join(
        Revision,
        (col(Revision.claim_id) == col(Dispute.claim_id)) & (col(Revision.revision) == col(Dispute.verdict_revision)),
    )
    placed = chosen.where(col(Dispute.number) <= top, col(Dispute.number) > top - PER_PAGE)
    rows = session.exec(placed.order_by(col(Dispute.number).desc())).all()
    return [
        DisputeRow(
            path=path or "", headline=headline, verdict_revision=one.verdict_revision, made_at=one.made_at,
            decided_at=told.decided_at, decision=told.decision, reason=told.reason or "",
        )
        for one, path, headline in rows
        if (told := one.moved) and told.decided_at and told.decision
    ], top > PER_PAGE  # fmt: skip


_ROW = (
    col(Check.claim_id),
    col(Check.path),
    col(Check.headline),
    col(Check.summary),
    col(Check.kind),
    col(Check.change),
    col(Check.rating_slug),
    col(Check.rating_label),
    col(Check.claim_text),
    col(Check.claimant),
    col(Check.language),
    col(Check.first_published_at),
    col(Check.updated_at),
    col(Check.claimant_slug),
)


def _top(newest: int, page: int) -> int:
    top = newest - (page - 1) * PER_PAGE
    if page < 1 or (top < 1 and page > 1):
        raise NotFound("The list does not go on that far.")
    return top


def _shelf_row(one: Shelf) -> ShelfRow:
    return ShelfRow(one.kind, one.slug, one.name, one.about, one.same_as, one.count)


def checks_of(session: Session, claim_ids: Collection[UUID]) -> dict[UUID, Check]:
    """The checks of claims that readers have been told of, without their pages."""
    chosen = select(Check).options(defer(Check.page)).where(col(Check.claim_id).in_(claim_ids))  # type: ignore[arg-type]
    return {check.claim_id: check for check in session.exec(chosen) if check.path}


def revisions_named(session: Session, named: Sequence[tuple[UUID, int]]) -> dict[tuple[UUID, int], Revision]:
    """These revisions, as far as there are such."""
    chosen = select(Revision).where(tuple_(col(Revision.claim_id), col(Revision.revision)).in_(named))
    return {(one.claim_id, one.revision): one for one in session.exec(chosen)}


def history_heads(session: Session, most: int) -> Sequence[HistoryHead]:
    """Heads of the desk's history, the newest first."""
    return session.exec(select(HistoryHead).order_by(col(HistoryHead.entries).desc()).limit(most)).all()


def find_check(session: Session, claim_id: UUID) -> Check | None:
    """A check that readers have been told of, without its page."""
    return checks_of(session, [claim_id]).get(claim_id)


def get_card(session: Session, claim_id: UUID) -> Card | None:
    """The newest picture of a check."""
    return session.get(Card, claim_id)


def list_exported(session: Session, after: int, most: int) -> list[tuple[int, UUID, str, str | None]]:
    """Listed checks after this place: place, claim, path, and the version of their picture."""
    chosen = select_columns(col(Check.position), col(Check.claim_id), col(Check.path), col(Card.version))
    chosen = chosen.outerjoin(Card, col(Card.claim_id) == col(Check.claim_id)).where(col(Check.position) > after)
    return [tuple(row) for row in session.execute(chosen.order_by(col(Check.position)).limit(most))]


def list_former_paths(session: Session) -> list[tuple[str, str]]:
    """Every address that a listed check had once, and the one that it has now."""
    chosen = select(FormerPath.path, Check.path).join(Check, col(Check.claim_id) == col(FormerPath.claim_id))
    return [(former, path) for former, path in session.exec(chosen.where(col(Check.position).is_not(None))) if path]

"""What pages for readers ask. Pages of lists are cut by dense numbers: page 5,000 costs what page 1 costs."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from services.publish import sites
from services.publish.disputes import digest
from services.publish.material import revisions_of
from services.publish.models import (
    Check,
    Dispute,
    Listing,
    Policy,
    PublicFile,
    Revision,
    Shelf,
    Standing,
)
from services.publish.schemas import CheckRow, CorrectionRow, DisputeRow, NoticeRow, ShelfRow, StandingRow
from services.publish.service import service
from shared.errors import NotFound
from shared.kept import Document

PER_PAGE = 20
MOST_NOTICES = 20
MOST_BEING_CHECKED = 200
MOST_SHELVES = 200
MOST_SENT = 1_000  # pages that a process keeps at hand


# The page that stands with a check, or the new one beside it while `renewing` has those shown and not yet put in their places.
SHOWN = (
    "SELECT {} FROM checks c LEFT JOIN new_pages n ON n.claim_id = c.claim_id AND n.renewal = "
    "(SELECT number FROM renewals WHERE shown_at IS NOT NULL AND settled_at IS NULL) WHERE c.path = ?"
)
MOVED = (
    "SELECT c.path, c.site, 0 AS place FROM former_paths f JOIN checks c ON c.claim_id = f.claim_id WHERE f.path = ? "
    "UNION ALL SELECT path, site, 1 FROM checks WHERE path = ? ORDER BY place"
)
_sent: dict[str, Document] = {}  # by their ETags, which change with their bytes


def find_document(path: str) -> Document | None:
    """The verdict page at a path such as "2026/01/the-slug", for the way on which readers' requests come first: one read by the
    unique index, of the ETag alone where this process has sent the page before."""
    row = service.database.look_up(SHOWN.format("COALESCE(n.etag, c.etag), c.site"), path)
    if row is None or row[0] is None or not sites.is_here(row[1]):
        return None
    if (known := _sent.get(row[0])) is not None:
        return known
    columns = "COALESCE(n.page, c.page), COALESCE(n.page_gzip, c.page_gzip), COALESCE(n.etag, c.etag)"
    row = service.database.look_up(SHOWN.format(columns), path)
    document = Document(bytes(row[0]), bytes(row[1]) if row[1] else None, row[2])
    _sent[document.etag] = document
    while len(_sent) > MOST_SENT:
        _sent.pop(next(iter(_sent)), None)
    return document


def find_file(session: Session, sha256: str) -> PublicFile | None:
    """A file that some published revision of a check of this site shows."""
    shown = select(PublicFile, Check.site).join(Check, col(Check.claim_id) == PublicFile.claim_id)
    found = session.exec(shown.where(PublicFile.sha256 == sha256)).all()
    return next((one for one, site in found if sites.is_here(site)), None)


def get_check(session: Session, claim_id: UUID) -> tuple[Check, Sequence[Revision]]:
    """A published check and its revisions, the first one first. Raises NotFound."""
    check = session.get(Check, claim_id)
    if check is None or check.path is None or check.revision == 0 or not sites.is_here(check.site):
        raise NotFound("There is no published check with this id.")
    return check, revisions_of(session, claim_id)


def find_check_at(session: Session, path: str) -> tuple[Check, Sequence[Revision]] | None:
    """The check at a path and its revisions, the first one first."""
    check = session.exec(select(Check).where(Check.path == path)).first()
    return (check, revisions_of(session, check.claim_id)) if check and sites.is_here(check.site) else None


def list_checks(session: Session, page: int) -> tuple[list[CheckRow], bool]:
    """A page of the list, newest first, and whether there are older ones. Raises NotFound beyond the last page."""
    top = _top(session, col(Check.position), page)
    rows = session.execute(
        select_columns(*ROW).where(_on_page(col(Check.position), top)).order_by(col(Check.position).desc())
    ).all()
    return [CheckRow(*row) for row in rows], top >= sites.places()[0] + PER_PAGE


class ShelfPage(NamedTuple):
    """A page of a shelf: its checks, and the place before which the next page begins (None on the last)."""

    shelf: ShelfRow
    rows: list[CheckRow]
    before: int | None


def find_moved(path: str) -> str | None:
    """Where the check is that once was at this path, or is at it on another site: its address there, else what follows the host.
    One read by the driver itself: whoever waits for a page asks again and again."""
    found = service.database.look_up(MOVED, path, path)
    if found is None:
        return None
    is_here = sites.is_here(found[1])
    if is_here and found[0] == path:
        return None
    return ("" if is_here else sites.numbered(found[1]).url) + f"/checks/{found[0]}"


def path_now(path: str) -> str:
    """Where the check is now that once was at this path. The path itself, if it has not moved."""
    return (find_moved(path) or "").removeprefix("/checks/") or path


def list_shelf(session: Session, kind: str, slug: str, before: int | None = None) -> ShelfPage:
    """A page of a topic, a claimant or a rating, newest first. It costs the same however deep it is. Raises NotFound."""
    shelf = session.get(Shelf, (sites.own(kind), slug))
    if shelf is None:
        raise NotFound("There is no such list.")
    chosen = select_columns(*ROW, col(Listing.position)).join(Listing, col(Listing.claim_id) == col(Check.claim_id))
    chosen = chosen.where(col(Listing.kind) == sites.own(kind), col(Listing.slug) == slug)
    if before is not None:
        chosen = chosen.where(col(Listing.position) < before)
    found = session.execute(chosen.order_by(col(Listing.position).desc()).limit(PER_PAGE + 1)).all()
    shown = found[:PER_PAGE]
    rows = [CheckRow(*row[:-1]) for row in shown]
    return ShelfPage(_shelf_row(shelf), rows, shown[-1][-1] if len(found) > PER_PAGE else None)


def list_shelves(session: Session, kind: str) -> list[ShelfRow]:
    """The topics, claimants or ratings with the most checks."""
    chosen = select(Shelf).where(Shelf.kind == sites.own(kind), Shelf.count > 0).order_by(col(Shelf.count).desc())
    return [_shelf_row(one) for one in session.exec(chosen.limit(MOST_SHELVES))]


def list_standings(session: Session, claimant: str) -> list[StandingRow]:
    """A claimant's record: how many of their claims have which rating, the most frequent first."""
    chosen = (
        select(Standing.rating, Shelf.name, Shelf.look, Standing.count)
        .join(Shelf, (col(Shelf.kind) == sites.own("rating")) & (col(Shelf.slug) == Standing.rating))
        .where(Standing.claimant == sites.own(claimant), Standing.count > 0)
        .order_by(col(Standing.count).desc(), col(Standing.rating))
    )
    return [StandingRow(*row) for row in session.exec(chosen)]


def list_policy(session: Session, name: str, language: str) -> Sequence[Policy]:
    """Every revision of a page on how the newsroom works, the newest first; in another language if it has none in this."""
    chosen = select(Policy).where(Policy.name == name).order_by(col(Policy.revision).desc())
    kept = session.exec(chosen).all()
    return [one for one in kept if one.language == language] or kept


def list_notices(session: Session, most: int = MOST_NOTICES) -> list[NoticeRow]:
    """What is being checked and readers were told of, the newest first. Those that were taken back, or whose case was
    closed, take no place from the others, however many there are."""
    chosen = select(Check).where(Check.revision == 0, col(Check.notice_at).is_not(None), col(Check.test).is_(False))
    chosen = chosen.where(Check.site == sites.here().number, col(Check.case_state).is_distinct_from("closed"))
    chosen = chosen.where(col(Check.notice)["stands"].as_boolean())
    checks = session.exec(chosen.order_by(col(Check.notice_at).desc()).limit(most)).all()
    return [
        NoticeRow(path=check.path or "", headline=told.headline, claim_text=told.claim.text, as_of=told.as_of)
        for check in checks
        if (told := check.posted)
    ]


def list_corrections(session: Session, page: int) -> tuple[list[CorrectionRow], bool]:
    """A page of corrections and other changes, newest first, and whether there are older ones. Raises NotFound."""
    top = _top(session, col(Revision.correction_number), page)
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
            col(before.rating_look),
            col(before.rating_words),
            col(Revision.rating_slug),
            col(Revision.rating_label),
            col(Revision.rating_look),
            col(Revision.rating_words),
            col(Revision.published_at),
        )
        .join(Check, col(Check.claim_id) == col(Revision.claim_id))
        .outerjoin(
            before,
            (col(before.claim_id) == col(Revision.claim_id)) & (col(before.revision) == col(Revision.revision) - 1),
        )
        .where(_on_page(col(Revision.correction_number), top))
        .order_by(col(Revision.correction_number).desc())
    ).all()
    return [CorrectionRow(*row) for row in rows], top >= sites.places()[0] + PER_PAGE


def get_dispute(session: Session, token: str) -> tuple[Dispute, Check]:
    """A dispute by its receipt's token, and the check that it is about. Raises NotFound."""
    chosen = select(Dispute, Check).join(Check, col(Check.claim_id) == col(Dispute.claim_id))
    found = session.exec(chosen.where(Dispute.receipt_hash == digest(token))).first()
    if found is None:
        raise NotFound("There is no receipt at this address. Was it copied whole?")
    return found[0], found[1]


def list_disputes(session: Session, page: int) -> tuple[list[DisputeRow], bool]:
    """A page of the disputes decided in public, the newest first, and whether there are older ones. Raises NotFound."""
    top = _top(session, col(Dispute.number), page)
    chosen = select(Dispute, Check.path, Revision.headline).join(Check, col(Check.claim_id) == col(Dispute.claim_id))
    chosen = chosen.join(
        Revision,
        (col(Revision.claim_id) == col(Dispute.claim_id)) & (col(Revision.revision) == col(Dispute.verdict_revision)),
    )
    placed = chosen.where(_on_page(col(Dispute.number), top))
    rows = session.exec(placed.order_by(col(Dispute.number).desc())).all()
    return [
        DisputeRow(
            path=path or "", headline=headline, verdict_revision=one.verdict_revision, made_at=one.made_at,
            decided_at=told.decided_at, decision=told.decision, reason=told.reason or "",
        )
        for one, path, headline in rows
        if (told := one.moved) and told.decided_at and told.decision
    ], top >= sites.places()[0] + PER_PAGE  # fmt: skip


ROW = (
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
    col(Check.rating_look),
    col(Check.rating_words),
    col(Check.written_in),
)


def _top(session: Session, place: Any, page: int) -> int:
    """The first place of a page of the site's list that goes by this column. Raises NotFound beyond the last page."""
    first, last = sites.places()
    newest = session.exec(select(func.max(place)).where(place.between(first, last))).one() or first - 1
    top: int = newest - (page - 1) * PER_PAGE
    if page < 1 or (top < first and page > 1):
        raise NotFound("The list does not go on that far.")
    return top


def _on_page(place: Any, top: int) -> Any:
    return place.between(max(sites.places()[0], top - PER_PAGE + 1), top)


def _shelf_row(one: Shelf) -> ShelfRow:
    return ShelfRow(one.kind, one.slug, one.name, one.about, one.same_as, one.count, one.look)

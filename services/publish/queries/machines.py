"""What feeds, crawlers, the search and the record as data ask. Lists go by places, which are dense and keep their order."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased, defer
from sqlmodel import Session, col, select

from services.publish import sites
from services.publish.listing import IN_SITEMAP
from services.publish.models import (
    Card,
    Check,
    Facet,
    FormerPath,
    HistoryHead,
    ReviewNode,
    Revision,
    Sitemap,
)
from services.publish.queries.pages import ROW
from services.publish.schemas import CheckRow, FacetKind
from shared.contracts import EXPLAINER, VerdictApproved
from shared.db import is_one_of

IN_FEED = 50


def list_latest(session: Session, under: Mapping[FacetKind, str] | None = None) -> list[CheckRow]:
    """The checks that were published or changed last, for feeds: all of them, or those that are found under all of these."""
    chosen = select_columns(*ROW).where(col(Check.position).is_not(None), col(Check.site) == sites.here().number)
    newest: Any = col(Check.updated_at)
    for number, (kind, slug) in enumerate((under or {}).items()):
        facet = aliased(Facet)
        its = (
            (col(facet.claim_id) == col(Check.claim_id))
            & (col(facet.kind) == sites.own(kind))
            & (col(facet.slug) == slug)
        )
        chosen = chosen.join(facet, its)
        newest = newest if number else col(facet.updated_at)
    rows = session.execute(chosen.order_by(newest.desc()).limit(IN_FEED)).all()
    return [CheckRow(*row) for row in rows]


def topics_of(session: Session, claim_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """The topics of checks, as people read them."""
    found: dict[UUID, list[str]] = {claim_id: [] for claim_id in claim_ids}
    chosen = select(Facet.claim_id, Facet.label).where(
        col(Facet.claim_id).in_(claim_ids), Facet.kind == sites.own("topic")
    )
    for claim_id, label in session.exec(chosen.order_by(Facet.label)):
        found[claim_id].append(label)
    return found


def list_review_nodes(session: Session, after: int, last: int, most: int) -> Sequence[ReviewNode]:
    """The ClaimReviews of listed checks between these places, in the order in which the checks were first published."""
    chosen = (
        select(ReviewNode)
        .where(ReviewNode.position > after, ReviewNode.position <= last)
        .order_by(col(ReviewNode.position))
        .limit(most)
    )
    return session.exec(chosen).all()


def review_nodes_at(session: Session, paths: Sequence[str]) -> dict[str, str]:
    """The ClaimReviews of the pages at these paths, as JSON."""
    chosen = select(ReviewNode.path, ReviewNode.node).join(Check, col(Check.position) == col(ReviewNode.position))
    return {path: node for path, node in session.exec(chosen.where(col(Check.path).in_(paths))) if node}


def last_kept(session: Session) -> datetime | None:
    """When the last ClaimReview was written or changed."""
    return session.exec(select(func.max(ReviewNode.kept_at))).one()


def list_sitemaps(session: Session) -> list[tuple[int, datetime]]:
    """The site's sitemaps, from 1, and when something last changed in each."""
    first, last = sites.places()
    start = first // IN_SITEMAP
    chosen = select(Sitemap).where(Sitemap.number >= start, Sitemap.number <= last // IN_SITEMAP)
    return [(one.number - start + 1, one.changed_at) for one in session.exec(chosen.order_by(col(Sitemap.number)))]


def list_addresses(session: Session, number: int) -> list[tuple[str, datetime]]:
    """Paths of the checks in one of the site's sitemaps, and when each last changed."""
    first, last = sites.places()
    start = first - 1 + (number - 1) * IN_SITEMAP
    if not first - 1 <= start < last:
        return []
    chosen = select(Check.path, Check.updated_at).where(col(Check.position).between(start, start + IN_SITEMAP - 1))
    rows = session.exec(chosen.order_by(col(Check.position))).all()
    return [(path, updated_at) for path, updated_at in rows if path and updated_at]


def list_since(session: Session, moment: datetime, most: int) -> list[CheckRow]:
    """The checks that were first published since, the newest first."""
    chosen = select_columns(*ROW).where(col(Check.position).is_not(None), col(Check.first_published_at) >= moment)
    chosen = chosen.where(col(Check.site) == sites.here().number)
    rows = session.execute(chosen.order_by(col(Check.position).desc()).limit(most)).all()
    return [CheckRow(*row) for row in rows]


def places_between(session: Session, since: datetime | None, until: datetime | None) -> tuple[int, int]:
    """The first and the last place in the list of what was first published in a time; checks stand there in that order."""
    moment, place = col(Check.first_published_at), col(Check.position)
    chosen = select(Check.position).where(place.is_not(None), Check.site == sites.here().number)
    first, last = sites.places()
    if since:
        first = session.exec(chosen.where(moment >= since).order_by(moment, place).limit(1)).first() or last
    if until:
        last = session.exec(chosen.where(moment < until).order_by(moment.desc(), place.desc()).limit(1)).first() or 0
    return first, last


def list_choices(session: Session, kind: FacetKind, most: int = 40) -> list[tuple[str, str]]:
    """What checks are found under of a kind, with how people read it: each by one look into the index, however many checks there
    are."""
    found: list[tuple[str, str]] = []
    while len(found) < most:
        chosen = select(Facet.slug, Facet.label).where(
            Facet.kind == sites.own(kind), Facet.slug > (found[-1][0] if found else "")
        )
        following = session.exec(chosen.order_by(col(Facet.slug)).limit(1)).first()
        if following is None:
            break
        found.append((following[0], following[1]))
    return found


def checks_at(session: Session, places: Sequence[int]) -> list[CheckRow]:
    """The checks in these places of the list, in this order."""
    rows = session.execute(select_columns(col(Check.position), *ROW).where(col(Check.position).in_(places))).all()
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
    return _here(_standing(session, Check.path == path))


def verdict_of(session: Session, claim_id: UUID) -> tuple[Check, VerdictApproved] | None:
    """A claim's check with its current verdict, if it stands."""
    return next(iter(_here(_standing(session, Check.claim_id == claim_id))), None)


def _here(found: list[tuple[Check, VerdictApproved]]) -> list[tuple[Check, VerdictApproved]]:
    return [one for one in found if sites.is_here(one[0].site)]


def _standing(session: Session, which: Any) -> list[tuple[Check, VerdictApproved]]:
    """Checks that stand in the lists, judge their claims and were not retracted."""
    current = (col(Check.claim_id) == col(Revision.claim_id)) & (col(Check.revision) == col(Revision.revision))
    chosen = select(Check, Revision).options(defer(Check.page)).join(Revision, current).where(which)  # type: ignore[arg-type]
    chosen = chosen.where(col(Check.position).is_not(None), Check.kind != "retraction", Check.rating_slug != EXPLAINER)
    return [(check, revision.shown) for check, revision in session.exec(chosen)]


def checks_of(session: Session, claim_ids: Collection[UUID]) -> dict[UUID, Check]:
    """The checks of claims that readers have been told of, without their pages."""
    chosen = select(Check).options(defer(Check.page)).where(col(Check.claim_id).in_(claim_ids))  # type: ignore[arg-type]
    return {check.claim_id: check for check in session.exec(chosen) if check.path}


def revisions_named(session: Session, named: Sequence[tuple[UUID, int]]) -> dict[tuple[UUID, int], Revision]:
    """These revisions, as far as there are such."""
    chosen = select(Revision).where(is_one_of((col(Revision.claim_id), col(Revision.revision)), named))
    return {(one.claim_id, one.revision): one for one in session.exec(chosen)}


def history_heads(session: Session, most: int) -> Sequence[HistoryHead]:
    """Heads of the desk's history, the newest first."""
    return session.exec(select(HistoryHead).order_by(col(HistoryHead.entries).desc()).limit(most)).all()


def find_history_head(session: Session, entries: int) -> HistoryHead | None:
    """The head that was noted when the history had so many entries."""
    return session.get(HistoryHead, entries)


def find_check(session: Session, claim_id: UUID) -> Check | None:
    """A check that this site's readers have been told of, without its page."""
    check = checks_of(session, [claim_id]).get(claim_id)
    return check if check and sites.is_here(check.site) else None


def get_card(session: Session, claim_id: UUID) -> Card | None:
    """The newest picture of a check."""
    return session.get(Card, claim_id)


def list_exported(session: Session, after: int, most: int) -> list[tuple[int, UUID, str]]:
    """Listed checks of the site after this place: place, claim, path."""
    chosen = select_columns(col(Check.position), col(Check.claim_id), col(Check.path))
    chosen = chosen.where(col(Check.position) > after, col(Check.position) <= sites.places()[1])
    return [tuple(row) for row in session.execute(chosen.order_by(col(Check.position)).limit(most))]


def list_former_paths(session: Session) -> list[tuple[str, str]]:
    """Every address that a listed check had once, and the one that it has now."""
    chosen = select(FormerPath.path, Check.path).join(Check, col(Check.claim_id) == col(FormerPath.claim_id))
    chosen = chosen.where(col(Check.position).is_not(None), Check.site == sites.here().number)
    return [(former, path) for former, path in session.exec(chosen) if path]

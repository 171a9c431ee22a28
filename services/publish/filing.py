"""Puts checks on the shelves that readers leaf through (topics, claimants, ratings), and knows which belong together.

A shelf is filled when a check is published or changed, so that a page of it is one stretch of an index however long it is, and
nothing is counted while a reader waits. Whoever calls holds the lock on the list of all checks: shelves are then filled in a row.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, tuple_
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from services.publish import sites
from services.publish.languages import of_the_site
from services.publish.models import Check, Listing, Revision, Shelf, Standing
from services.publish.rendering.links import slug_of
from shared.contracts import EXPLAINER, Party, Story, VerdictApproved
from shared.db import is_one_of

NAMESAKES = 20  # claimants whose names make the same slug
RELATED = 3  # of the same story, claimant, topic each
KINDS = ("story", "claimant", "topic")  # in the order in which they bring checks together

Place = tuple[str, str]  # a shelf: its kind, as the site has it, and its slug


def _newest() -> Any:
    mine, theirs = aliased(Listing), aliased(Listing)
    on_it = select(col(theirs.position)).where(col(theirs.kind) == col(mine.kind), col(theirs.slug) == col(mine.slug))
    newest = [
        on_it.order_by(col(theirs.position).desc()).offset(number).limit(1).scalar_subquery()
        for number in range(RELATED + 1)
    ]
    chosen = select_columns(col(mine.kind), col(mine.slug), *newest).distinct()
    of_these = col(mine.claim_id).in_(bindparam("ids", expanding=True))
    return chosen.where(of_these, col(mine.kind).in_(bindparam("kinds", expanding=True)))


# To write these takes longer than to ask them.
NEWEST = _newest()
LISTINGS = select(Listing).where(col(Listing.claim_id).in_(bindparam("ids", expanding=True)))
SHELVES = select(Shelf).where(  # as `is_one_of` says it
    col(Shelf.kind).in_(bindparam("kinds", expanding=True)),
    col(Shelf.slug).in_(bindparam("slugs", expanding=True)),
    tuple_(col(Shelf.kind), col(Shelf.slug)).in_(bindparam("places", expanding=True)),
)


class Related(NamedTuple):
    """A check that belongs to another, and what they have in common."""

    kind: str
    path: str
    headline: str
    revision_kind: str
    rating_slug: str
    rating_label: str
    rating_look: str | None
    rating_words: dict[str, Any] | None
    language: str | None


def put_on_shelves(session: Session, check: Check, verdict: VerdictApproved, *, is_new: bool = False) -> set[Place]:
    """Put a check where its current revision, as readers see it, belongs, and take it from where it stood before, unless it
    `is_new` here. Tests stand nowhere. Returns where it stands, or stood.

    A retracted one keeps its topics and its claimant, and has no rating any more.
    """
    if check.position is None:
        return set()
    claimant = verdict.claim.claimant
    with session.no_autoflush:  # the check is written with all of it
        check.claimant_slug = _claimant(session, claimant).slug if claimant else None
    wanted = _places(check, verdict)
    present = {} if is_new else {(one.kind, one.slug): one for one in _listings(session, [check])}
    shelves = _shelves(session, wanted.keys() | present.keys())
    for place in present.keys() - wanted.keys():
        session.delete(present[place])
    for kind, slug in wanted.keys() - present.keys():
        session.add(Listing(kind=kind, slug=slug, position=check.position, claim_id=check.claim_id))
    for place, name in wanted.items():
        _name(session, shelves, place, name, verdict)
    _count(session, shelves, present.keys(), wanted.keys())
    session.flush()
    return present.keys() | wanted.keys()


def name_ratings(session: Session, slugs: Sequence[str]) -> None:
    """Call the site's lists of these ratings as their newest checks are called, which a desk may have renamed meanwhile."""
    for slug in slugs:
        shelf = session.get(Shelf, (sites.own("rating"), slug))
        on_it = select(Listing.claim_id).where(Listing.kind == sites.own("rating"), Listing.slug == slug)
        newest = session.exec(on_it.order_by(col(Listing.position).desc()).limit(1)).first()
        current = (col(Revision.claim_id) == col(Check.claim_id)) & (col(Revision.revision) == col(Check.revision))
        chosen = select(Revision).join(Check, current).where(Revision.claim_id == newest)
        if shelf and (revision := session.exec(chosen).first()):
            rating = revision.rating.in_language(of_the_site().language)
            shelf.name, shelf.about, shelf.look = rating.label, rating.meaning or shelf.about, rating.look
            session.add(shelf)


def related(session: Session, checks: Sequence[Check]) -> dict[UUID, list[Related]]:
    """Of each of these, the checks of the same story, by the same claimant or on the same topics, the newest first; each once. Two
    statements, however many are asked for."""
    mine = {check.claim_id: set[tuple[str, str]]() for check in checks}
    kinds = {sites.own(name, site): name for site in sites.every().values() for name in KINDS}
    for one in _listings(session, checks):
        if one.kind in kinds:
            mine[one.claim_id].add((one.kind, one.slug))
    newest = _newest_on(session, checks, kinds)
    rows = _related_rows(session, {place for places in newest.values() for place in places})
    return {check.claim_id: _beside(check, mine[check.claim_id], kinds, newest, rows) for check in checks}


def _places(check: Check, verdict: VerdictApproved) -> dict[Place, str]:
    """Where it belongs, by kind and slug, each with the name that the shelf gets from it (none if it has one from elsewhere)."""
    topic, claimant, rating, story = map(sites.own, ("topic", "claimant", "rating", "story"))
    places = {(topic, slug): name for name in verdict.claim.tags if (slug := slug_of(name))}
    if check.claimant_slug:
        places[claimant, check.claimant_slug] = ""
    if verdict.kind != "retraction" and (slug := slug_of(verdict.rating.slug)):
        places[rating, slug] = verdict.rating.in_language(of_the_site().language).label
    if told := _story(verdict.claim.story):
        places[story, told] = ""
    return places


def _listings(session: Session, checks: Sequence[Check]) -> Sequence[Listing]:
    return session.exec(LISTINGS, params={"ids": [check.claim_id for check in checks]}).all()


Shelves = dict[Place, Shelf]


def _shelves(session: Session, places: Iterable[Place]) -> Shelves:
    """Those that there are. Whoever works with them holds them: the session forgets what nobody holds, and would ask again."""
    wanted = sorted(places)
    told = {
        "kinds": sorted({kind for kind, _ in wanted}),
        "slugs": sorted({slug for _, slug in wanted}),
        "places": wanted,
    }
    return {(one.kind, one.slug): one for one in session.exec(SHELVES, params=told)}


def _name(session: Session, shelves: Shelves, place: Place, name: str, verdict: VerdictApproved) -> None:
    """A new shelf has the name that it is first given; a rating is called as its newest verdict calls it."""
    shelf = shelves.get(place)
    if name and shelf is None:
        shelf = shelves[place] = Shelf(kind=place[0], slug=place[1], name=name)
    if shelf is not None and shelf.kind == sites.own("rating"):
        meaning = verdict.rating.in_language(of_the_site().language).meaning
        shelf.name, shelf.about = name, meaning or shelf.about
        shelf.look = verdict.rating.look
    if shelf is not None:
        session.add(shelf)


def _newest_on(session: Session, checks: Sequence[Check], kinds: Iterable[str]) -> dict[Place, list[int]]:
    """The newest places on each shelf that brings one of these together with others: one more than are shown, because it may be
    its own. Each is a look into the index, however long the shelf is."""
    found = session.execute(NEWEST, {"ids": [check.claim_id for check in checks], "kinds": sorted(kinds)})
    return {(kind, slug): [place for place in places if place is not None] for kind, slug, *places in found}


def _related_rows(session: Session, positions: set[int]) -> dict[int, tuple[Any, ...]]:
    """What is shown of the checks in these places."""
    chosen = select_columns(
        col(Check.position), col(Check.path), col(Check.headline), col(Check.kind), col(Check.rating_slug),
        col(Check.rating_label), col(Check.rating_look), col(Check.rating_words), col(Check.language),
    ).where(col(Check.position).in_(sorted(positions)))  # fmt: skip
    return {position: tuple(row) for position, *row in session.execute(chosen)} if positions else {}


def _beside(
    check: Check,
    mine: set[Place],
    kinds: Mapping[str, str],
    newest: Mapping[Place, list[int]],
    rows: Mapping[int, tuple[Any, ...]],
) -> list[Related]:
    found: dict[int, Related] = {}
    for name in KINDS:
        places = {at for on in mine if kinds[on[0]] == name for at in newest.get(on, ())} - {check.position}
        for at in sorted(places, reverse=True)[:RELATED]:
            found.setdefault(at, Related(name, *rows[at]))
    return list(found.values())[: RELATED * 2]


def _claimant(session: Session, party: Party) -> Shelf:
    """The claimant's shelf. Two who share a name and are known to be different have one each."""
    kind = sites.own("claimant")
    if party.same_as:
        known = select(Shelf).where(Shelf.kind == kind, Shelf.same_as == party.same_as)
        if shelf := session.exec(known).first():
            return shelf
    base = slug_of(party.name) or sha256(party.name.encode()).hexdigest()[:12]
    slugs = [
        base,
        *(f"{base}-{number}" for number in range(2, NAMESAKES)),
        f"{base}-{sha256(repr(party).encode()).hexdigest()[:8]}",
    ]
    taken = {one.slug: one for one in session.exec(select(Shelf).where(Shelf.kind == kind, col(Shelf.slug).in_(slugs)))}
    for slug in slugs:
        shelf = taken.get(slug)
        if shelf is None:
            shelf = Shelf(kind=kind, slug=slug, name=party.name)
        elif shelf.name.casefold() != party.name.casefold() or (
            shelf.same_as and party.same_as and shelf.same_as != party.same_as
        ):
            continue
        shelf.same_as = shelf.same_as or party.same_as
        shelf.about = _office(party) or shelf.about
        session.add(shelf)
        session.flush()
        return shelf
    return taken[slugs[-1]]


def _office(party: Party) -> str | None:
    office = [party.title, party.organization if party.organization != party.name else None]
    return ", ".join(part for part in office if part) or None


def _story(story: Story | None) -> str | None:
    """What tells a story from others, as a short key; None if nothing does."""
    if story is None:
        return None
    told: Any = story.external_id or story.url or (story.headline and f"{story.publisher}\n{story.headline}")
    return sha256(told.encode()).hexdigest()[:24] if told else None


def _count(session: Session, shelves: Shelves, before: Iterable[Place], after: Iterable[Place]) -> None:
    """Count it out of where it stood, and into where it stands."""
    standings = Counter[tuple[str, str]]()
    for places, by in ((before, -1), (after, +1)):
        for place in places:
            if shelf := shelves.get(place):
                shelf.count += by
        claimants = [sites.own(slug) for kind, slug in places if kind == sites.own("claimant")]
        # an explainer judges nothing
        ratings = [slug for kind, slug in places if kind == sites.own("rating") and slug != EXPLAINER]
        standings.update({(claimant, rating): by for claimant in claimants for rating in ratings})
    changed = {key: by for key, by in standings.items() if by}
    kept = select(Standing).where(is_one_of((col(Standing.claimant), col(Standing.rating)), sorted(changed)))
    known = {(one.claimant, one.rating): one for one in session.exec(kept)} if changed else {}
    for (claimant, rating), by in changed.items():
        standing = known.get((claimant, rating)) or Standing(claimant=claimant, rating=rating)
        standing.count += by
        session.add(standing)

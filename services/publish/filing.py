"""Puts checks on the shelves that readers leaf through (topics, claimants, ratings), and knows which belong together.

A shelf is filled when a check is published or changed, so that a page of it is one stretch of an index however long it is, and
nothing is counted while a reader waits. Whoever calls holds the lock on the list of all checks: shelves are then filled in a row.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from services.publish import sites
from services.publish.models import Check, Listing, Shelf, Standing
from services.publish.rendering.links import slug_of
from shared.contracts import EXPLAINER, Party, Story, VerdictApproved

NAMESAKES = 20  # claimants whose names make the same slug
RELATED = 3  # of the same story, claimant, topic each
KINDS = ("story", "claimant", "topic")  # in the order in which they bring checks together


class Related(NamedTuple):
    """A check that belongs to another, and what they have in common."""

    kind: str
    path: str
    headline: str
    revision_kind: str
    rating_slug: str
    rating_label: str
    rating_look: str | None
    language: str | None


def put_on_shelves(session: Session, check: Check, verdict: VerdictApproved) -> None:
    """Put a check where its current revision belongs, and take it from where it stood before. Tests stand nowhere.

    A retracted one keeps its topics and its claimant, and has no rating any more.
    """
    if check.position is None:
        return
    claimant = verdict.claim.claimant
    check.claimant_slug = _claimant(session, claimant).slug if claimant else None
    wanted = _places(check, verdict)
    present = {(one.kind, one.slug): one for one in _listings(session, check)}
    _count(session, set(present), -1)
    for place in present.keys() - wanted.keys():
        session.delete(present[place])
    for kind, slug in wanted.keys() - present.keys():
        session.add(Listing(kind=kind, slug=slug, position=check.position, claim_id=check.claim_id))
    for place, name in wanted.items():
        _name(session, place, name, verdict)
    session.flush()
    _count(session, set(wanted), +1)
    session.flush()


def related(session: Session, check: Check) -> list[Related]:
    """Checks of the same story, by the same claimant or on the same topics, the newest first; each once."""
    mine = _listings(session, check)
    found: dict[str, Related] = {}
    for name in KINDS:
        kind = sites.own(name)
        slugs = [one.slug for one in mine if one.kind == kind]
        for row in _newest_on(session, name, slugs, check) if slugs else ():
            found.setdefault(row.path, row)
    return list(found.values())[: RELATED * 2]


def _places(check: Check, verdict: VerdictApproved) -> dict[tuple[str, str], str]:
    """Where it belongs, by kind and slug, each with the name that the shelf gets from it (none if it has one from elsewhere)."""
    topic, claimant, rating, story = map(sites.own, ("topic", "claimant", "rating", "story"))
    places = {(topic, slug): name for name in verdict.claim.tags if (slug := slug_of(name))}
    if check.claimant_slug:
        places[claimant, check.claimant_slug] = ""
    if verdict.kind != "retraction" and (slug := slug_of(verdict.rating.slug)):
        places[rating, slug] = verdict.rating.label
    if told := _story(verdict.claim.story):
        places[story, told] = ""
    return places


def _listings(session: Session, check: Check) -> Sequence[Listing]:
    return session.exec(select(Listing).where(Listing.claim_id == check.claim_id)).all()


def _name(session: Session, place: tuple[str, str], name: str, verdict: VerdictApproved) -> None:
    """A new shelf has the name that it is first given; a rating is called as its newest verdict calls it."""
    shelf = session.get(Shelf, place)
    if name and shelf is None:
        shelf = Shelf(kind=place[0], slug=place[1], name=name)
    if shelf is not None and shelf.kind == sites.own("rating"):
        shelf.name, shelf.about = name, verdict.rating.meaning or shelf.about
        shelf.look = verdict.rating.look
    if shelf is not None:
        session.add(shelf)


def _newest_on(session: Session, kind: str, slugs: Sequence[str], check: Check) -> list[Related]:
    chosen = (
        select_columns(
            col(Check.path), col(Check.headline), col(Check.kind), col(Check.rating_slug), col(Check.rating_label),
            col(Check.rating_look), col(Check.language),
        )
        .join(Listing, col(Listing.claim_id) == col(Check.claim_id))
        .where(col(Listing.kind) == sites.own(kind), col(Listing.slug).in_(slugs), col(Listing.claim_id) != check.claim_id)
        .order_by(col(Listing.position).desc())
        .limit(RELATED)
    )  # fmt: skip
    return [Related(kind, *row) for row in session.execute(chosen)]


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


def _count(session: Session, places: set[tuple[str, str]], by: int) -> None:
    for kind, slug in sorted(places):
        if shelf := session.get(Shelf, (kind, slug)):
            shelf.count += by
    claimants = [slug for kind, slug in places if kind == sites.own("claimant")]
    ratings = [
        slug for kind, slug in places if kind == sites.own("rating") and slug != EXPLAINER
    ]  # it judges nothing that they said
    for claimant in map(sites.own, claimants):
        for rating in ratings:
            standing = session.get(Standing, (claimant, rating)) or Standing(claimant=claimant, rating=rating)
            standing.count += by
            session.add(standing)

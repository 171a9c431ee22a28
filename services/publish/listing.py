"""What feeds and the search know of a check that stands in the lists: its ClaimReview as text, and what it is found under.

Written whenever its page is rendered, so that `rerender` writes all of it anew.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col, select

from services.publish import rendering, search, sites
from services.publish.languages import called, of_the_site
from services.publish.models import Check, Facet, ReviewNode, Revision, Sitemap
from services.publish.rendering.links import slug_of
from services.publish.rendering.readable import plain
from services.publish.schemas import FacetKind
from shared.clock import now
from shared.contracts import VerdictApproved

FOLDER = Path(__file__).parent
SHARED = FOLDER.parents[1] / "shared"
FILED_BY = (
    *(FOLDER / name for name in ("listing.py", "filing.py", "search", "rendering/links.py")),
    *(SHARED / name for name in ("readable.py", "markdown.py", "inside.py", "hostnames.py")),
    *(SHARED / "matching" / name for name in ("words.py", "languages.py", "ukrainian.py")),
)
IN_SITEMAP = 50_000  # places; as many addresses as the protocol allows


def keep(session: Session, check: Check, revisions: Sequence[Revision], *, is_new: bool = False) -> None:
    """Write down the current revision of a check, in place of the one before, unless it `is_new` here. A newsroom's tests stand in
    no list."""
    if check.position is None or check.path is None or check.updated_at is None or check.first_published_at is None:
        return
    before = None if is_new else session.get(ReviewNode, check.position)
    kept = before or ReviewNode(
        position=check.position,
        path=check.path,
        first_published_at=check.first_published_at,
        updated_at=check.updated_at,
        kept_at=now(),
    )
    text = node_of(check, revisions)
    if (kept.node, kept.path, kept.updated_at) != (text, check.path, check.updated_at):
        kept.node, kept.path, kept.updated_at, kept.kept_at = text, check.path, check.updated_at, now()
    session.add(kept)
    verdict = revisions[-1].verdict
    facets = facets_of(check, verdict)
    search.keep(session, check, verdict, facets, is_new=is_new)
    if not is_new:
        session.execute(delete(Facet).where(col(Facet.claim_id) == check.claim_id))
    session.add_all(
        Facet(claim_id=check.claim_id, kind=sites.own(kind), slug=slug, label=label, updated_at=check.updated_at)
        for (kind, slug), label in facets.items()
    )
    part = session.get(Sitemap, number := check.position // IN_SITEMAP) or Sitemap(
        number=number, changed_at=check.updated_at
    )
    part.changed_at = max(part.changed_at, check.updated_at)
    session.add(part)
    session.flush()


def keep_nodes(session: Session, nodes: Mapping[int, str | None]) -> None:
    """Write down ClaimReviews that would be made otherwise now, by the places of their checks."""
    kept = session.exec(select(ReviewNode).where(col(ReviewNode.position).in_(nodes)))
    for one in kept:
        if one.node != nodes[one.position]:
            one.node, one.kept_at = nodes[one.position], now()
            session.add(one)


def node_of(check: Check, revisions: Sequence[Revision]) -> str | None:
    """The ClaimReview of a check's current revision as text; None if it has none."""
    node = rendering.review_node(check, revisions)
    return json.dumps(node, ensure_ascii=False) if node else None


@cache
def _code() -> str:
    """All that decides where checks are found, as this process has it."""
    found = sha256()
    for path in sorted(path for part in FILED_BY for path in (part.rglob("*.py") if part.is_dir() else [part])):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()


def version() -> str:
    """Changes whenever checks would be filed otherwise, on shelves or under words: with the code and the sites' languages."""
    told = [f"{site.number} {site.language}" for site in sites.every().values()]
    return sha256("\n".join([_code(), *told]).encode()).hexdigest()[:16]


def index_again(session: Session, claim_ids: Sequence[UUID]) -> None:
    """Write down anew what listed checks are found by."""
    current = (col(Revision.claim_id) == col(Check.claim_id)) & (col(Revision.revision) == col(Check.revision))
    chosen = select(Check, Revision).join(Revision, current).where(col(Check.claim_id).in_(claim_ids))
    for check, revision in session.exec(chosen.where(col(Check.position).is_not(None))):
        search.keep(session, check, revision.verdict, facets_of(check, revision.verdict))


def facets_of(check: Check, verdict: VerdictApproved) -> dict[tuple[FacetKind, str], str]:
    """What a check is found under, by kind and by the word that stands in addresses: how people read it."""
    found: dict[tuple[FacetKind, str], str] = {}
    if check.kind != "retraction":
        found["rating", slug_of(check.rating_slug or "")] = rating_here(check)
    if check.claimant and check.claimant_slug:
        found["claimant", check.claimant_slug] = plain(check.claimant)
    for tag in verdict.claim.tags:
        found.setdefault(("topic", slug_of(tag)), plain(tag))
    for tag in languages(check.written_in or check.language or sites.here().language):
        found["language", tag] = tag
    return {(kind, slug): label for (kind, slug), label in found.items() if slug}


def rating_here(check: Check) -> str:
    """What a check's rating is called in lists of its site."""
    return plain(called(of_the_site(), check.rating_label, check.rating_words))


def languages(tag: str) -> Iterator[str]:
    """A language tag, and what it is a kind of: pt-BR is pt, too."""
    parts = tag.lower().split("-")
    for length in range(1, len(parts) + 1):
        yield "-".join(parts[:length])

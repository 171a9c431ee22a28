"""Puts what is known into the templates. They get finished things and never query.

A plain Jinja environment: the worker renders without a web request, and the web side renders lists by the same.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from services.publish.models import Check, Dispute, Policy, Revision
from services.publish.rendering import links, words
from services.publish.rendering.claim_review import Node, claim_review
from services.publish.rendering.readable import plain, readable
from services.publish.schemas import (
    CheckOut,
    CheckRow,
    CorrectionRow,
    NoticeRow,
    RevisionOut,
    SearchResults,
    ShelfRow,
    StandingRow,
)
from services.publish.service import service
from shared.contracts import Evidence, EvidenceStance, NoticePosted, VerdictApproved
from shared.contracts.attribution import draw
from shared.contracts.policies import starter
from shared.markdown import to_html

FOLDER = Path(__file__).parents[1]
KINDS = {
    "first": "First published",
    "correction": "Correction",
    "clarification": "Clarification",
    "update": "Update",
    "retraction": "Retraction",
}
SHAPES = (
    "true", "mostly-true", "half-true", "mostly-false", "false", "misleading", "missing-context", "unproven", "satire"
)  # fmt: skip
SIDES: tuple[tuple[EvidenceStance, str], ...] = (
    ("supports", "For the claim"),
    ("refutes", "Against the claim"),
    ("context", "Context"),
)


class Change(NamedTuple):
    """A revision as the boxes and lists of a page tell of it."""

    number: int
    kind: str
    label: str
    text: str | None
    headline: str
    slug: str
    rating: str
    old_slug: str | None
    old_rating: str | None
    published_at: Any
    url: str

    @property
    def changes_rating(self) -> bool:
        return self.old_rating is not None and self.old_rating != self.rating


def address(check: Check) -> str:
    """The permanent address of a check's page."""
    return f"{service.settings.public_base_url}/checks/{check.path}"


def etag(page: bytes) -> str:
    """Changes whenever a byte of the page does."""
    return sha256(page).hexdigest()[:32]


def site() -> dict[str, str]:
    """Who publishes this, and where."""
    settings = service.settings
    return {"name": settings.site_name, "url": settings.public_base_url, "language": settings.language}


def verdict_page(
    check: Check, revisions: Sequence[Revision], beside: Sequence[Any] = (), disputes: Sequence[Dispute] = ()
) -> bytes:
    """The page of a check's current revision, from everything that has been published of it (oldest first). `beside` are
    related checks, `disputes` what readers challenged and the desk decided."""
    context = _context(check, [one for one in revisions if one.revision <= check.revision])
    context["claim_review"] = review_node(check, revisions)
    context["disputes"] = [(one.made_at, told) for one in disputes if (told := one.moved)]
    return _render(
        "check.html", **context, superseded_by=None, rechecking_since=_rechecking_since(check), beside=beside
    )


def review_node(check: Check, revisions: Sequence[Revision]) -> Node | None:
    """The ClaimReview of a check's current revision, from all that were published of it (oldest first); none if it is retracted."""
    current = [one for one in revisions if one.revision <= check.revision]
    verdict = readable(current[-1].verdict)
    if verdict.kind == "retraction":
        return None
    first, *later = _changes(check, current)
    changes = [(one.published_at, one.text or one.label) for one in later]
    return claim_review(verdict, address(check), site(), check.first_published_at or first.published_at, changes)


def revision_page(check: Check, revisions: Sequence[Revision], number: int) -> bytes:
    """One revision as readers saw it, saying that it is not, or is, the one that stands."""
    context = _context(check, [one for one in revisions if one.revision <= number])
    newer = next((one for one in _changes(check, revisions) if one.number == check.revision), None)
    superseded_by = newer if number < check.revision else None
    return _render(
        "check.html",
        **(context | {"is_revision": True}),
        superseded_by=superseded_by,
        rechecking_since=None,
        beside=(),
    )


def notice_page(check: Check) -> bytes:
    """What readers are told before there is a verdict: that the claim is reported, and not verified as of a time."""
    told = readable(NoticePosted.model_validate(check.notice))
    return _render(
        "notice.html",
        notice=told,
        verdict=told,
        text=to_html(told.text),
        is_over=check.case_state == "closed",
        noindex=check.test or not told.stands,
        **_claim_context(check, told, told.as_of),
    )


def checks_page(rows: Sequence[CheckRow], page: int, has_older: bool, notices: Sequence[NoticeRow] = ()) -> bytes:
    """A page of the list of all checks; before the first what is being checked."""
    return _render("checks.html", rows=rows, page=page, has_older=has_older, notices=notices)


def corrections_page(rows: Sequence[CorrectionRow], page: int, has_older: bool) -> bytes:
    """A page of the list of all corrections and other changes."""
    return _render("corrections.html", rows=rows, page=page, has_older=has_older)


def shelf_page(
    shelves: str,
    shelf: ShelfRow,
    rows: Sequence[CheckRow],
    standings: Sequence[StandingRow],
    before: int | None,
    is_first: bool,
) -> bytes:
    """A page of a topic, a claimant or a rating; a claimant's begins with how their claims were rated."""
    return _render(
        "shelf.html", shelves=shelves, shelf=shelf, rows=rows, standings=standings, before=before, is_first=is_first
    )


def shelves_page(shelves: str, found: Sequence[ShelfRow]) -> bytes:
    """The topics, claimants or ratings that there are."""
    return _render("shelves.html", shelves=shelves, found=found)


def being_checked_page(notices: Sequence[NoticeRow]) -> bytes:
    """What is reported and being checked."""
    return _render("being_checked.html", notices=notices)


def policy_page(name: str, revisions: Sequence[Policy], number: int | None = None) -> bytes:
    """A page on how the newsroom works: as it reads now, or in one revision. Until the desk posts it, what holds for every desk."""
    shown = next((one for one in revisions if one.revision == number or number is None), None)
    title, text = (shown.title, shown.text) if shown else starter(name)
    return _render("policy.html", name=name, title=title, text=to_html(text), shown=shown, revisions=revisions)


def search_page(asked: Mapping[str, Any], results: SearchResults | None, options: Mapping[str, Any]) -> bytes:
    """The search: what was asked, what there is to choose from, and what was found, if anything was asked."""
    return _render("search.html", asked=asked, results=results, options=options)


def record_of(check: Check, revisions: Sequence[Revision]) -> CheckOut:
    """The same as the page, as data."""
    current = next(one for one in revisions if one.revision == check.revision)
    history = [
        RevisionOut(
            revision=one.number, kind=one.kind, change=one.text, headline=one.headline, rating=one.slug,
            published_at=one.published_at, url=one.url,
        )
        for one in _changes(check, revisions)
    ]  # fmt: skip
    return CheckOut.model_validate(
        {
            **current.verdict.model_dump(),
            "id": check.claim_id,
            "url": address(check),
            "first_published_at": check.first_published_at,
            "published_at": current.published_at,
            "rechecking_since": _rechecking_since(check),
            "test": check.test,
            "revisions": history,
        }
    )


def _context(check: Check, revisions: Sequence[Revision]) -> dict[str, Any]:
    """What the template shows of the last of these revisions, in the light of those before it."""
    verdict = readable(revisions[-1].verdict)
    return {
        **_claim_context(check, verdict, verdict.approved_at),
        "verdict": verdict,
        "text": to_html(verdict.text),
        "evidence": _by_side(verdict.evidence),
        "changes": _changes(check, revisions),
        "timeline": _timeline(check, revisions),
        "noindex": check.test,
        "claim_review": None,
        "is_revision": False,
        "disputes": [],
    }


def _claim_context(check: Check, told: VerdictApproved | NoticePosted, as_of: datetime) -> dict[str, Any]:
    """What every page shows of a claim: its words, who says what, who was asked."""
    claim = told.claim
    return {
        "url": address(check),
        "claim_id": check.claim_id,
        "claim": claim,
        "story": claim.story,
        "claimant": words.party(claim.claimant) if claim.claimant else None,
        "statements": words.statements(claim.statements),
        "picture": draw(told.wording or claim.text, claim.statements, claim.requests_for_comment),
        "sum": words.sum_of(claim.statements, claim.requests_for_comment) if claim.statements else None,
        "requests": words.requests(claim.requests_for_comment, as_of=as_of),
    }


def _changes(check: Check, revisions: Sequence[Revision]) -> list[Change]:
    """Every revision with the rating of the one before it, oldest first."""
    by_number = {one.revision: one for one in revisions}
    found = []
    for one in revisions:
        before = by_number.get(one.revision - 1)
        found.append(
            Change(
                number=one.revision,
                kind=one.kind,
                label=KINDS[one.kind],
                text=plain(one.change) if one.change else None,
                headline=plain(one.headline),
                slug=one.rating_slug,
                rating=plain(one.rating_label),
                old_slug=before.rating_slug if before else None,
                old_rating=plain(before.rating_label) if before else None,
                published_at=one.published_at,
                url=f"{address(check)}/revisions/{one.revision}",
            )
        )
    return found


def _by_side(evidence: Sequence[Evidence]) -> list[tuple[str, str, list[tuple[int, Evidence]]]]:
    """For, against, context; numbered through, so that a number means one source on the whole page."""
    sides: list[tuple[str, str, list[tuple[int, Evidence]]]] = []
    number = 0
    for stance, label in SIDES:
        items = []
        for one in evidence:
            if one.stance == stance:
                number += 1
                items.append((number, one))
        sides.append((stance, label, items))
    return sides


def _timeline(check: Check, revisions: Sequence[Revision]) -> list[tuple[Any, Markup]]:
    """What happened when, from the records of all revisions; each act once."""
    acts: list[tuple[Any, Markup]] = []
    for one in revisions:
        verdict = readable(one.verdict)
        acts += _acts(verdict)
        said = f"Published: {KINDS[one.kind].lower()}, revision {one.revision}" if one.revision > 1 else "Published"
        acts.append((one.published_at, Markup("{}").format(said)))
    if check.notice_at is not None:
        acts.append((check.notice_at, Markup("Readers told that it was reported and not verified")))
        acts.sort(key=lambda act: act[0])
    return list(dict.fromkeys(acts))


def _acts(verdict: VerdictApproved) -> list[tuple[Any, Markup]]:
    checkers = Markup(", ").join(words.bdi(name) for name in verdict.checked_by)
    approvers = Markup(", ").join(words.bdi(name) for name in verdict.panel or (verdict.approved_by,))
    acts = [
        (verdict.received_at, Markup("Claim received")),
        (verdict.taken_at, Markup("Taken up by a fact-checker")),
        (verdict.checked_at, Markup("Checked by {}").format(checkers) if checkers else Markup("Checked")),
        (verdict.approved_at, Markup("Approved by {}").format(approvers)),
    ]
    return [(at, act) for at, act in acts if at is not None]


def _rechecking_since(check: Check) -> Any:
    return check.rechecking_since if check.is_rechecking else None


def _render(template: str, **context: Any) -> bytes:
    page = (
        _environment().get_template(template).render(site=site(), sample_desk=service.settings.sample_desk, **context)
    )
    return page.encode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals.update(static_url=_static_url)
    environment.filters.update(
        day=words.day,
        moment=words.moment,
        web=links.web,
        host=links.host,
        plain=plain,
        shape=_shape,
        kind=KINDS.get,
        slug=links.slug_of,
    )
    return environment


def _shape(slug: str) -> str:
    """The name of a rating's shape and colour. Ratings of a desk's own share one."""
    return slug if slug in SHAPES else "other"


@cache
def _static_url(filename: str) -> str:
    """As `shared.web` makes it: it changes with the file's content."""
    return f"/static/{filename}?v={sha256((FOLDER / 'static' / filename).read_bytes()).hexdigest()[:12]}"

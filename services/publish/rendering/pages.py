"""Puts what is known of a check into the templates. They get finished things and never query."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any, NamedTuple

from markupsafe import Markup

from services.publish import sites
from services.publish.languages import Words, beside_page, called, in_language, named_in, of_the_site
from services.publish.models import Check, Dispute, Revision
from services.publish.rendering import links, words
from services.publish.rendering.card import card_address, card_of, headline_of, title_of
from services.publish.rendering.claim_review import Node, article, claim_review
from services.publish.rendering.environment import render, site
from services.publish.rendering.readable import plain, readable
from services.publish.rendering.sources import with_numbers
from services.publish.schemas import CheckOut, RevisionOut
from shared.contracts import (
    EXPLAINER,
    CorrectionsUrged,
    Evidence,
    EvidenceStance,
    NoticePosted,
    Rating,
    VerdictApproved,
)
from shared.contracts.attribution import draw
from shared.diffs import changed_paragraphs
from shared.markdown import to_html, to_text

SIDES: tuple[EvidenceStance, ...] = ("supports", "refutes", "context")
CONCLUSIONS = ("summary", "text", "unknown")
COMPARED = ("headline", "rating", "summary", "text", "unknown", "confidence", "rests_on")


class Change(NamedTuple):
    """A revision as the boxes and lists of a page tell of it."""

    number: int
    kind: str
    label: str
    text: str | None
    headline: str
    slug: str
    rating: str
    look: str | None
    spoken: str | None  # the language of its rating's name, where it is not the page's
    old_slug: str | None
    old_rating: str | None
    old_look: str | None
    old_spoken: str | None
    published_at: Any
    url: str
    concludes_otherwise: bool
    changes_rating: bool
    called: str | None  # what its rating was called when it was published, if that was something else
    called_in: str | None  # the language of that name, where it is not the page's


def address(check: Check) -> str:
    """The permanent address of a check's page."""
    return f"{sites.numbered(check.site).url}/checks/{check.path}"


def verdict_page(
    check: Check,
    revisions: Sequence[Revision],
    beside: Sequence[Any] = (),
    disputes: Sequence[Dispute] = (),
    others: Sequence[Check] = (),
) -> bytes:
    """The page of a check's current revision, from everything that has been published of it (oldest first). `beside` are
    related checks, `disputes` what readers challenged and the desk decided, `others` the checks that say the same in other
    languages."""
    t = in_language(check.written_in)
    context = _context(check, [one for one in revisions if one.revision <= check.revision], t, is_now=True)
    context["claim_review"] = review_node(check, revisions) or _explainer_node(check, context)
    context["urged"] = readable(CorrectionsUrged.model_validate(check.urged)).urged if check.urged else ()
    context["disputes"] = [(one.made_at, told) for one in disputes if (told := one.moved)]
    return render(
        "check.html",
        t,
        **context,
        superseded_by=None,
        rechecking_since=_rechecking_since(check),
        beside=beside,
        alternates=[(one.written_in, in_language(one.written_in).name, address(one)) for one in others],
        versions=_versions([check, *others]),
    )


def _versions(checks: Sequence[Check]) -> list[tuple[str, str]]:
    """Where a check stands in each language, under the same tags on the pages of all; the site's own for whoever speaks none."""
    usual = sites.here().language
    found = [(one.written_in or usual, address(one)) for one in checks]
    own = [("x-default", url) for tag, url in found if tag.partition("-")[0] == usual.partition("-")[0]]
    return found + own[:1] if len(found) > 1 else []


def frame_page(check: Check) -> bytes:
    """A check for other sites' frames."""
    t = in_language(check.written_in)
    return render("frame.html", t, check=check, title=title_of(check), headline=headline_of(check), url=address(check))


def review_node(check: Check, revisions: Sequence[Revision]) -> Node | None:
    """The ClaimReview of a check's current revision, from all that were published of it (oldest first); none if it is retracted."""
    current = [one for one in revisions if one.revision <= check.revision]
    t = in_language(check.written_in)
    verdict = _told(current[-1].shown, t)
    if verdict.kind == "retraction" or verdict.rating.slug == EXPLAINER:
        return None
    first, *later = _changes(check, current, t)
    changes = [(one.published_at, one.text or one.label) for one in later]
    return claim_review(verdict, address(check), site(), check.first_published_at or first.published_at, changes)


def _explainer_node(check: Check, context: dict[str, Any]) -> Node | None:
    """The node of an explainer that stands; None of what was retracted."""
    verdict: VerdictApproved = context["verdict"]
    if verdict.kind == "retraction":
        return None
    first, *later = context["changes"]
    changed_at = later[-1].published_at if later else None
    return article(verdict, address(check), site(), check.first_published_at or first.published_at, changed_at)


def revision_page(check: Check, revisions: Sequence[Revision], number: int) -> bytes:
    """One revision as readers saw it, saying that it is not, or is, the one that stands, and what it changed."""
    t = in_language(check.written_in)
    until = [one for one in revisions if one.revision <= number]
    newer = next((one for one in _changes(check, revisions, t) if one.number == check.revision), None)
    context = _context(check, until, t) | {"is_revision": True}
    if len(until) > 1:
        context["differences"] = _differences(until[-2], until[-1], t)
        context["form_changed"] = _changes_form(until[-2].verdict.text, until[-1].verdict.text)
    superseded_by = newer if number < check.revision else None
    return render(
        "check.html",
        t,
        **context,
        superseded_by=superseded_by,
        rechecking_since=None,
        beside=(),
        alternates=(),
        versions=(),
    )


def notice_page(check: Check) -> bytes:
    """What readers are told before there is a verdict: that the claim is reported, and not verified as of a time."""
    told = readable(NoticePosted.model_validate(check.notice))
    t = of_the_site()
    return render(
        "notice.html",
        t,
        notice=told,
        title=title_of(check),
        verdict=told,
        text=to_html(told.text),
        is_over=check.case_state == "closed",
        noindex=check.test or not told.stands,
        **_claim_context(check, told, told.as_of, t),
    )


def record_of(check: Check, revisions: Sequence[Revision], useful: Mapping[str, int]) -> CheckOut:
    """The same as the page, as data."""
    current = next(one for one in revisions if one.revision == check.revision)
    history = [
        RevisionOut(
            revision=one.number, kind=one.kind, change=one.text, headline=one.headline, rating=one.slug,
            published_at=one.published_at, url=one.url,
        )
        for one in _changes(check, revisions, of_the_site())
    ]  # fmt: skip
    return CheckOut.model_validate(
        {
            **links.reachable(current.shown.model_dump()),
            "text": links.reachable_markdown(current.shown.text),
            "evidence": [_with_address(one) for one in current.verdict.evidence],
            "id": check.claim_id,
            "url": address(check),
            "first_published_at": check.first_published_at,
            "published_at": current.published_at,
            "rechecking_since": _rechecking_since(check),
            "test": check.test,
            "useful": useful,
            "revisions": history,
        }
    )


def _with_address(one: Evidence) -> dict[str, Any]:
    """A source as data, with where its file is fetched."""
    file = one.file.model_dump() | {"url": f"{site()['url']}{links.file_path(one.file)}"} if one.file else None
    return {**links.reachable(one.model_dump()), "file": file}


def _context(check: Check, revisions: Sequence[Revision], t: Words, is_now: bool = False) -> dict[str, Any]:
    """What the template shows of the last of these revisions, in the light of those before it: as it was, or as it is now, when its
    rating may be called otherwise."""
    verdict = _told(revisions[-1].shown if is_now else revisions[-1].verdict, t)
    evidence = _by_side(verdict.evidence)
    return {
        **_claim_context(check, verdict, verdict.approved_at, t),
        "own_language": beside_page(check.written_in, t),
        "verdict": verdict,
        "rating_spoken": named_in(t, verdict.rating.words),
        "meaning_spoken": _meaning_in(verdict.rating, t),
        "text": with_numbers(to_html(verdict.text), [one for _, side in evidence for one in side], t),
        "evidence": evidence,
        "changes": _changes(check, revisions, t),
        "retracted": _retracted(revisions),
        "timeline": _timeline(check, revisions, t),
        "took": words.how_long(verdict.received_at, verdict.approved_at, t),
        "noindex": check.test,
        "claim_review": None,
        "is_revision": False,
        "disputes": [],
        "urged": (),
        "differences": [],
        "form_changed": False,
        "topics": [(slug, name) for name in verdict.claim.tags if (slug := links.slug_of(name)) and check.position],
    }


def _told(verdict: VerdictApproved, t: Words) -> VerdictApproved:
    """It with all of its text as it may be shown, and its rating as it is called in the language of the page."""
    return readable(verdict.model_copy(update={"rating": verdict.rating.in_language(t.language)}))


def _meaning_in(rating: Rating, t: Words) -> str | None:
    """The language of a rating's meaning, where it is not the page's: a desk may have put its name alone into that."""
    return named_in(t, {tag: words for tag, words in rating.words.items() if words.meaning})


def _claim_context(check: Check, told: VerdictApproved | NoticePosted, as_of: datetime, t: Words) -> dict[str, Any]:
    """What every page shows of a claim: its words, who says what, who was asked."""
    claim = told.claim
    drawing = words.drawing(claim.statements, claim.requests_for_comment, t)
    return {
        "url": address(check),
        "own_language": beside_page(None, t),
        "claim_id": check.claim_id,
        "card": _card(check),
        "published": f"{check.first_published_at:%Y-%m-%dT%H:%M:%SZ}" if check.first_published_at else None,
        "modified": f"{check.updated_at:%Y-%m-%dT%H:%M:%SZ}" if check.updated_at else None,
        "claim": claim,
        "story": claim.story,
        "seen": [one for one in claim.appearances if one.title or links.web(one.url)],
        "claimant": words.party(claim.claimant, t) if claim.claimant else None,
        "claimant_slug": check.claimant_slug,
        "statements": words.statements(claim.statements, t, claim.language),
        "picture": draw(told.wording or claim.text, claim.statements, claim.requests_for_comment, drawing),
        "sum": words.sum_of(claim.statements, claim.requests_for_comment, t) if claim.statements else None,
        "requests": words.requests(claim.requests_for_comment, as_of=as_of, t=t),
    }


def _card(check: Check) -> dict[str, str] | None:
    """The picture that other sites show of the check, and what it says."""
    found, url = card_of(check), card_address(check)
    return {"url": url, "alt": f"{found.headline}. {found.rating}"} if found and url else None


def _changes(check: Check, revisions: Sequence[Revision], t: Words) -> list[Change]:
    """Every revision with the rating of the one before it, oldest first."""
    by_number = {one.revision: one for one in revisions}
    found = []
    for one in revisions:
        before = by_number.get(one.revision - 1)
        was, now_called = (
            one.verdict.rating.in_language(t.language).label,
            called(t, one.rating_label, one.rating_words),
        )
        found.append(
            Change(
                number=one.revision,
                kind=one.kind,
                label=str(t(f"kinds.{one.kind}")),
                concludes_otherwise=_concludes_otherwise(before, one),
                text=plain(one.change) if one.change else None,
                headline=plain(one.headline),
                slug=one.rating_slug,
                rating=plain(now_called),
                look=one.rating_look,
                spoken=named_in(t, one.rating_words),
                old_slug=before.rating_slug if before else None,
                old_rating=plain(called(t, before.rating_label, before.rating_words)) if before else None,
                old_look=before.rating_look if before else None,
                old_spoken=named_in(t, before.rating_words) if before else None,
                published_at=one.published_at,
                url=f"{address(check)}/revisions/{one.revision}",
                called=plain(was) if was != now_called else None,
                called_in=named_in(t, one.verdict.rating.words),
                changes_rating=before is not None and before.rating_label != one.rating_label,
            )
        )
    return found


def _retracted(revisions: Sequence[Revision]) -> set[str]:
    """What a retraction takes back and puts nothing in the place of. It stays readable in the revision that said it."""
    *_, before, now = (None, None, *revisions)
    if now is None or before is None or now.kind != "retraction":
        return set()
    return {name for name in CONCLUSIONS if getattr(now.verdict, name) == getattr(before.verdict, name)}


def _concludes_otherwise(before: Revision | None, now: Revision) -> bool:
    """Whether a reader of the revision before would have been wrong: another rating, or a correction of what it concludes."""
    if before is None or before.rating_label != now.rating_label or now.kind == "retraction":
        return before is not None
    return now.kind == "correction" and (before.headline, before.verdict.summary) != (now.headline, now.verdict.summary)


def _differences(before: Revision, now: Revision, t: Words) -> list[tuple[Markup, list[Markup]]]:
    """What changed, field by field: its name, and both texts in one."""
    old, new = _told(before.verdict, t), _told(now.verdict, t)
    found = []
    for field in COMPARED:
        was, now_is = (_said(one, field, t) for one in (old, new))
        if was != now_is:
            found.append((t(f"fields.{field}"), changed_paragraphs(was, now_is)))
    return found


def _changes_form(before: str, now: str) -> bool:
    """Whether two texts have the same words and look otherwise."""
    return to_text(before) == to_text(now) and to_html(before) != to_html(now)


def _said(verdict: VerdictApproved, field: str, t: Words) -> str:
    if field == "rating":
        return verdict.rating.label
    if field == "confidence" and verdict.confidence:
        return t.text(f"confidence.{verdict.confidence}")
    if field == "text":
        return to_text(verdict.text)
    return getattr(verdict, field) or ""


def _by_side(evidence: Sequence[Evidence]) -> list[tuple[str, list[tuple[int, Evidence]]]]:
    """For, against, context; numbered through, so that a number means one source on the whole page."""
    numbers = count(1)
    return [(side, [(next(numbers), one) for one in evidence if one.stance == side]) for side in SIDES]


def _timeline(check: Check, revisions: Sequence[Revision], t: Words) -> list[tuple[Any, Markup]]:
    """What happened when, from the records of all revisions; each act once."""
    acts: list[tuple[Any, Markup]] = []
    for one in revisions:
        acts += _acts(readable(one.verdict), t)
        again = t("timeline.published_again", kind=t(f"kinds.{one.kind}"), number=one.revision)
        acts.append((one.published_at, again if one.revision > 1 else t("timeline.published")))
    if check.notice_at is not None:
        acts.append((check.notice_at, t("timeline.noticed")))
    return sorted(dict.fromkeys(acts), key=lambda act: act[0])


def _acts(verdict: VerdictApproved, t: Words) -> list[tuple[Any, Markup]]:
    checkers, approvers = (
        Markup(", ").join(words.bdi(name) for name in names)
        for names in (verdict.checked_by, verdict.panel or (verdict.approved_by,))
    )
    acts = [
        (verdict.received_at, t("timeline.received")),
        (verdict.taken_at, t("timeline.taken")),
        *_questions(verdict, t),
        (verdict.checked_at, t("timeline.checked_by", names=checkers) if checkers else t("timeline.checked")),
        (verdict.approved_at, t("timeline.approved_by", names=approvers)),
    ]
    return [(at, act) for at, act in acts if at is not None]


def _questions(verdict: VerdictApproved, t: Words) -> Iterator[tuple[datetime | None, Markup]]:
    """Who was asked when, and when they answered."""
    for one in verdict.claim.requests_for_comment:
        names = {"asker": words.bdi(one.asked_by), "asked": words.bdi(one.asked)}
        yield one.asked_at, t("timeline.asked", **names)
        if one.outcome != "no_response_yet":
            yield one.replied_at, t("timeline.replied" if one.outcome == "answered" else "timeline.declined", **names)


def _rechecking_since(check: Check) -> Any:
    return check.rechecking_since if check.is_rechecking else None

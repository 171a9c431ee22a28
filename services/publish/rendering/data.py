"""Checks and their changes as data, and as items for content management systems (IPTC ninjs 3.1)."""

from collections.abc import Sequence
from typing import Any

from services.publish.languages import in_language
from services.publish.models import Change, Check, Revision
from services.publish.rendering.environment import site
from services.publish.rendering.links import reachable_markdown, web
from services.publish.rendering.pages import address
from services.publish.rendering.readable import plain, readable
from services.publish.schemas import ChangeOut, CheckRow, CheckSummaryOut, RatingNameOut, RatingNames
from shared.contracts import RatingWords, VerdictApproved
from shared.markdown import to_html

Node = dict[str, Any]
VERDICTS = ("first", "correction", "clarification", "update", "retraction")


def summary_of(row: CheckRow, topics: Sequence[str]) -> CheckSummaryOut:
    """A check as lists of data show it."""
    is_retracted = row.kind == "retraction"
    return CheckSummaryOut(
        id=row.claim_id,
        url=f"{site()['url']}/checks/{row.path}",
        kind=row.kind,
        headline=plain(row.headline),
        summary=plain(row.summary),
        rating=None if is_retracted else _name(row.rating_slug, row.rating_label, row.rating_words),
        claim=plain(row.claim_text),
        claimant=plain(row.claimant) if row.claimant else None,
        language=row.language,
        topics=list(topics),
        first_published_at=row.first_published_at,
        updated_at=row.updated_at,
    )


def change_of(change: Change, check: Check, revision: Revision | None) -> ChangeOut:
    """A change as it was, and where its page is now."""
    is_verdict = change.kind in VERDICTS and revision is not None
    notice = check.posted
    headline = revision.headline if revision and is_verdict else check.headline or (notice.headline if notice else "")
    rating = None
    if revision and (change.kind == "renamed" or (is_verdict and change.kind != "retraction")):
        rating = _name(revision.rating_slug, revision.rating_label, revision.rating_words)
    return ChangeOut(
        kind=change.kind,
        at=change.at,
        id=check.claim_id,
        revision=change.revision,
        url=address(check),
        headline=plain(headline),
        rating=rating,
        change=plain(revision.change) if revision and is_verdict and revision.change else None,
    )


def _name(slug: str, label: str, words: RatingNames | None) -> RatingNameOut:
    own = {tag: RatingWords.model_validate(one) for tag, one in (words or {}).items()}
    return RatingNameOut(slug=slug, label=plain(label), words=own)


def ninjs_of(check: Check, revisions: Sequence[Revision]) -> Node:
    """A check's current revision as an item. One that was retracted is `canceled`, and its body says why."""
    current = next(one for one in revisions if one.revision == check.revision)
    verdict, url, about = readable(current.shown), address(check), site()
    rating = verdict.rating.in_language(in_language(check.written_in).language)
    is_retracted = verdict.kind == "retraction"
    text = verdict.change or "" if is_retracted else verdict.text
    told = (verdict.change or "") if is_retracted else verdict.summary
    item: Node = {
        "uri": f"urn:uuid:{check.claim_id}",
        "type": "text",
        "representationType": "full",
        "version": str(check.revision),
        "firstCreated": _moment(check.first_published_at),
        "versionCreated": _moment(current.published_at),
        "contentCreated": _moment(verdict.checked_at),
        "pubStatus": "canceled" if is_retracted else "usable",
        "language": verdict.language or about["language"],
        "title": verdict.headline,
        "slugline": (check.path or "").rpartition("/")[2],
        "by": ", ".join(verdict.checked_by),
        "headlines": [{"role": "main", "contentType": "text/plain", "value": verdict.headline}],
        "descriptions": [{"role": "summary", "contentType": "text/plain", "value": told}],
        "bodies": _bodies(text),
        "subjects": [{"name": tag, "rel": "about"} for tag in verdict.claim.tags],
        "genres": [{"name": "Fact check"}],
        "infoSources": [{"name": about["name"], "role": "publisher", "uri": f"{about['url']}/"}],
        "copyrightHolder": about["name"],
        "altIds": [{"role": "web", "value": url}],
        "trustIndicators": [{"title": "Corrections", "href": f"{about['url']}/corrections"}],
        "associations": [_claim(verdict, url), *([] if is_retracted else _sources(verdict))],
        "standard": {"name": "ninjs", "version": "3.1", "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json"},
    }  # fmt: skip
    if not is_retracted:
        item["altIds"].append({"role": "rating", "value": verdict.rating.slug})
        item["objects"] = [{"name": rating.label, "rel": "rating", "literal": rating.slug}]
    return _without_nothing(item)


def _bodies(text: str) -> list[Node]:
    told = reachable_markdown(text)
    return [
        {"role": "main", "contentType": "text/html", "value": str(to_html(text))},
        {"role": "main", "contentType": "text/markdown", "charCount": len(told), "wordCount": len(told.split()), "value": told},
    ]  # fmt: skip


def _claim(verdict: VerdictApproved, url: str) -> Node:
    """The claim that was checked, as an item of its own."""
    claim, who = verdict.claim, verdict.claim.claimant
    parties = [_without_nothing({"name": who.name, "rel": "claimant", "uri": web(who.same_as)})] if who else []
    is_body = bool(who and who.organization == who.name and not who.title)
    return _without_nothing(
        {
            "name": "claim",
            "rel": "factCheckOf",
            "uri": f"{url}#claim",
            "type": "text",
            "language": claim.language,
            "contentCreated": _moment(claim.claimed_at),
            "located": claim.story.dateline if claim.story else None,
            "bodies": [{"contentType": "text/plain", "value": claim.text}],
            "organisations" if is_body else "people": parties,
        }
    )


def _sources(verdict: VerdictApproved) -> list[Node]:
    return [
        _without_nothing(
            {"name": one.title, "rel": f"evidence:{one.stance}", "uri": web(one.url) or f"urn:uuid:{one.id}", "title": one.title}
        )
        for one in verdict.evidence
    ]  # fmt: skip


def _moment(at: Any) -> str | None:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else None


def _without_nothing(node: Node) -> Node:
    return {name: value for name, value in node.items() if value not in (None, [], "")}

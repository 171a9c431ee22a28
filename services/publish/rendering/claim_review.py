"""The schema.org node that a verdict page carries for machines: one ClaimReview.

What it says stands on the page too, in the same words. A retracted verdict has none. Rating numbers are left
out for ratings that say nothing about truth (unproven, satire): a number there would be taken for one.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.publish.rendering.links import web
from shared.contracts import ClaimRecord, Party, Rating, VerdictApproved

Node = dict[str, Any]


def claim_review(
    verdict: VerdictApproved,
    url: str,
    site: Node,
    first_published_at: datetime,
    changes: Sequence[tuple[datetime, str]],
) -> Node:
    """The node of a verdict at its permanent `url`.

    `site` has name, url and language. `changes` are the dates and reasons of the revisions after the first.
    """
    publisher = _publisher(site)
    return _without_nothing(
        {
            "@context": "https://schema.org",
            "@type": "ClaimReview",
            "@id": f"{url}#claimreview",
            "url": url,
            "mainEntityOfPage": url,
            "inLanguage": verdict.language or site["language"],
            "datePublished": f"{first_published_at:%Y-%m-%d}",
            "dateModified": _moment(changes[-1][0]) if changes else None,
            "version": str(verdict.revision),
            "headline": verdict.headline,
            "claimReviewed": verdict.claim.text,
            "author": publisher,
            "itemReviewed": _claim(verdict.claim, url),
            "reviewRating": _rating(verdict.rating, verdict.summary),
            "citation": [
                _without_nothing(
                    {
                        "@type": "CreativeWork",
                        "name": one.title,
                        "url": web(one.url),
                        "archivedAt": web(one.archive_url),
                    }
                )
                for one in verdict.evidence
            ],
            "correction": [
                {"@type": "CorrectionComment", "datePublished": f"{at:%Y-%m-%d}", "text": text} for at, text in changes
            ],
            "sdPublisher": {"@type": "Organization", "name": site["name"], "url": f"{site['url']}/"},
        }
    )


def article(
    verdict: VerdictApproved, url: str, site: Node, first_published_at: datetime, changed_at: datetime | None
) -> Node:
    """The node of an explainer: it judges no claim, so it is no review of one."""
    publisher = _publisher(site)
    return _without_nothing(
        {
            "@context": "https://schema.org",
            "@type": "Article",
            "@id": f"{url}#article",
            "url": url,
            "mainEntityOfPage": url,
            "inLanguage": verdict.language or site["language"],
            "datePublished": _moment(first_published_at),
            "dateModified": _moment(changed_at) if changed_at else None,
            "headline": verdict.headline,
            "abstract": verdict.summary,
            "author": publisher,
            "publisher": publisher,
        }
    )


def _publisher(site: Node) -> Node:
    return {"@type": "Organization", "@id": f"{site['url']}/#org", "name": site["name"], "url": f"{site['url']}/"}


def _claim(claim: ClaimRecord, url: str) -> Node:
    places = [claim.story.url] if claim.story else []
    places += [one.url for one in claim.appearances]
    return _without_nothing(
        {
            "@type": "Claim",
            "@id": f"{url}#claim",
            "text": claim.text,
            "inLanguage": claim.language,
            "author": _author(claim.claimant) if claim.claimant else None,
            "datePublished": f"{claim.claimed_at:%Y-%m-%d}" if claim.claimed_at else None,
            "appearance": [
                {"@type": "CreativeWork", "url": place} for place in dict.fromkeys(filter(None, map(web, places)))
            ],
        }
    )


def _author(one: Party) -> Node:
    """A party is an organisation if it is its own; whoever has a title or another organisation is a person."""
    is_itself = bool(one.organization) and one.organization == one.name and not one.title
    node: Node = {
        "@type": "Organization" if is_itself else "Person",
        "name": one.name,
        "jobTitle": one.title,
        "sameAs": web(one.same_as),
    }
    if one.organization and not is_itself:
        node["affiliation"] = {"@type": "Organization", "name": one.organization}
    return _without_nothing(node)


def _rating(rating: Rating, summary: str) -> Node:
    numbers = {"ratingValue": rating.value, "bestRating": rating.best, "worstRating": rating.worst}
    if None in numbers.values():
        numbers = {}
    return {"@type": "Rating", **numbers, "alternateName": rating.label, "ratingExplanation": summary}


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _without_nothing(node: Node) -> Node:
    return {name: value for name, value in node.items() if value not in (None, [], "")}

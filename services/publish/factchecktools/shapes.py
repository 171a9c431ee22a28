"""Checks in that API's shapes."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from services.publish import rendering
from services.publish.languages import called, in_language
from services.publish.models import Check
from services.publish.rendering.links import host, web
from services.publish.rendering.readable import plain, readable
from services.publish.schemas import CheckRow
from shared.contracts import Party, VerdictApproved

Node = dict[str, Any]


def claim_of(row: CheckRow, claimed_at: datetime | None) -> Node:
    """A claim with our review of it."""
    site = rendering.site()
    return _without_nothing(
        {
            "text": plain(row.claim_text),
            "claimant": plain(row.claimant) if row.claimant else None,
            "claimDate": _moment(claimed_at) if claimed_at else None,
            "claimReview": [
                {
                    "publisher": {"name": site["name"], "site": host(site["url"])},
                    "url": f"{site['url']}/checks/{row.path}",
                    "title": plain(row.headline),
                    "reviewDate": _moment(row.first_published_at),
                    "textualRating": plain(called(in_language(row.written_in), row.rating_label, row.rating_words)),
                    "languageCode": row.written_in or row.language or site["language"],
                }
            ],
        }
    )


def page_of(check: Check, verdict: VerdictApproved) -> Node:
    """A verdict page with its ClaimReview."""
    told, site, url = readable(verdict), rendering.site(), rendering.address(check)
    called_there = told.rating.in_language(in_language(check.written_in).language)
    claim = told.claim
    places = [claim.story.url] if claim.story else []
    places += [one.url for one in claim.appearances]
    numbers = (told.rating.value, told.rating.worst, told.rating.best)
    rating = (
        dict(zip(("ratingValue", "worstRating", "bestRating"), numbers, strict=True)) if None not in numbers else {}
    )
    markup = {
        "url": url,
        "claimReviewed": claim.text,
        "claimDate": f"{claim.claimed_at:%Y-%m-%d}" if claim.claimed_at else None,
        "claimAppearances": list(dict.fromkeys(filter(None, map(web, places)))),
        "claimAuthor": _author(claim.claimant) if claim.claimant else None,
        "rating": {"textualRating": called_there.label, "ratingExplanation": told.summary, **rating},
    }
    return _without_nothing(
        {
            "name": f"pages/{check.claim_id}",
            "pageUrl": url,
            "publishDate": f"{check.first_published_at:%Y-%m-%d}",
            "claimReviewAuthor": {"name": site["name"]},
            "claimReviewMarkups": [_without_nothing(markup)],
            "versionId": str(check.revision),
        }
    )


def is_ours(site: str) -> bool:
    """Whether a site, such as `nytimes.com`, is this one, or the one that this is a part of."""
    given = site.lower().strip()
    try:
        name = urlsplit(given if "//" in given else f"//{given}").hostname or ""
    except ValueError:  # such as half an IPv6 address
        return False
    ours = host(rendering.site()["url"])
    return bool(name) and (ours == name.removeprefix("www.") or ours.endswith("." + name.removeprefix("www.")))


def path_of(url: str) -> str | None:
    """The path of a check whose page is at this address of ours; None if it can't be one."""
    before, found, path = url.partition("#")[0].partition("?")[0].partition("/checks/")
    return path.rstrip("/").lower() if found and before == rendering.site()["url"] else None


def claim_id_in(name: str) -> UUID | None:
    """The claim in a page's id."""
    try:
        return UUID(name)
    except ValueError:
        return None


def _author(one: Party) -> Node:
    return _without_nothing({"name": one.name, "jobTitle": one.title, "sameAs": web(one.same_as)})


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _without_nothing(node: Node) -> Node:
    return {name: value for name, value in node.items() if value not in (None, [], "", {})}

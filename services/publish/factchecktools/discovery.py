"""The discovery document (`discovery#restDescription`) that clients are made from: the methods and shapes that there are
here, under this site's address."""

from typing import Any

from services.publish import rendering

Schema = dict[str, Any]
EVERYWHERE = {
    "alt": "Only json.",
    "fields": "Ignored: answers are whole.",
    "key": "Ignored: nobody needs one.",
    "prettyPrint": "false for one line.",
    "quotaUser": "Ignored.",
}
TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer", "format": "int32"}


def document() -> Schema:
    """The document."""
    url = f"{rendering.site()['url']}/"
    return {
        "kind": "discovery#restDescription",
        "discoveryVersion": "v1",
        "id": "factchecktools:v1alpha1",
        "name": "factchecktools",
        "version": "v1alpha1",
        "title": "Fact Check Tools API",
        "description": f"The fact-checks of {rendering.site()['name']}.",
        "protocol": "rest",
        "rootUrl": url,
        "servicePath": "",
        "baseUrl": url,
        "batchPath": "batch",
        "parameters": {name: _query(TEXT, words) for name, words in EVERYWHERE.items()},
        "resources": {
            "claims": {"methods": {"search": _search()}},
            "pages": {"methods": {"get": _get(), "list": _list()}},
        },
        "schemas": {name: {"id": name, "type": "object", "properties": fields} for name, fields in SCHEMAS.items()},
    }


def _ref(name: str) -> Schema:
    return {"$ref": name}


def _many(one: Schema) -> Schema:
    return {"type": "array", "items": one}


def _query(kind: Schema, words: str) -> Schema:
    return {**kind, "location": "query", "description": words}


def _method(name: str, path: str, gives: str, words: str, parameters: Schema, order: tuple[str, ...] = ()) -> Schema:
    return {
        "id": f"factchecktools.{name}",
        "path": path,
        "flatPath": path,
        "httpMethod": "GET",
        "description": words,
        "parameters": parameters,
        "parameterOrder": list(order),
        "response": _ref(gives),
    }


PAGING = {
    "pageSize": _query(NUMBER, "How many; 10 unless given, 100 at most."),
    "pageToken": _query(TEXT, "nextPageToken of the page before, with the same question."),
    "offset": _query(NUMBER, "How many to pass over, unless there is a pageToken."),
}


def _search() -> Schema:
    asked = {
        "query": _query(TEXT, "Words of the claim."),
        "languageCode": _query(TEXT, "A language; the region does not count."),
        "reviewPublisherSiteFilter": _query(TEXT, "Only reviews of this site."),
        "maxAgeDays": _query(NUMBER, "Only what was reviewed in so many days."),
    }
    words = "Claims that were checked, the closest first."
    return _method("claims.search", "v1alpha1/claims:search", "FactCheckedClaimSearchResponse", words, asked | PAGING)


def _list() -> Schema:
    asked = {
        "url": _query(TEXT, "The page at this address; not with organization."),
        "organization": _query(TEXT, "The pages of this site; not with url."),
    }
    words = "Pages with their ClaimReviews, the newest first."
    return _method("pages.list", "v1alpha1/pages", "ListClaimReviewMarkupPagesResponse", words, asked | PAGING)


def _get() -> Schema:
    name = {**TEXT, "location": "path", "required": True, "pattern": "^pages/[^/]+$", "description": "The page's name."}
    found = _method("pages.get", "v1alpha1/{+name}", "ClaimReviewMarkupPage", "A page.", {"name": name}, ("name",))
    return found | {"flatPath": "v1alpha1/pages/{pagesId}"}


AT: Schema = {**TEXT, "format": "google-datetime"}
SCHEMAS: dict[str, Schema] = {
    "FactCheckedClaimSearchResponse": {"claims": _many(_ref("Claim")), "nextPageToken": TEXT},
    "Claim": {"text": TEXT, "claimant": TEXT, "claimDate": AT, "claimReview": _many(_ref("ClaimReview"))},
    "ClaimReview": {
        "publisher": _ref("Publisher"), "reviewDate": AT, **dict.fromkeys(("url", "title", "languageCode", "textualRating"), TEXT),
    },
    "Publisher": {"name": TEXT, "site": TEXT},
    "ListClaimReviewMarkupPagesResponse": {"claimReviewMarkupPages": _many(_ref("ClaimReviewMarkupPage")), "nextPageToken": TEXT},
    "ClaimReviewMarkupPage": {
        **dict.fromkeys(("name", "pageUrl", "publishDate", "versionId"), TEXT),
        "claimReviewAuthor": _ref("ClaimReviewAuthor"), "claimReviewMarkups": _many(_ref("ClaimReviewMarkup")),
    },
    "ClaimReviewAuthor": {"name": TEXT, "imageUrl": TEXT},
    "ClaimReviewMarkup": {
        **dict.fromkeys(("url", "claimReviewed", "claimDate", "claimLocation", "claimFirstAppearance"), TEXT),
        "claimAppearances": _many(TEXT), "claimAuthor": _ref("ClaimAuthor"), "rating": _ref("ClaimRating"),
    },
    "ClaimAuthor": dict.fromkeys(("name", "jobTitle", "imageUrl", "sameAs"), TEXT),
    "ClaimRating": {
        **dict.fromkeys(("textualRating", "ratingExplanation", "imageUrl"), TEXT),
        **dict.fromkeys(("ratingValue", "worstRating", "bestRating"), NUMBER),
    },
}  # fmt: skip

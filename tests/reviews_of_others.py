"""Fact-checks as others write them: ClaimReviews and feeds of them."""


def review(n=1, **changes):
    """A ClaimReview as it stands in feeds; `None` takes a member away."""
    made = {
        "@context": "https://schema.org", "@type": "ClaimReview", "url": f"https://checks.example.org/{n}",
        "claimReviewed": f"Ferry {n} carries nine million people a year.", "datePublished": "2024-05-04",
        "author": {"@type": "Organization", "name": "Ellery Checks", "url": "https://checks.example.org/"},
        "itemReviewed": {"@type": "Claim", "author": {"@type": "Person", "name": "Jo Marten"}, "datePublished": "2024-05-02"},
        "reviewRating": {"@type": "Rating", "ratingValue": "2", "bestRating": "5", "worstRating": "1",
                         "alternateName": "Mostly false"},
    } | changes  # fmt: skip
    return {name: value for name, value in made.items() if value is not None}


def feed(*items):
    """A DataFeed of these items, each a review, a list of them or None."""
    made = [
        {"@type": "DataFeedItem", "dateCreated": "2026-10-02T09:00:00.000000+00:00", "url": "https://checks.example.org/item",
         "item": [one] if isinstance(one, dict) else one}
        for one in items
    ]  # fmt: skip
    return {
        "@context": "https://schema.org",
        "@type": "DataFeed",
        "dateModified": "2026-11-23",
        "dataFeedElement": made,
    }

"""Pages as bytes. The worker renders verdict pages into the database, so nothing here needs a web request.

`readable` cleans what was told, `words` makes sentences from records, `claim_review`
the schema.org node, `pages` puts them into the templates.
"""

from services.publish.rendering.pages import (
    address,
    being_checked_page,
    checks_page,
    corrections_page,
    etag,
    notice_page,
    policy_page,
    record_of,
    review_node,
    revision_page,
    search_page,
    shelf_page,
    shelves_page,
    site,
    verdict_page,
)

__all__ = [
    "address",
    "being_checked_page",
    "checks_page",
    "corrections_page",
    "etag",
    "notice_page",
    "policy_page",
    "record_of",
    "review_node",
    "revision_page",
    "search_page",
    "shelf_page",
    "shelves_page",
    "site",
    "verdict_page",
]

"""Pages as bytes. The worker renders verdict pages into the database, so nothing here needs a web request.

`readable` cleans what was told, `words` makes sentences from records, `claim_review` the schema.org node; `pages` and `lists` put
them into the templates, which `environment` has in each language, in the look of `theme`.
"""

from services.publish.rendering.card import card_address, card_of, headline_of, title_of
from services.publish.rendering.data import change_of, ninjs_of, summary_of
from services.publish.rendering.environment import etag, everywhere, load, look, render, site
from services.publish.rendering.lists import (
    being_checked_page,
    checks_page,
    corrections_page,
    policy_page,
    search_page,
    shelf_page,
    shelves_page,
)
from services.publish.rendering.pages import (
    address,
    frame_page,
    notice_page,
    record_of,
    review_node,
    revision_page,
    verdict_page,
)

__all__ = [
    "address",
    "being_checked_page",
    "card_address",
    "card_of",
    "change_of",
    "checks_page",
    "corrections_page",
    "etag",
    "everywhere",
    "frame_page",
    "headline_of",
    "load",
    "look",
    "ninjs_of",
    "notice_page",
    "policy_page",
    "record_of",
    "render",
    "review_node",
    "revision_page",
    "search_page",
    "shelf_page",
    "shelves_page",
    "site",
    "summary_of",
    "title_of",
    "verdict_page",
]

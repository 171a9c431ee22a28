"""What stands on the picture of a check that other sites show, and its address, which changes with what stands on it."""

from hashlib import sha256
from typing import NamedTuple

from services.publish import sites
from services.publish.languages import called, in_language
from services.publish.models import Check
from services.publish.rendering.readable import plain

LOOK = "2"  # raised when cards are drawn otherwise
CLAIM = 300  # letters of it at most
# In the place of a rating's slug, none of which has a bracket: the card says that there is none any more.
RETRACTED, TAKEN_BACK = "(retracted)", "(taken back)"


class CardText(NamedTuple):
    """What stands on a card. Without a rating's `slug` it says that nothing is verified yet; see RETRACTED, too."""

    site: str
    headline: str
    rating: str
    slug: str | None
    kicker: str = "Fact-check"
    claim: str = ""  # in quotation marks
    look: str | None = None  # the shape and colour of a rating of a desk's own

    @property
    def version(self) -> str:
        parts = (LOOK, self.site, self.headline, self.rating, self.slug or "", self.kicker, self.claim, self.look or "")
        return sha256("\x00".join(parts).encode()).hexdigest()[:16]


def card_of(check: Check) -> CardText | None:
    """The card that a check is to have; None if readers have nothing to read of it."""
    t = in_language(check.written_in)
    if check.revision:
        is_retracted = check.kind == "retraction"
        rating, slug = (
            (t.text("card.retracted"), RETRACTED)
            if is_retracted
            else (called(t, check.rating_label, check.rating_words), check.rating_slug)
        )
        look = None if is_retracted else check.rating_look
    elif notice := check.posted:
        told, slug = ("card.not_verified", None) if notice.stands else ("card.taken_back", TAKEN_BACK)
        rating, look = t.text(told), None
    else:
        return None
    site, kicker = sites.numbered(check.site).name, t.text("card.kicker")
    claim = t.text("said.quoted", words=plain(check.claim_text)[:CLAIM]) if check.claim_text else ""
    return CardText(site, headline_of(check), plain(rating), slug, kicker, claim, look)


def card_address(check: Check) -> str | None:
    """Where a check's card is."""
    found = card_of(check)
    return f"{sites.numbered(check.site).url}/cards/{check.claim_id}/{found.version}.png" if found else None


def title_of(check: Check) -> str:
    """The headline for who shows nothing else of the check; before it what it must not be read without: that it was retracted, or
    that it tells of what nobody has verified, or no longer does."""
    headline, t = headline_of(check), in_language(check.written_in)
    if check.revision:
        return t.text("feeds.retracted", words=headline) if check.kind == "retraction" else headline
    if (notice := check.posted) is None:
        return headline
    return t.text("notice.titled" if notice.stands else "notice.titled_taken_back", words=headline)


def headline_of(check: Check) -> str:
    """The headline that readers see: the verdict's or, before there is one, the notice's."""
    if check.revision:
        return plain(check.headline or "")
    return plain(notice.headline) if (notice := check.posted) else ""

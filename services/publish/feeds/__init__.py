"""Feeds: what was published or changed last, as Atom, RSS and JSON Feed; corrections; and every ClaimReview there is."""

from services.publish.feeds.views import bp

__all__ = ["bp"]

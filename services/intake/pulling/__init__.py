"""Feeds are pulled: set up for a newsroom, fetched when they are due, and what stands in them is taken in.

What fetches is not imported here, because web processes have no use for it: see `fetching`.
"""

from services.intake.pulling.feeds import Pull, add_feed, check_address, order_due, pull_now, remove_feed

__all__ = ["Pull", "add_feed", "check_address", "order_due", "pull_now", "remove_feed"]

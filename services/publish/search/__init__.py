"""Checks found by their words, for readers and for programs: what is misspelt is understood, the closest come first.

`words` makes words alike, `keeping` writes them down when a page is rendered, `spelling` knows how they are spelt, `finding` finds,
`marking` shows where.
"""

from services.publish.search.finding import LAST, MOST, Asked, Found, find, newest
from services.publish.search.keeping import keep
from services.publish.search.marking import marked

__all__ = ["LAST", "MOST", "Asked", "Found", "find", "keep", "marked", "newest"]

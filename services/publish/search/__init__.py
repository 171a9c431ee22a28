"""Checks found by what is asked, for readers and for programs: what is misspelt is understood, the closest come first.

`words` takes questions apart, `keeping` writes the words of checks down when a page is rendered, `spelling` knows how they are
spelt, `finding` finds by them in the order of `closeness`, `alike` by what is said in whatever words, `marking` shows where.
"""

from services.publish.search.alike import CHECK, Encode, index, order_encoding
from services.publish.search.asking import LAST, Asked
from services.publish.search.finding import MOST, Found, find, newest
from services.publish.search.keeping import keep
from services.publish.search.marking import marked

__all__ = [
    "CHECK", "LAST", "MOST", "Asked", "Encode", "Found", "find", "index", "keep", "marked", "newest", "order_encoding",
]  # fmt: skip

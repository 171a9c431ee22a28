"""Copies of what claims point to: wanted when a claim is taken in, made by errands, told to review.

What fetches and reads pages is not imported here, because web processes have no use for it: see `visiting` and `looking`.
"""

from services.intake.archive.naming import note_named, order_watches
from services.intake.archive.told import Found, archived_of, sources_of, visited
from services.intake.archive.wanting import Visit, add_sources, order_visits, want

__all__ = [
    "Found",
    "Visit",
    "add_sources",
    "archived_of",
    "note_named",
    "order_visits",
    "order_watches",
    "sources_of",
    "visited",
    "want",
]

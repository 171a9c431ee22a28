"""Stories: read in the formats that agencies and newsrooms speak, kept version by version, and told to review.

A story makes no claims by itself. It offers its sentences worth checking, and somebody picks.
"""

from services.intake.stories.item import Checkable, Item, Read, read_item
from services.intake.stories.keeping import Kept, Link, claims_of, get_by_uri, get_own, link, take
from services.intake.stories.telling import message, tell, tell_again

__all__ = [
    "Checkable",
    "Item",
    "Kept",
    "Link",
    "Read",
    "claims_of",
    "get_by_uri",
    "get_own",
    "link",
    "message",
    "read_item",
    "take",
    "tell",
    "tell_again",
]

"""What is asked of the search."""

from collections.abc import Mapping
from typing import NamedTuple

from services.publish.schemas import FacetKind

LAST = 2**31 - 1  # the highest place in the list


class Asked(NamedTuple):
    """A question: words, what the checks have to be found under, and between which places of the list they stand. `standing`
    leaves out what was retracted."""

    question: str
    under: Mapping[FacetKind, str] = {}
    first: int = 1
    last: int = LAST
    standing: bool = False

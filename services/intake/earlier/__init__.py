"""Earlier checks: fact-checks published before, by others or by this desk, imported and found again by their words.

`sources` reads them from a file or an address, `taking` stores them, `searching` finds them. What fetches and parses is not
imported here, because web processes have no use for it.
"""

from services.intake.earlier.searching import Place, describe, list_newest, place_in, search
from services.intake.earlier.taking import Given, Taken, compare_all, remove_all, take_all

__all__ = [
    "Given",
    "Place",
    "Taken",
    "compare_all",
    "describe",
    "list_newest",
    "place_in",
    "remove_all",
    "search",
    "take_all",
]

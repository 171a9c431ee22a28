"""Who asks finds what stands on the shelves that they name, and is told nothing of all else.

A shelf's words are written with a mark before them, and its vectors are in spaces of their own. So what stands on other shelves is
not looked at and left out afterwards: it is never reached. It takes nobody's place among what was found, makes no word more
frequent and no other text less near, and costs who asks no time.

What is on the open shelf is written as it is.
"""

from functools import lru_cache
from hashlib import sha256

OPEN = ""
FIRST = "\uff53"  # a wide s, which no plain word has (NFKC makes a narrow one of it): no word that is asked begins so
LETTERS = 12


@lru_cache(4_096)
def mark(shelf: str) -> str:
    """What stands before each word of a shelf's texts: letters, so that every database takes both for one word."""
    if shelf == OPEN:
        return ""
    return FIRST + "".join(chr(ord("a") + byte % 26) for byte in sha256(shelf.encode()).digest()[:LETTERS])


def marked(terms: list[str], shelf: str) -> list[str]:
    """Words as they are written on a shelf."""
    before = mark(shelf)
    return [before + term for term in terms] if before else terms


def on(space: str, shelf: str) -> str:
    """The space of a shelf's vectors."""
    return f"{space}/{shelf}" if shelf != OPEN else space


def off(space: str, shelf: str) -> str:
    """The model's space of which `on` made a shelf's."""
    return space.removesuffix(f"/{shelf}") if shelf != OPEN else space

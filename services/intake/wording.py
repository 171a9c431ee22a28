"""When two wordings are the same claim: white space, case, quotation marks and closing punctuation don't matter."""

import unicodedata
from hashlib import sha256

MARKS = "\"'“”‘’‚„«»‹›「」"
CLOSING = ".!?…。！？ "


def normalised(text: str) -> str:
    """The wording as it is compared: NFKC (UAX 15), case folded, one space, no quotation marks around it."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = "".join(" " if character in MARKS else character for character in folded)
    return " ".join(folded.split()).strip(CLOSING)


def wording_hash(text: str) -> str:
    """SHA-256 of the normalised wording. A wording of marks alone is compared as it is."""
    return sha256((normalised(text) or text).encode()).hexdigest()

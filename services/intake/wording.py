"""When two wordings are the same claim.

White space, case, the quotation marks around it and its closing punctuation don't matter. Everything within does:
two made of one are seen and merged, one made of two is lost.
"""

import unicodedata
from hashlib import sha256

MARKS = "\"'“”‘’‚„«»‹›「」『』"
CLOSING = ".!?…。！？"


def normalised(text: str) -> str:
    """The wording as it is compared: NFKC (UAX 15), case folded, one space, trimmed of quotation marks and its end."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.split()).lstrip(MARKS + " ").rstrip(MARKS + CLOSING + " ")


def wording_hash(text: str) -> str:
    """SHA-256 of the normalised wording. A wording of marks alone is compared as it is."""
    return sha256((normalised(text) or text).encode()).hexdigest()

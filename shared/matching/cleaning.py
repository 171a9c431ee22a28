"""Texts as they are looked for: without what says nothing of their meaning.

Posts from social media carry links, emoji, hashtags and a signature with a date. Hashtags and handles are names run together:
they are taken apart where the case changes. The author's name stays, because who said it is often part of what is told.
"""

import re
import unicodedata
from urllib.parse import unquote

LONGEST = 4_000  # characters that are looked at; nobody states one thing in more

LINK = re.compile(r"(?:https?://|www\.|pic\.twitter\.com/)[^\s—–]+", re.I)
# Possessive, and begun only where a run begins: a text of nothing but dashes or spaces is read once, not from each of its letters
SIGNED = re.compile(
    r"(?<![—–-])[—–-]++\s*+(?P<name>[^()\n]{0,80}+)\s*+\((?P<handle>@\w{1,30})\)(?P<rest>.{0,60})$", re.S
)
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,9}\.?"
DATED = re.compile(
    rf"(?<!\s)\s*+[,–—-]?\s*+(?:{MONTH}\s+\d{{1,2}},?\s+\d{{4}}|\d{{1,2}}\s+{MONTH}\s+\d{{4}})\s*$", re.I
)
# An address and nothing else: what it leads to is told by its last part
ADDRESS = re.compile(r"\s*(?:https?://|www\.)[^\s/?#]+(?P<path>/[^\s?#]*)\S*\s*$", re.I)
SLUG = re.compile(r"(?<![^\W_])[^\W_]++(?:[-_+][^\W_]++){2,}")  # three words at least
RUN_TOGETHER = re.compile(r"(?<!\w)[#@](\w+)")
CASE_CHANGES = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])|_+")
DRAWN = frozenset({"So", "Sk", "Cs", "Co", "Cn"})  # Unicode's categories of emoji and what no letter is


def clean(text: str, *, signature: bool = True) -> str:
    """The text without links, emoji, signs of social media and its closing date; one space between words. Without the
    signature it is what was said alone. Of an address and nothing else it is the words of its headline, where it has one."""
    address = ADDRESS.match(text[:LONGEST])
    slugs = SLUG.findall(unquote(address["path"])) if address else []
    kept = re.sub(r"[-_+]", " ", slugs[-1]) if slugs else LINK.sub(" ", text[:LONGEST])
    signed = SIGNED.search(kept)
    if signed:
        kept = f"{kept[: signed.start()]} {signed['name']} {signed['handle']}" if signature else kept[: signed.start()]
    elif len(kept) > 60:
        kept = DATED.sub("", kept)
    kept = RUN_TOGETHER.sub(lambda found: f" {CASE_CHANGES.sub(' ', found[1])} ", kept)
    if not kept.isascii():
        kept = "".join(
            " " if unicodedata.category(one) in DRAWN or one in "\u200d\ufe0f\u20e3" else one for one in kept
        )
    return " ".join(kept.replace("\x00", " ").split())

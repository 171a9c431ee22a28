"""The languages in which readers are spoken to, one file each: a language is added by adding its file.

Every file has the same names as `en.toml`; a test sees to it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services.publish import sites
from shared.contracts import words_in
from shared.languages import Words, languages_in

USUAL = "en"
FOLDER = Path(__file__).parent


def languages() -> dict[str, Words]:
    """All of them by their BCP 47 tags."""
    return languages_in(FOLDER)


def in_language(tag: str | None) -> Words:
    """The words of a language, without its region if need be; else the site's own."""
    known = languages()
    return known.get(tag or "") or known.get((tag or "").partition("-")[0]) or of_the_site()


def of_the_site() -> Words:
    """The site's own, without its region if need be; else English."""
    known, wanted = languages(), sites.here().language
    return known.get(wanted) or known.get(wanted.partition("-")[0]) or known[USUAL]


def called(t: Words, label: str | None, words: Mapping[str, Mapping[str, str]] | None) -> str:
    """A rating's name in a language; its desk's own `label` where the desk gave it none there."""
    own = words_in(t.language, words or {})
    return own["label"] if own else label or ""


def named_in(t: Words, words: Mapping[str, Any] | None) -> str | None:
    """The language of a rating's name on a page, where it is not the page's: the desk gave it none there."""
    return None if words_in(t.language, words or {}) else beside_page(None, t)


def beside_page(language: str | None, t: Words) -> str | None:
    """The language of the newsroom's own words, the site's unless they have another, if it is not that of the page."""
    language = language or sites.here().language
    return None if language.partition("-")[0] == t.language.partition("-")[0] else language


__all__ = ["USUAL", "Words", "beside_page", "called", "in_language", "languages", "named_in", "of_the_site"]

"""The languages in which intake speaks to readers, one file each: a language is added by adding its file.

Every file has the same names as `en.toml`; a test sees to it.
"""

from pathlib import Path

from flask import request

from shared.languages import Words, languages_in

USUAL = "en"
FOLDER = Path(__file__).parent


def languages() -> dict[str, Words]:
    """All of them by their BCP 47 tags."""
    return languages_in(FOLDER)


def chosen() -> Words:
    """The reader's: as `?lang=` says, else as their browser asks, else English."""
    known = languages()
    asked = request.args.get("lang", "")
    return known.get(asked) or known[request.accept_languages.best_match(known, USUAL) or USUAL]


__all__ = ["USUAL", "Words", "chosen", "languages"]

"""The languages in which intake speaks to readers, one file each: a language is added by adding its file.

Every file has the same names as `en.toml`; a test sees to it.
"""

import tomllib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask import request
from markupsafe import Markup, escape

USUAL = "en"
FOLDER = Path(__file__).parent


class Words:
    """The words of one language: `words("submit.title")`, with what is to be filled in by name, escaped."""

    def __init__(self, language: str, found: dict[str, Any]) -> None:
        self.language = language
        self.name: str = found["name"]
        self._found = found

    def __call__(self, name: str, **values: Any) -> Markup:
        words: Any = self._found
        for part in name.split("."):
            words = words[part]
        return escape(words).format(**values)

    def moment(self, moment: datetime) -> Markup:
        """A moment as people write it, in UTC, as a `time` element."""
        at = moment.astimezone(UTC)
        shown = self("moment", day=at.day, month=self._found["months"][at.month - 1], year=at.year, time=f"{at:%H:%M}")
        return Markup('<time datetime="{}">{}</time>').format(at.isoformat(), shown)

    def day(self, moment: datetime) -> Markup:
        """The day of a moment, in UTC, as a `time` element."""
        at = moment.astimezone(UTC)
        shown = self("day", day=at.day, month=self._found["months"][at.month - 1], year=at.year)
        return Markup('<time datetime="{}">{}</time>').format(at.date().isoformat(), shown)


@cache
def languages() -> dict[str, Words]:
    """All of them by their BCP 47 tags."""
    files = sorted(FOLDER.glob("*.toml"))
    return {file.stem: Words(file.stem, tomllib.loads(file.read_text("utf-8"))) for file in files}


def chosen() -> Words:
    """The reader's: as `?lang=` says, else as their browser asks, else English."""
    known = languages()
    asked = request.args.get("lang", "")
    return known.get(asked) or known[request.accept_languages.best_match(known, USUAL) or USUAL]

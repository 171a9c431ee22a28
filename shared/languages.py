"""What pages say, in several languages: one TOML file each. A language is added by adding its file.

The files of a folder have the same names in them, and for moments `months`, `moment` and `day`.
"""

import tomllib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from shared.filling import filled

RIGHT_TO_LEFT = {"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"}


class Words:
    """The words of one language: `words("submit.title")`, with what is to be filled in by name, escaped."""

    def __init__(self, language: str, found: dict[str, Any]) -> None:
        self.language = language
        self.direction = "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"
        self.name: str = found["name"]
        self._found = found
        self._patterns: dict[str, str] = {}  # those that were asked for, as HTML
        self._known: dict[str, Markup] = {}  # and those of them that nothing was to be filled into

    def __call__(self, name: str, **values: Any) -> Markup:
        if values:
            return filled(self._pattern(name), **values)
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = filled(self._pattern(name))
        return known

    def text(self, name: str, **values: Any) -> str:
        """The same as plain text, for what is no page."""
        return self._words(name).format(**values)

    def _pattern(self, name: str) -> str:
        pattern = self._patterns.get(name)
        if pattern is None:
            pattern = self._patterns[name] = str(escape(self._words(name)))
        return pattern

    def _words(self, name: str) -> str:
        words: Any = self._found
        for part in name.split("."):
            words = words[part]
        return str(words)

    def moment(self, moment: datetime) -> Markup:
        """A moment as people write it, in UTC, as a `time` element."""
        at = moment.astimezone(UTC)
        shown = self("moment", day=at.day, month=self._found["months"][at.month - 1], year=at.year, time=f"{at:%H:%M}")
        return filled('<time datetime="{}">{}</time>', at.isoformat(timespec="seconds"), shown)

    def day(self, moment: datetime) -> Markup:
        """The day of a moment, in UTC, as a `time` element."""
        at = moment.astimezone(UTC)
        shown = self("day", day=at.day, month=self._found["months"][at.month - 1], year=at.year)
        return filled('<time datetime="{}">{}</time>', at.date().isoformat(), shown)


@cache
def languages_in(folder: Path) -> dict[str, Words]:
    """All languages of a folder by their BCP 47 tags."""
    files = sorted(folder.glob("*.toml"))
    return {file.stem: Words(file.stem, tomllib.loads(file.read_text("utf-8"))) for file in files}

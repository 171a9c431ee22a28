"""Data sets in a folder: files of JSON objects, one a line, gzipped or not.

`NAME.docs.jsonl[.gz]`: what was checked: `id`, `claim`, and perhaps `title`, `subtitle`, `speaker`, `language`, `date` (when it was
said, in words or as 2020-03-31).
`NAME.train.jsonl[.gz]`, `NAME.dev.jsonl[.gz]`, `NAME.test.jsonl[.gz]`: what is asked: `id`, `text`, `relevant` (ids of docs), and
perhaps `speaker`, `context`, `language`, `at` (the day). They belong to the docs that hold most of their relevant ids.

Sentences of debates have ids like `20170822_Trump_phoenix_0204`: when it was, who spoke, if it was one person, and which sentences
stand near. Posts have their day in words at their end.
"""

import gzip
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from shared.matching import Asked, Entry

OURS = UUID("6f1c1c52-4d0e-4d3a-9c59-2f4f3a6f3a10")
SENTENCE = re.compile(r"(?P<day>\d{8})_(?P<where>.+)_(?P<number>\d+)$")
TOGETHER = ("debate", "forum", "town_hall", "townhall")
DAY = re.compile(r"[A-Z][a-z]+ \d{1,2}, \d{4}")
NEAR = 4  # sentences before and after


class Question(NamedTuple):
    """A text, and what it should find."""

    id: str
    asked: Asked
    relevant: frozenset[UUID]
    day: date | None = None

    @property
    def place(self) -> str:
        """Where it was said: sentences of one debate are said in one place, all else by itself."""
        found = SENTENCE.match(self.id)
        return f"{found['day']}_{found['where']}" if found else self.id


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    opened = gzip.open(path, "rt") if path.suffix == ".gz" else open(path)
    with opened as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def files(folder: Path, part: str) -> list[Path]:
    """The files of a part: docs, train, dev, test."""
    return sorted(path for path in folder.iterdir() if re.search(rf"\.{part}\.jsonl(\.gz)?$", path.name))


def name_of(path: Path) -> str:
    return path.name.partition(".jsonl")[0]


def read_docs(path: Path) -> list[Entry]:
    return [
        Entry(
            "check", subject(one["id"]), one["claim"], one.get("title"), one.get("subtitle"), one.get("speaker"),
            said_at=_noon(_day_in(one.get("date", ""))), language=one.get("language", "en"),
        )
        for one in read_lines(path)
    ]  # fmt: skip


def read_questions(path: Path, around: bool = False) -> list[Question]:
    """The questions of a file; with what was said around each and by whom, as far as the file tells."""
    lines = list(read_lines(path))
    near = _neighbours(lines) if around else {}
    found = []
    for one in lines:
        speaker, context = near.get(one["id"], (None, None))
        asked = Asked(
            one["text"],
            (one.get("speaker") or speaker) if around else None,
            (one.get("context") or context) if around else None,
            one.get("language", "en"),
            said_at=_noon(_day_of(one)),
        )
        found.append(Question(one["id"], asked, frozenset(map(subject, one["relevant"])), _day_of(one)))
    return found


def docs_for(questions: Path, folder: Path) -> Path:
    """The docs that the questions are about."""
    wanted = {one for line in read_lines(questions) for one in line["relevant"]}
    return max(files(folder, "docs"), key=lambda path: len(wanted & {one["id"] for one in read_lines(path)}))


def subject(given: str) -> UUID:
    return uuid5(OURS, given)


def _day_of(line: dict[str, Any]) -> date | None:
    if at := line.get("at"):
        return date.fromisoformat(at[:10])
    if sentence := SENTENCE.match(line["id"]):
        return datetime.strptime(sentence["day"], "%Y%m%d").replace(tzinfo=UTC).date()
    return _day_in(line["text"])


def _day_in(text: str) -> date | None:
    """The last day that stands in a text, in English words, or which it is."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        pass
    try:
        return datetime.strptime(DAY.findall(text)[-1], "%B %d, %Y").replace(tzinfo=UTC).date()
    except (IndexError, ValueError):
        return None


def _noon(day: date | None) -> datetime | None:
    return datetime.combine(day, time(12), UTC) if day else None


def _neighbours(lines: list[dict[str, Any]]) -> dict[str, tuple[str | None, str | None]]:
    """Of each sentence: the speaker, if it was one alone, and the sentences of the file that stand near."""
    places: dict[str, dict[int, str]] = {}
    for one in lines:
        if found := SENTENCE.match(one["id"]):
            places.setdefault(f"{found['day']}_{found['where']}", {})[int(found["number"])] = one["text"]
    told: dict[str, tuple[str | None, str | None]] = {}
    for one in lines:
        if found := SENTENCE.match(one["id"]):
            there = places[f"{found['day']}_{found['where']}"]
            number = int(found["number"])
            near = [there[n] for n in range(number - NEAR, number + NEAR + 1) if n != number and n in there]
            alone = not any(word in found["where"].lower() for word in TOGETHER)
            told[one["id"]] = (found["where"].split("_")[0] if alone else None, " ".join(near) or None)
    return told

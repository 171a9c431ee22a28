"""An import: what sources hold is taken in, some at a time, and what was refused is reported with its place."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

from services.intake.earlier.items import Item, Unreadable
from services.intake.earlier.reviews import raw_of
from services.intake.earlier.sources import is_at
from services.intake.earlier.taking import Given, compare_all, take_all
from services.intake.service import reading, transaction

AT_ONCE = 200  # checks in one transaction; other writers wait no longer than that takes


@dataclass
class Report:
    """How many checks are new, have changed, or were the same; how many items were refused, or held a MediaReview or nothing; how
    many were at other hosts than was asked for; how many of the checks had something left out; why the only source ended before its
    end, if it did, and how many of several did."""

    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    media: int = 0
    empty: int = 0
    elsewhere: int = 0
    with_notes: int = 0
    broke_off: str | None = None
    unread: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether everything was taken in that should be."""
        return not self.refused and not self.unread and self.broke_off is None


class Importing:
    """An import under way. `dry_run`: everything is read and compared, and nothing is kept. `hosts`: only checks that stand at
    one of these are taken in, if there are any. `of_many`: there are several sources; one that can't be read stops no other."""

    def __init__(
        self,
        report_file: IO[str] | None = None,
        dry_run: bool = False,
        hosts: Collection[str] = (),
        of_many: bool = False,
    ) -> None:
        self.report = Report()
        self._place = ""
        self._file = report_file
        self._dry_run = dry_run
        self._hosts = hosts
        self._of_many = of_many

    def run(self, place: str, name: str, items: Iterable[Item], after_some: Callable[[], None] = lambda: None) -> None:
        """Take in what there is at a place, under its name; `after_some` is called now and then."""
        self._place, waiting = place, iter(items)
        while some := list(islice(self._checks(waiting), AT_ONCE)):
            given = [Given(one.check, name, raw_of(one.given)) for one in some if one.check]
            for outcome in self._outcomes(given):
                setattr(self.report, outcome, getattr(self.report, outcome) + 1)
            after_some()
        after_some()

    def give_up(self, place: str, why: str) -> None:
        """What is at a place can't be read, or not to its end."""
        if self._of_many:
            self.report.unread += 1
            self._place = place
            self._write({"what": "not read", "because": [why]})
        else:
            self.report.broke_off = why

    def _outcomes(self, given: list[Given]) -> list[str]:
        if self._dry_run:
            with reading() as session:
                return [*compare_all(session, given)]
        with transaction() as session:
            return [taken.outcome for taken in take_all(session, given)]

    def _checks(self, items: Iterator[Item]) -> Iterator[Item]:
        """The items that are checks; the others are reported."""
        try:
            for one in items:
                if one.check and self._hosts and not is_at(one.check.url, self._hosts):
                    self.report.elsewhere += 1
                    continue
                self._note(one)
                if one.check:
                    yield one
        except Unreadable as error:
            self.give_up(self._place, str(error))

    def _note(self, one: Item) -> None:
        """Count what is no check, or not all of one, and report it."""
        if one.passed_over:
            setattr(self.report, one.passed_over, getattr(self.report, one.passed_over) + 1)
        if one.refused:
            self.report.refused += 1
            self._tell(one, "refused", [one.refused])
        if one.notes:
            self.report.with_notes += 1
            self._tell(one, "left out", list(one.notes))

    def _tell(self, one: Item, what: str, because: list[str]) -> None:
        place: dict[str, Any] = {"number": one.number, "part": one.part, "line": one.line}
        told = {name: value for name, value in place.items() if value is not None}
        self._write(told | {"what": what, "because": because, "given": one.given})

    def _write(self, told: dict[str, Any]) -> None:
        """A line of the report file."""
        if self._file is None:
            return
        source = {"source": self._place} if self._of_many else {}
        try:
            line = json.dumps(source | told, default=str)
        except (ValueError, RecursionError):  # what is nested too deep to be written, if it could be read
            line = json.dumps(source | told | {"given": None})
        self._file.write(line + "\n")

"""An import: what a source holds is taken in, some at a time, and what was refused is reported with its place."""

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
    many were at other hosts than was asked for; how many of the checks had something left out; and why it ended before its end,
    if it did."""

    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    media: int = 0
    empty: int = 0
    elsewhere: int = 0
    with_notes: int = 0
    broke_off: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether everything was taken in that should be."""
        return not self.refused and self.broke_off is None


class Importing:
    """An import under way. `dry_run`: everything is read and compared, and nothing is kept. `hosts`: only checks that stand at
    one of these are taken in, if there are any."""

    def __init__(
        self, name: str, report_file: IO[str] | None = None, dry_run: bool = False, hosts: Collection[str] = ()
    ) -> None:
        self.report = Report()
        self._name = name
        self._file = report_file
        self._dry_run = dry_run
        self._hosts = hosts

    def run(self, items: Iterable[Item], after_some: Callable[[], None] = lambda: None) -> Report:
        """Take in what there is; `after_some` is called now and then."""
        waiting = iter(items)
        while some := list(islice(self._checks(waiting), AT_ONCE)):
            given = [Given(one.check, self._name, raw_of(one.given)) for one in some if one.check]
            for outcome in self._outcomes(given):
                setattr(self.report, outcome, getattr(self.report, outcome) + 1)
            after_some()
        after_some()
        return self.report

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
            self.report.broke_off = str(error)

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
        """A line of the report file."""
        if self._file is None:
            return
        place: dict[str, Any] = {"number": one.number, "part": one.part, "line": one.line}
        told = {name: value for name, value in place.items() if value is not None}
        raw = raw_of(one.given)  # what is too long to keep is too long to report
        told |= {"what": what, "because": because, "given": json.loads(raw) if raw else None}
        self._file.write(json.dumps(told) + "\n")

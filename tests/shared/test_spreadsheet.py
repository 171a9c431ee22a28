"""What people wrote opens as text in a spreadsheet; numbers stay numbers."""

import csv
import io
from datetime import UTC, datetime

import pytest

from shared import spreadsheet


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "\n=1"])
def test_what_begins_like_a_formula_is_text(text):
    assert spreadsheet.cell(text) == f"'{text}"


def test_numbers_moments_and_what_is_missing():
    given = [-3, 1.5, None, True, datetime(2026, 1, 27, 12, tzinfo=UTC), "2 = 1 + 1", 'a "quoted", b']
    ((*read,),) = csv.reader(io.StringIO("".join(spreadsheet.lines([given]))))
    assert read == ["-3", "1.5", "", "yes", "2026-01-27T12:00:00+00:00", "2 = 1 + 1", 'a "quoted", b']


def test_rows_are_sent_as_they_come():
    def rows():
        yield from [["x" * 1000]] * 100
        raise AssertionError("the whole table was read before anything was sent")

    assert next(spreadsheet.lines(rows())).count("\n") < 100

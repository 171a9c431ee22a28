"""What the desk's figures and reports are, from the tables that the verbs keep for them. Test claims are left out everywhere."""

from services.review.figures.clock import (
    Bucket,
    answers,
    answers_over_time,
    stage_clock,
    standing_now,
    time_to_answer,
)
from services.review.figures.keeping import days_to_keep, forget_all, keep_day
from services.review.figures.people import checkers, workload
from services.review.figures.reach import reach
from services.review.figures.reports import balance, checklist, principles
from services.review.figures.tables import FOR_EDITORS, TABLES, make_table
from services.review.figures.verdicts import rated, verdicts_by

__all__ = [
    "FOR_EDITORS",
    "TABLES",
    "Bucket",
    "answers",
    "answers_over_time",
    "balance",
    "checkers",
    "checklist",
    "days_to_keep",
    "forget_all",
    "keep_day",
    "make_table",
    "principles",
    "rated",
    "reach",
    "stage_clock",
    "standing_now",
    "time_to_answer",
    "verdicts_by",
    "workload",
]

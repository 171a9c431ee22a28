"""Figures: how long claims wait and why, who does how much, what comes of it. Every table is a file, too."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from services.review import figures, queries
from services.review.models import Person
from services.review.pages import charts
from services.review.pages.account import signed_in
from services.review.pages.queue import rail
from services.review.pages.spans import in_words
from services.review.schemas import Column, FigureTable, PeriodIn
from services.review.service import reading
from shared import spreadsheet
from shared.errors import Problem
from shared.web import validated

MOST_SHOWN = 40  # rows of a table on the page; its file has them all
BYS = {"all": "all together", "desk": "desk", "channel": "channel", "rating": "rating"}
OFS = {"topic": "topic", "claimant": "who claims it", "party": "party", "channel": "channel"}

LABELS = {"since": "From", "until": "To", "desk": "Desk", "by": "Clock by", "of": "Verdicts by"}  # as the form has them


@signed_in
def show_stats(person: Person) -> ResponseReturnValue:
    """The page of figures."""
    asked, wrong = _asked()
    with reading() as session:
        buckets, over_time = figures.answers_over_time(session, asked)
        clock = figures.stage_clock(session, asked, asked.by)
        verdicts, rated = figures.verdicts_by(session, asked, asked.of), figures.rated(session, asked)
        tables = {
            "answers": figures.time_to_answer(session, asked),
            "over_time": over_time,
            "clock": clock,
            "now": figures.standing_now(session, asked),
            "verdicts": verdicts,
        }
        if person.may("editor"):
            tables["workload"] = figures.workload(session, asked)
            tables["checkers"] = figures.checkers(session, asked)
        desks = queries.list_desks(session)
        beside = rail(session, person)
    _, claims, half, most = tables["answers"].rows[-1]
    page = render_template(
        "stats.html",
        asked=asked,
        wrong=wrong,
        tables=tables,
        figures=[("answers", claims), ("half within", in_words(half)), ("nine in ten within", in_words(most))],
        pillars=charts.pillars(buckets),
        longest=in_words(max((one.answers.most or 0 for one in buckets), default=0)),
        stages=charts.stage_bars(clock),
        ratings=charts.rating_bars(rated),
        desks=desks,
        bys=BYS,
        ofs=OFS,
        given=_given(asked),
        most_shown=MOST_SHOWN,
        in_words=in_words,
        **beside,
    )
    return page, 422 if wrong else 200


@signed_in
def show_reports(person: Person) -> ResponseReturnValue:
    """The page of reports: balance, and the codes of principles."""
    asked, wrong = _asked()
    with reading() as session:
        balances = [figures.balance(session, asked, of) for of in ("claimant", "party", "channel")]
        reach = figures.reach(session, asked)
        principles, checklist = figures.principles(session, asked), figures.checklist(session, asked)
        desks = queries.list_desks(session)
        beside = rail(session, person)
    page = render_template(
        "reports.html",
        asked=asked,
        wrong=wrong,
        balances=balances,
        reach=reach,
        principles=principles,
        checklist=checklist,
        desks=desks,
        given=_given(asked),
        most_shown=MOST_SHOWN,
        in_words=in_words,
        **beside,
    )
    return page, 422 if wrong else 200


@signed_in
def download_table(person: Person, name: str) -> ResponseReturnValue:
    """One table as CSV; `mark=yes` for Excel."""
    asked, wrong = _asked()
    if wrong:
        raise wrong
    with reading() as session:
        table = figures.make_table(session, name, asked, person)
    file = f"{name}-{asked.first}-{asked.last}.csv"
    return spreadsheet.download(file, rows_of(table), with_mark=request.args.get("mark") == "yes")


def rows_of(table: FigureTable) -> Iterator[tuple[Any, ...]]:
    """A table for a spreadsheet: its heads with their units, then its rows."""
    yield tuple(_head(column) for column in table.columns)
    yield from table.rows


def _head(column: Column) -> str:
    return f"{column.title} (seconds)" if column.kind == "time" else column.title


def _asked() -> tuple[PeriodIn, Problem | None]:
    """What the address asks for; the usual period, and what was wrong with it, in the form's words, if it can't be read."""
    given = {name: value for name, value in request.args.items() if value.strip() and name in PeriodIn.model_fields}
    try:
        return validated(PeriodIn, given), None
    except Problem as problem:
        problem.detail = " ".join(_in_words(one) for one in problem.members.get("errors", []))
        return PeriodIn(), problem


def _in_words(error: Mapping[str, str]) -> str:
    """What is wrong with a field, by the words that stand before it; or with all of them."""
    label = LABELS.get(error["pointer"].removeprefix("#/"), "The period")
    return f"{label} {error['detail'].removeprefix('Input ')}."


def _given(asked: PeriodIn) -> dict[str, Any]:
    """The period and desk as an address names them."""
    return {"since": asked.first, "until": asked.last, "desk": asked.desk}


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/stats")(show_stats)
    bp.get("/reports")(show_reports)
    bp.get("/stats/<name>.csv")(download_table)

"""Figures and reports: the tables that the pages show, for machines."""

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from services.review import figures
from services.review.api.base import bp
from services.review.auth import token_owner
from services.review.schemas import ColumnOut, FigureNamesOut, FigureTableOut, PeriodIn
from services.review.service import reading
from shared.openapi import operation
from shared.parameters import parameter
from shared.web import validated

PERIOD = {
    "since": "The first day, such as 2026-01-31; usually four weeks before the last.",
    "until": "The last day; usually today.",
    "desk": "The slug of a desk.",
}


@bp.get("/figures")
@operation({200: FigureNamesOut})
def list_figures() -> ResponseReturnValue:
    """The tables of figures that you may see. Those of single people are for editors."""
    person = token_owner()
    names = [one for one in figures.TABLES if one not in figures.FOR_EDITORS or person.may("editor")]
    return jsonify(FigureNamesOut(data=names).model_dump(mode="json"))


@bp.get("/figures/<name>")
@operation({200: FigureTableOut}, query=PERIOD, problems=(403, 404, 422))
def show_figures(name: str) -> ResponseReturnValue:
    """A table of figures. Claims that are tests are left out."""
    person = token_owner()
    given = {field: parameter(field, str) for field in PERIOD if field in request.args}
    asked = validated(PeriodIn, given)
    with reading() as session:
        table = figures.make_table(session, name, asked, person)
    out = FigureTableOut(
        name=name,
        title=table.title,
        note=table.note,
        since=asked.first,
        until=asked.last,
        desk=asked.desk,
        columns=[ColumnOut(**one._asdict()) for one in table.columns],
        rows=[list(row) for row in table.rows],
    )
    return jsonify(out.model_dump(mode="json"))

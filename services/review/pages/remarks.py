"""What readers wrote of verdicts: the list of all of it, for a quiet hour, and how it is put aside there and on a case."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.review import queries
from services.review.models import Person
from services.review.pages import wording
from services.review.pages.account import signed_in
from services.review.pages.queue import rail
from services.review.places import read_place, write_place
from services.review.schemas import AsideIn, RemarkState
from services.review.service import reading, transaction
from services.review.workflow.remarks import put_aside
from shared.clock import now
from shared.parameters import parameter
from shared.web import validated

PAGE = 50


@signed_in
def show_remarks(person: Person) -> ResponseReturnValue:
    """The newest first: those that wait, or those that were put aside; of all cases, or of one."""
    state, case_id, place = parameter("state", RemarkState, "waiting"), parameter("case", UUID), read_place("remarks")
    with reading() as session:
        rows = queries.list_remarks(session, person, state, PAGE + 1, case_id, place)
        beside = rail(session, person)
    return render_template(
        "remarks.html",
        state=state,
        case_id=case_id,
        rows=rows[:PAGE],
        more=write_place([rows[PAGE - 1].id]) if len(rows) > PAGE else None,
        later_page=place is not None,
        now=now(),
        wording=wording,
        here="remarks",
        **beside,
    )


@signed_in
def put_remark_aside(person: Person, remark_id: UUID) -> ResponseReturnValue:
    """Put one aside, or bring it back, and show again what it was pressed on: the list of a state, or the case."""
    found = validated(AsideIn, {"aside": request.form.get("aside") or None})
    with transaction() as session:
        case_id = put_aside(session, remark_id, found, person).case_id
    if state := request.form.get("state"):
        return redirect(url_for(".show_remarks", state=state, case=request.form.get("case") or None))
    return redirect(url_for(".show_case", case_id=case_id, _anchor="h-readers"))


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/remarks")(show_remarks)
    bp.post("/remarks/<uuid:remark_id>")(put_remark_aside)

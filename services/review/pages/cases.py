"""A case: everything about it, and what may be done next."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.review import queries, workflow
from services.review.models import Person
from services.review.pages.account import signed_in
from services.review.pages.queue import rail
from services.review.pages.wording import CLOSE_REASONS, DONE, EVIDENCE_KINDS, STANCES, changes, in_words
from services.review.scale import STEPS
from services.review.service import reading, transaction
from shared.errors import BadRequest, NotFound, Problem
from shared.web import read_form


@signed_in
def show_case(person: Person, case_id: UUID) -> ResponseReturnValue:
    """The case page."""
    return _page(person, case_id)


@signed_in
def do(person: Person, case_id: UUID, name: str) -> ResponseReturnValue:
    """Do an act of the table by its form. What was typed is kept when it is refused."""
    action = workflow.ACTIONS.get(name)
    if action is None:
        raise NotFound("There is no such act.")
    seen = _version_seen()
    try:
        found = read_form(action.takes, leaving_out=("seen",))
        with transaction() as session:
            workflow.act(session, case_id, name, found, person, seen)
    except NotFound:
        raise
    except Problem as problem:
        return _page(person, case_id, refused=name, problem=problem)
    flash(DONE[name])
    return redirect(url_for(".show_case", case_id=case_id, _anchor="top"))


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/cases/<uuid:case_id>")(show_case)
    bp.post("/cases/<uuid:case_id>/<name>")(do)


def _page(
    person: Person, case_id: UUID, refused: str | None = None, problem: Problem | None = None
) -> ResponseReturnValue:
    with reading() as session:
        case = queries.get_case(session, case_id, person)
        people = queries.list_people(session)
        beside = rail(session, person)
    errors: dict[str, str] = {}
    for error in problem.members.get("errors", []) if problem else []:
        errors[error["pointer"].removeprefix("#").removeprefix("/") or "form"] = error["detail"]
    page = render_template(
        "case.html",
        case=case,
        steps=STEPS,
        people=[one for one in people if one.active],
        evidence_kinds=EVIDENCE_KINDS,
        stances=STANCES,
        close_reasons=CLOSE_REASONS,
        in_words=in_words,
        changes=changes,
        refused=refused,
        problem=problem,
        errors=errors,
        typed=_typed(case, refused),
        **beside,
    )
    return (page, problem.status) if problem else page


def _typed(case: Any, refused: str | None) -> Any:
    """`typed(form, field)`: what stands in a field: what was just typed, or for the verdict what was written before."""
    draft = case.verdict.model_dump(mode="json") if case.verdict else {}

    def value(form: str, field: str) -> str:
        if form == refused:
            return request.form.get(field, "")
        return str(draft.get(field) or "") if form == "check" else ""

    return value


def _version_seen() -> int:
    """The version of the case that the form was made for."""
    given = request.form.get("seen", "")
    if not (given.isascii() and given.isdecimal() and len(given) < 10):
        raise BadRequest("The form lacks the version of the case. Open the case again.")
    return int(given)

"""Readers' challenges: the list with its deadlines, and each with the form to decide it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.review import queries, workflow
from services.review.models import Person
from services.review.pages import forms, terms, wording
from services.review.pages.account import signed_in
from services.review.pages.queue import rail
from services.review.places import read_place, write_place
from services.review.schemas import DecideIn, DisputeAssignIn
from services.review.service import reading, transaction
from shared.clock import now
from shared.contracts import DisputeState
from shared.errors import NotFound, Problem
from shared.markdown import to_html
from shared.parameters import parameter
from shared.web import validated

PAGE = 50


@signed_in
def show_disputes(person: Person) -> ResponseReturnValue:
    """The open ones, what is due first at the top; or the decided ones."""
    state = parameter("state", DisputeState, "open")
    place = read_place("disputes")
    with reading() as session:
        rows = queries.list_disputes(session, state, PAGE + 1, place)
        beside = rail(session, person)
    return render_template(
        "disputes.html",
        state=state,
        rows=rows[:PAGE],
        more=write_place(queries.place_of(rows[PAGE - 1])) if len(rows) > PAGE else None,
        later_page=place is not None,
        now=now(),
        wording=wording,
        in_words=wording.in_words,
        here="disputes",
        **beside,
    )


@signed_in
def show_dispute(person: Person, dispute_id: UUID) -> ResponseReturnValue:
    """One of them, beside the verdict that it challenges."""
    with transaction() as session:
        workflow.read_notifications(session, person, dispute_id=dispute_id)
    return _page(person, dispute_id)


@signed_in
def assign_dispute(person: Person, dispute_id: UUID) -> ResponseReturnValue:
    """Say who decides."""
    try:
        found = validated(DisputeAssignIn, _given("to"))
        with transaction() as session:
            workflow.assign_dispute(session, dispute_id, found, person, forms.version_seen())
    except NotFound:
        raise
    except Problem as problem:
        return _page(person, dispute_id, problem)
    flash("Handed over.")
    return redirect(url_for(".show_dispute", dispute_id=dispute_id))


@signed_in
def decide_dispute(person: Person, dispute_id: UUID) -> ResponseReturnValue:
    """Decide. What was typed is kept when it is refused."""
    try:
        kind = _given("kind") if request.form.get("decision") == "upheld" else {}  # what it says: if it is upheld
        found = validated(DecideIn, _given("decision", "reason") | kind | {"public": "public" in request.form})
        with transaction() as session:
            workflow.decide(session, dispute_id, found, person, forms.version_seen())
    except NotFound:
        raise
    except Problem as problem:
        return _page(person, dispute_id, problem)
    flash("Decided. The reader sees it by the receipt." + (" The case is open again." if found.kind else ""))
    return redirect(url_for(".show_dispute", dispute_id=dispute_id))


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/disputes")(show_disputes)
    bp.get("/disputes/<uuid:dispute_id>")(show_dispute)
    bp.post("/disputes/<uuid:dispute_id>/assign")(assign_dispute)
    bp.post("/disputes/<uuid:dispute_id>/decide")(decide_dispute)


def _page(person: Person, dispute_id: UUID, problem: Problem | None = None) -> ResponseReturnValue:
    with reading() as session:
        dispute = queries.get_dispute(session, dispute_id, person)
        case = queries.get_case(session, dispute.case_id, person)
        beside = rail(session, person)
    page = render_template(
        "dispute.html",
        dispute=dispute,
        case=case,
        verdict=next((one for one in case.verdicts if one.revision == dispute.verdict_revision), None),
        wrong=wording.problem_in_words(problem),
        typed=request.form,
        terms=terms,
        wording=wording,
        in_words=wording.in_words,
        to_html=to_html,
        now=now(),
        here="disputes",
        **beside,
    )
    return (page, problem.status) if problem else page


def _given(*names: str) -> dict[str, Any]:
    return {name: request.form[name] for name in names if request.form.get(name, "").strip()}

"""The directory: a list, and for each name what is known of it and which claims are theirs."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.review import queries, workflow
from services.review.models import Known, Person, key_of
from services.review.pages import terms, wording
from services.review.pages.account import signed_in
from services.review.pages.forms import in_a_line, listed
from services.review.pages.queue import rail
from services.review.places import read_place, write_place
from services.review.schemas import KnownIn
from services.review.service import reading, transaction
from shared import cursor
from shared.errors import BadRequest, Problem
from shared.web import validated

PAGE = 50
LONGEST = 300
FIELDS = ("name", "title", "organization", "party", "same_as", "phone", "mail", "note")


@signed_in
def show_directory(person: Person) -> ResponseReturnValue:
    """Everybody the desk knows, by name."""
    asked, place = request.args.get("q", "").strip()[:200], request.args.get("cursor")
    with reading() as session:
        found = queries.list_known(session, asked, PAGE + 1, cursor.read(place, str)[0] if place else None)
        beside = rail(session, person)
    here = url_for(".show_directory", q=asked or None)
    more = cursor.write(found[PAGE - 1].key) if len(found) > PAGE else None
    return render_template(
        "directory.html",
        found=found[:PAGE],
        asked=asked,
        next_page=cursor.next_page(here, more) if more else None,
        here=here if place else None,
        **beside,
    )


@signed_in
def show_known(person: Person) -> ResponseReturnValue:
    """What is known of a name, and the claims that are theirs."""
    return _page(person, request.args.get("name", "").strip()[:LONGEST])


@signed_in
def enter(person: Person) -> ResponseReturnValue:
    """Enter somebody, or change what is known of them."""
    given = request.form.get("known_id", "")
    try:
        known_id = UUID(given) if given else None
    except ValueError:
        raise BadRequest("known_id: has to be the id of an entry.") from None
    try:
        found = validated(KnownIn, _given())
        with transaction() as session:
            name = workflow.enter(session, found, person, known_id).name
    except Problem as problem:
        return _page(person, request.form.get("was", "").strip()[:LONGEST], problem)
    flash(f"{name} stands in the directory.")
    return redirect(url_for(".show_known", name=name))


@signed_in
def forget(person: Person, known_id: UUID) -> ResponseReturnValue:
    """Take somebody out of the directory."""
    with transaction() as session:
        workflow.forget(session, known_id, person)
    flash("Taken out of the directory; their claims stay.")
    return redirect(url_for(".show_directory"))


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/directory")(show_directory)
    bp.get("/directory/entry")(show_known)
    bp.post("/directory")(enter)
    bp.post("/directory/<uuid:known_id>/forget")(forget)


def _page(person: Person, name: str, problem: Problem | None = None) -> ResponseReturnValue:
    with reading() as session:
        known = queries.find_known(session, name) if name else None
        wanted = queries.Wanted(claimant=key_of(name) or "", sort="newest")
        claims = queries.list_queue(session, wanted, PAGE, read_place("newest"), person)
        judged = queries.find_judgements(session, name)[:1] if name else []
        held = queries.describe_judgements(judged, queries.people_by_id(session, {one.judged_by for one in judged}))
        beside = rail(session, person)
    more = write_place(claims.after)
    here = url_for(".show_known", name=name or None)
    page = render_template(
        "known.html",
        name=name,
        known=known,
        held=held,
        terms=terms,
        claims=claims.rows,
        wrong=wording.problem_in_words(problem),
        typed=request.form.to_dict() if problem else _fields_of(known, name),
        next_page=cursor.next_page(here, more) if more else None,
        **beside,
    )
    return (page, problem.status) if problem else page


def _given() -> dict[str, Any]:
    given: dict[str, Any] = {name: request.form.get(name, "").strip() or None for name in FIELDS}
    given["name"] = given["name"] or ""
    return given | {"topics": listed(request.form.get("topics", ""))}


def _fields_of(known: Known | None, name: str) -> dict[str, Any]:
    if known is None:
        return {"name": name}
    return known.model_dump(include=set(FIELDS), exclude_none=True) | {"topics": in_a_line(known.topics)}

"""The pages on how the newsroom works, written by editors and shown as readers will see them."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.review import queries, workflow
from services.review.models import Person
from services.review.pages.account import signed_in
from services.review.pages.queue import rail
from services.review.schemas import PolicyIn
from services.review.service import reading, transaction
from shared.contracts import PolicyName
from shared.contracts.policies import languages
from shared.errors import NotFound, Problem
from shared.markdown import to_html
from shared.web import read_form


@signed_in
def show_policies(person: Person) -> ResponseReturnValue:
    """All of them, in every language."""
    with reading() as session:
        found = queries.list_policies(session)
        beside = rail(session, person)
    return render_template("policies.html", found=found, **beside)


@signed_in
def show_policy(person: Person, name: str, language: str) -> ResponseReturnValue:
    """One of them, and the form for it."""
    return _page(person, *_known(name, language))


@signed_in
def post_policy(person: Person, name: str, language: str) -> ResponseReturnValue:
    """Post one, or look at what readers will see."""
    page, language = _known(name, language)
    if "look" in request.form:
        return _page(person, page, language, preview=True)
    try:
        found = read_form(PolicyIn)
        with transaction() as session:
            workflow.post_policy(session, page, language, found, person)
    except Problem as problem:
        return _page(person, page, language, problem)
    flash(f"{found.title} is posted; readers see it in a moment.")
    return redirect(url_for(".show_policies"))


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/policies")(show_policies)
    bp.get("/policies/<name>/<language>")(show_policy)
    bp.post("/policies/<name>/<language>")(post_policy)


def _known(name: str, language: str) -> tuple[PolicyName, str]:
    if name not in queries.POLICY_NAMES or language not in languages():
        raise NotFound("There is no such page.")
    return name, language


def _page(
    person: Person, name: PolicyName, language: str, problem: Problem | None = None, preview: bool = False
) -> ResponseReturnValue:
    with reading() as session:
        now = queries.find_policy(session, name, language)
        beside = rail(session, person)
    typed = request.form
    page = render_template(
        "policy.html",
        policy=now,
        title=typed.get("title", now.title),
        text=typed.get("text", now.text),
        shown=to_html(typed.get("text", "") if preview else now.text),
        preview=preview,
        wrong=problem.detail if problem else "",
        errors=problem.members.get("errors", []) if problem else [],
        **beside,
    )
    return (page, problem.status) if problem else page

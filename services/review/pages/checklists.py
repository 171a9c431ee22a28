"""What a desk asks of every verdict: its checklist and its own fields, written by admins."""

from itertools import zip_longest
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.review import queries, workflow
from services.review.models import Person
from services.review.pages import terms, wording
from services.review.pages.account import signed_in
from services.review.pages.forms import in_a_line, listed
from services.review.pages.queue import rail
from services.review.schemas import ChecklistIn
from services.review.service import reading, transaction
from shared.errors import Problem
from shared.web import validated

EMPTY_ROWS = 2  # for what is new; more come when these are kept
MOST_ROWS = 60


@signed_in
def show_checklist(person: Person, slug: str | None = None) -> ResponseReturnValue:
    """What a desk asks for."""
    return _page(person, slug)


@signed_in
def change_checklist(person: Person, slug: str | None = None) -> ResponseReturnValue:
    """Change it."""
    try:
        found = validated(ChecklistIn, _given())
        with transaction() as session:
            workflow.change_checklist(session, slug, found, person)
    except Problem as problem:
        return _page(person, slug, problem)
    flash("Kept. It counts for every verdict that is given from now on.")
    return redirect(url_for(".show_checklist", slug=slug))


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    for path in ("/settings/checklist", "/settings/checklist/<slug>"):
        bp.get(path)(show_checklist)
        bp.post(path)(change_checklist)


def _page(person: Person, slug: str | None, problem: Problem | None = None) -> ResponseReturnValue:
    with reading() as session:
        kept = queries.describe_checklist(workflow.get_checklist(session, slug), slug)
        desks = queries.list_desks(session)
        beside = rail(session, person)
    given = _given() if problem else kept.model_dump(mode="json")
    page = render_template(
        "checklist.html",
        in_a_line=in_a_line,
        desk=next((one for one in desks if one.slug == slug), None),
        desks=desks,
        items=[*given["items"], *({} for _ in range(EMPTY_ROWS))],
        fields=[*given["fields"], *({} for _ in range(EMPTY_ROWS))],
        statuses=[*given["statuses"], *({} for _ in range(EMPTY_ROWS))],
        terms=terms,
        wrong=wording.problem_in_words(problem),
        **beside,
    )
    return (page, problem.status) if problem else page


def _given() -> dict[str, Any]:
    """The form as what a checklist is made of."""
    return {"items": _rows("item"), "fields": _rows("field"), "statuses": _statuses()}


def _statuses() -> list[dict[str, Any]]:
    """The form's statuses; their names in other languages as in `de: Wartet; uk: Чекає`."""
    columns = [request.form.getlist(f"status.{name}")[:MOST_ROWS] for name in ("label", "colour", "words")]
    return [
        {
            "label": label.strip(),
            "colour": colour,
            "words": dict(_named(one) for one in words.split(";") if one.strip()),
        }
        for label, colour, words in zip_longest(*columns, fillvalue="")
        if label.strip()
    ]


def _named(written: str) -> tuple[str, str]:
    """What has no language goes through, for the schema to say so."""
    language, _, name = written.partition(":")
    return language.strip(), name.strip()


def _rows(kind: str) -> list[dict[str, Any]]:
    """The form's rows of a kind as what they are made of. A row without words is none."""
    rows = []
    for number in range(MOST_ROWS):
        given = {name: request.form.get(f"{kind}.{number}.{name}", "").strip() for name in _names(kind)}
        if not given["label"]:
            continue
        row: dict[str, Any] = {name: value for name, value in given.items() if value}
        row["required"] = given["required"] == "true"
        row |= {name: listed(given[name]) for name in ("tags", "ratings")}
        row["public"] = given.get("public") == "true"
        if kind == "field":
            del row["public"]
            row["choices"] = listed(given["choices"])
        rows.append(row)
    return rows


def _names(kind: str) -> tuple[str, ...]:
    both = ("id", "label", "before", "required", "tags", "ratings")
    return (*both, "proof", "count", "public") if kind == "item" else (*both, "kind", "choices")

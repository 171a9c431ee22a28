"""The newsroom's desks: who is there, which rules and which ratings."""

import re
from collections.abc import Callable, Mapping
from itertools import zip_longest
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from slugify import slugify
from sqlmodel import Session

from services.review import queries, workflow
from services.review.models import Desk, Person
from services.review.pages import wording
from services.review.pages.account import signed_in
from services.review.pages.forms import in_a_line, listed
from services.review.pages.queue import rail
from services.review.scale import SCALE, STEPS
from services.review.schemas import ConfirmRatingsIn, DeskIn, DeskOut, NewDeskIn, StepWordsIn
from services.review.service import reading, service, transaction
from services.review.workflow import ratings
from shared.errors import Invalid, Problem
from shared.shapes import COLOURS, SHAPES
from shared.web import read_form, validated

TIMES = ("idle_remind_hours", "idle_offer_hours", "due_remind_hours")
OWN = ("slug", "label", "meaning", "value", "place", "shape", "colour", "words")  # of a rating of its own
EMPTY_ROWS, MOST_ROWS = 2, 30
MEMBER = re.compile(r"(\S+)\s+(checker|editor)", re.IGNORECASE)


@signed_in
def show_desks(person: Person) -> ResponseReturnValue:
    """All desks."""
    return _page(person)


@signed_in
def make_desk(person: Person) -> ResponseReturnValue:
    """Make a desk."""
    try:
        found = validated(NewDeskIn, _given() | {"slug": request.form.get("slug", "").strip()})
        with transaction() as session:
            workflow.make_desk(session, found, person)
    except Problem as problem:
        return _page(person, problem, "new")
    flash(f"{found.name} is there.")
    return redirect(url_for(".show_desks", _anchor=f"desk-{found.slug}"))


@signed_in
def change_desk(person: Person, slug: str) -> ResponseReturnValue:
    """Change a desk."""
    try:
        found = validated(DeskIn, _given())
        with transaction() as session:
            waits = workflow.change_desk(session, slug, found, person).proposal is not None
    except Problem as problem:
        return _page(person, problem, slug)
    flash(f"{found.name} is changed." + (" Its ratings wait for a second person." if waits else ""))
    return redirect(url_for(".show_desks", _anchor=f"desk-{slug}"))


@signed_in
def confirm_ratings(person: Person, slug: str) -> ResponseReturnValue:
    """Agree to the ratings that somebody else proposed."""
    return _decide(
        person, slug, ratings.confirm_ratings, "The ratings count from now on. Readers see them within minutes."
    )


@signed_in
def drop_ratings(person: Person, slug: str) -> ResponseReturnValue:
    """Do away with the ratings that were proposed."""
    return _decide(person, slug, ratings.drop_ratings, "The ratings stay as they were.")


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/desks")(show_desks)
    bp.post("/desks")(make_desk)
    bp.post("/desks/<slug>")(change_desk)
    bp.post("/desks/<slug>/ratings/confirm")(confirm_ratings)
    bp.post("/desks/<slug>/ratings/drop")(drop_ratings)


def _decide(
    person: Person, slug: str, verb: Callable[[Session, str, ConfirmRatingsIn, Person], Desk], done: str
) -> ResponseReturnValue:
    try:
        found = read_form(ConfirmRatingsIn)
        with transaction() as session:
            verb(session, slug, found, person)
    except Problem as problem:
        return _page(person, problem, f"ratings-{slug}")
    flash(done)
    return redirect(url_for(".show_desks", _anchor=f"desk-{slug}"))


def _page(person: Person, problem: Problem | None = None, about: str = "") -> ResponseReturnValue:
    with reading() as session:
        kept = queries.list_desks(session)
        desks, scales = queries.describe_desks(session, kept), {one.slug: workflow.scale_of(one) for one in kept}
        has_rules = person.may("editor") or "editor" in workflow.desks_of(session, person).values()
        asked_anew = queries.asked_anew(session)
        proposed = [ratings.changes_of(one) for one in kept]
        mine = {one.slug for one in kept if ratings.may_confirm(session, one.slug, person)}
        beside = rail(session, person)
    page = render_template(
        "desks.html",
        in_a_line=in_a_line,
        desks=desks,
        asked_anew=asked_anew,
        steps=STEPS,
        scales=scales,
        proposed=dict(zip(scales, proposed, strict=True)),
        mine=mine,
        proposed_by_me={one.slug for one in kept if one.proposal and one.proposal["by"] == str(person.id)},
        own_rows=_own_rows,
        written=_written,
        shapes=SHAPES,
        colours=COLOURS,
        has_rules=has_rules,
        idle_remind_hours=service.settings.idle_remind_hours,
        idle_offer_hours=service.settings.idle_offer_hours,
        due_remind_hours=workflow.USUAL_DUE_HOURS,
        wrong=wording.problem_in_words(problem),
        about=about,
        typed=request.form,
        **beside,
    )
    return (page, problem.status) if problem else page


def _given() -> dict[str, Any]:
    """The form as what a desk is made of: members as lines such as `ada@desk.example checker`."""
    form = request.form
    chosen = _usual_ratings() | _own_ratings()
    lines = [line.strip() for line in form.get("members", "").splitlines() if line.strip()]
    members = [MEMBER.fullmatch(line) for line in lines]
    if unread := [line for line, found in zip(lines, members, strict=True) if found is None]:
        raise Invalid.field("members", f"has to be an address and checker or editor on each line, not “{unread[0]}”")
    return {
        "name": form.get("name", ""),
        "tags": listed(form.get("tags", "")),
        "approvals_needed": form.get("approvals_needed", "1"),
        "evidence_needed": form.get("evidence_needed", "2"),
        "second_checks_needed": form.get("second_checks_needed", "0"),
        **{name: form.get(name, "").strip() or None for name in TIMES},
        "ratings": {} if _is_usual(chosen) else chosen,
        "members": [{"email": found[1], "role": found[2].lower()} for found in members if found],
    }


def _usual_ratings() -> dict[str, dict[str, Any]]:
    """Those of the usual scale that are ticked, in the words and at the place that stand beside them."""
    form = request.form
    return {
        step.slug: {
            "label": form.get(f"label.{step.slug}", "").strip() or step.label,
            "meaning": form.get(f"meaning.{step.slug}", "").strip() or step.meaning,
            "place": form.get(f"place.{step.slug}", "").strip() or None,
            "words": _words(form.get(f"words.{step.slug}", "")),
        }
        for step in STEPS
        if step.slug in form.getlist("rating")
    }


def _own_rows(desk: DeskOut | None, is_typed: bool) -> list[dict[str, Any]]:
    """The ratings of a desk's own as the rows of its form: as they were typed, or as they are; and room for new ones."""
    own = (desk.proposal or desk).ratings if desk else {}
    kept = [
        one.model_dump() | {"slug": slug, "words": _written(one.words)}
        for slug, one in own.items()
        if slug not in SCALE
    ]
    return [*(_typed_rows() if is_typed else kept), *({"place": None} for _ in range(EMPTY_ROWS))]


def _typed_rows() -> list[dict[str, str | None]]:
    """The form's rows that have a name."""
    columns = [[one.strip() for one in request.form.getlist(f"own.{name}")[:MOST_ROWS]] for name in OWN]
    rows = [dict(zip(OWN, row, strict=True)) for row in zip_longest(*columns, fillvalue="")]
    return [{name: value or None for name, value in row.items()} for row in rows if row["label"]]


def _own_ratings() -> dict[str, dict[str, Any]]:
    """A desk's own ratings, by the slugs that they have, or are given after their names: one that is renamed stays the same."""
    own: dict[str, dict[str, Any]] = {}
    for row in _typed_rows():
        slug = row.pop("slug") or slugify(row["label"] or "", max_length=40)
        if not slug:
            raise Invalid.field("own_ratings", f"needs a name with letters, not “{row['label']}”")
        if slug in own or slug in SCALE:
            raise Invalid.field("own_ratings", f"has a name that another rating has: “{row['label']}”")
        own[slug] = row | {"words": _words(row["words"] or "")}
    return own


def _words(written: str) -> dict[str, dict[str, str]]:
    """A rating's words in other languages, one a line, as in `de: Falsch | Es stimmt nicht.`; what has no language goes through,
    for the schema to say so."""
    found = {}
    for line in filter(str.strip, written.splitlines()):
        tag, _, rest = line.partition(":")
        label, _, meaning = (part.strip() for part in rest.partition("|"))
        found[tag.strip()] = {"label": label} | ({"meaning": meaning} if meaning else {})
    return found


def _written(words: Mapping[str, StepWordsIn | Mapping[str, str]]) -> str:
    """The same as it is typed."""
    named = [(tag, dict(own)) for tag, own in words.items()]
    return "\n".join(" | ".join(filter(None, (f"{tag}: {own['label']}", own.get("meaning")))) for tag, own in named)


def _is_usual(chosen: dict[str, dict[str, Any]]) -> bool:
    usual: dict[str, dict[str, Any]] = {
        step.slug: {"label": step.label, "meaning": step.meaning, "place": None, "words": {}} for step in STEPS
    }
    return chosen == usual

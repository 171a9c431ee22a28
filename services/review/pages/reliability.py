"""How far sources can be relied on: a list, a page for each, and what a case shows beside them."""

from collections.abc import Callable, Sequence
from typing import Any, get_args
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.review import queries
from services.review.models import Person, keys_of_source, site_of
from services.review.pages import terms, wording
from services.review.pages.account import signed_in
from services.review.pages.queue import rail
from services.review.schemas import CaseOut, JudgeIn, JudgementOut
from services.review.schemas.reliability import SourceKind
from services.review.service import reading, transaction
from services.review.workflow import reliability as verbs
from shared import cursor
from shared.errors import Problem
from shared.hostnames import for_people
from shared.web import read_form

PAGE = 50
LONGEST = 300


@signed_in
def show_reliability(person: Person) -> ResponseReturnValue:
    """All that were judged, by name."""
    asked, place = request.args.get("q", "").strip()[:200], request.args.get("cursor")
    with reading() as session:
        found = queries.list_judgements(session, asked, PAGE + 1, cursor.read(place, str)[0] if place else None)
        people = queries.people_by_id(session, {one.judged_by for one in found})
        beside = rail(session, person)
    here = url_for(".show_reliability", q=asked or None)
    more = cursor.write(found[PAGE - 1].key) if len(found) > PAGE else None
    return render_template(
        "reliability.html",
        found=queries.describe_judgements(found[:PAGE], people),
        terms=terms,
        asked=asked,
        next_page=cursor.next_page(here, more) if more else None,
        here=here if place else None,
        **beside,
    )


@signed_in
def show_source(person: Person) -> ResponseReturnValue:
    """What the desk holds of a source, and held before."""
    return _page(person, request.args.get("kind", ""), request.args.get("name", "").strip()[:LONGEST])


@signed_in
def judge(person: Person) -> ResponseReturnValue:
    """Say how far a source can be relied on."""
    try:
        found = read_form(JudgeIn)
        with transaction() as session:
            made = verbs.judge(session, found, person)
            kind, name = made.kind, made.name
    except Problem as problem:
        return _page(person, request.form.get("kind", ""), request.form.get("name", "").strip()[:LONGEST], problem)
    flash("Kept. It shows wherever this source stands on a case.")
    return redirect(url_for(".show_source", kind=kind, name=name))


@signed_in
def forget_judgements(person: Person, judgement_id: UUID) -> ResponseReturnValue:
    """Forget all that was held of a source."""
    with transaction() as session:
        verbs.forget_judgements(session, judgement_id, person)
    flash("What was held of this source is forgotten.")
    return redirect(url_for(".show_reliability"))


def held_of(case: CaseOut) -> Callable[..., list[JudgementOut]]:
    """`held(names, url)`: what the desk holds of who is named, and of the site of an address or the nearest that it is part of."""
    by_key = {key: one for one in case.reliability for key in _keys_of(one)[:1]}

    def held(names: Sequence[str | None] = (), url: str | None = None) -> list[JudgementOut]:
        found = [by_key.get(key) for name in names for key in keys_of_source(name)]
        found.append(next((by_key[key] for key in keys_of_source(url=url) if key in by_key), None))
        return list({one.id: one for one in found if one}.values())

    return held


def sources_of(case: CaseOut) -> list[tuple[SourceKind, str]]:
    """Every source that is named on a case, to be judged: names, then sites."""
    claim = case.as_described
    names = [claim.claimant.name, claim.claimant.organization] if claim.claimant else []
    names += [name for one in case.statements if not one.struck_at for name in queries.names_in(one)]
    given = [claim.story, *claim.appearances, *(one for one in case.evidence if not one.struck_at)]
    names += [one.publisher for one in given if one]
    sites = {site_of(one.url): None for one in given if one and one.url}
    known = {key: name for name in names if name for key in keys_of_source(name)}
    return [("name", one) for one in known.values()] + [("site", for_people(one)) for one in sites if one]


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/reliability")(show_reliability)
    bp.get("/reliability/source")(show_source)
    bp.post("/reliability", endpoint="judge_source")(judge)
    bp.post("/reliability/<uuid:judgement_id>/forget")(forget_judgements)


def _keys_of(one: JudgementOut) -> list[str]:
    return keys_of_source(url=one.name) if one.kind == "site" else keys_of_source(one.name)


def _page(person: Person, kind: str, name: str, problem: Problem | None = None) -> ResponseReturnValue:
    kind = kind if kind in get_args(SourceKind) else "name"
    by_site = kind == "site"
    with reading() as session:
        found = queries.find_judgements(session, None if by_site else name, name if by_site else None) if name else []
        people = queries.people_by_id(session, {one.judged_by for one in found})
        beside = rail(session, person)
    described = queries.describe_judgements(found, people)
    site = site_of(name) if by_site else None
    name = described[0].name if described else name
    typed: dict[str, Any] = request.form.to_dict() if problem else {"kind": kind, "name": name}
    page = render_template(
        "source.html",
        kind=kind,
        name=for_people(site) if site else name,
        host=site,
        standing=described[0] if described else None,
        earlier=described[1:],
        terms=terms,
        wrong=wording.problem_in_words(problem),
        typed=typed,
        **beside,
    )
    return (page, problem.status) if problem else page

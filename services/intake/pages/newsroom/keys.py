"""A newsroom's keys, and how much of their limits is used."""

from datetime import timedelta
from typing import Annotated

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field

from services.intake import auth, queries, quotas
from services.intake.auth import USUAL, Scope
from services.intake.pages.newsroom.entrance import for_visitors, page
from services.intake.service import reading, service, transaction
from services.intake.visitors import Visitor
from shared import pressing
from shared.clock import now
from shared.errors import Invalid, Problem
from shared.fields import Line
from shared.web import read_form


class KeyIn(BaseModel):
    """A key's name, from which key it is made, and for how many days it opens something."""

    name: Annotated[Line, Field(max_length=100)]
    made_from: Annotated[Line, Field(max_length=20)]
    days: Annotated[int, Field(ge=1, le=3_650)] = 365


@for_visitors
def list_keys(visitor: Visitor) -> ResponseReturnValue:
    """The keys, without their secrets."""
    return _page(visitor)


@for_visitors
def make_key(visitor: Visitor) -> ResponseReturnValue:
    """Make a key and show it, once: the same one if the button is pressed twice."""
    try:
        found = read_form(KeyIn, leaving_out=("scope",))
        scopes: list[Scope] = [one for one in USUAL if one in request.form.getlist("scope")]  # type: ignore[misc]
        if not scopes:
            raise Invalid.field("scope", "tick at least one thing that the key may do")
        seed = pressing.seed_of(service.settings.secret_key, visitor.visit_id)
        until = now() + timedelta(days=found.days)
        with transaction() as session:
            key = auth.make_key_from(session, found.made_from, visitor.newsroom_id, found.name, scopes, until, seed)
    except Problem as problem:
        return _page(visitor, problem)
    return _page(visitor, made=key)


@for_visitors
def revoke_key(visitor: Visitor, key_id: str) -> ResponseReturnValue:
    """From now on the key opens nothing."""
    with transaction() as session:
        auth.revoke_key(session, key_id, visitor.newsroom_id)
    return redirect(url_for(".list_keys"), 303)


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/keys")(list_keys)
    bp.post("/keys")(make_key)
    bp.post("/keys/<key_id>/revoke")(revoke_key)


def _page(visitor: Visitor, problem: Problem | None = None, made: str | None = None) -> ResponseReturnValue:
    with reading() as session:
        keys = queries.list_own_keys(session, visitor.newsroom_id)
        open_keys = [one for one in keys if auth.is_open(one)]
        used = quotas.spent_by(session, {one.made_from or one.id for one in keys})
    spent = {one.id: used.get(one.made_from or one.id, 0) for one in keys}
    usual = service.settings
    return page(
        "keys.html", visitor, problem, keys=keys, spent=spent, made=made,
        parents={one.id: f"{one.name} (fdk_{one.id}_…)" for one in open_keys}, now=now(),
        scopes=[scope for scope in USUAL if any(scope in one.scopes for one in open_keys)],
        per_minute=usual.requests_per_minute, per_day=usual.claims_per_day,
    )  # fmt: skip

"""The desk's rules for what comes in: kept in order, tried on what came in, and what each of them did."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from services.review import queries, workflow
from services.review.models import Person
from services.review.pages import terms, wording
from services.review.pages.account import signed_in
from services.review.pages.forms import in_a_line, listed
from services.review.pages.queue import rail
from services.review.schemas import RuleIn, RuleOut, TriedOut
from services.review.service import reading, transaction
from shared import cursor
from shared.errors import BadRequest, Forbidden, Problem
from shared.web import validated

PAGE = 50
LISTS = ("words", "without", "newsrooms", "publishers", "hosts", "languages", "tags")
NUMBERS = ("urgency", "hours", "due_in_hours")


@signed_in
def show_rules(person: Person) -> ResponseReturnValue:
    """All rules, in their order."""
    return _page(person)


@signed_in
def show_rule(person: Person, rule_id: UUID) -> ResponseReturnValue:
    """What a rule did."""
    place = request.args.get("cursor")
    with reading() as session:
        _desks_of(session, person)
        (rule,) = queries.describe_rules(session, [workflow.get_rule(session, rule_id)])
        hits = queries.list_hits(session, rule_id, PAGE + 1, cursor.uuid_in(place) if place else None)
        people = {one.email: one.name for one in queries.list_people(session)}
        beside = rail(session, person)
    more = cursor.following(hits, PAGE)
    here = url_for(".show_rule", rule_id=rule_id)
    return render_template(
        "rule.html",
        rule=rule,
        hits=hits[:PAGE],
        sentence=lambda one: rule_in_words(one, people),
        did=lambda done: done_in_words(done, people),
        here=here if place else None,
        next_page=cursor.next_page(here, more) if more else None,
        **beside,
    )


@signed_in
def make_rule(person: Person) -> ResponseReturnValue:
    """Make a rule."""
    return _keep(person, None)


@signed_in
def change_rule(person: Person, rule_id: UUID) -> ResponseReturnValue:
    """Change a rule."""
    return _keep(person, rule_id)


@signed_in
def drop_rule(person: Person, rule_id: UUID) -> ResponseReturnValue:
    """Drop a rule."""
    with transaction() as session:
        workflow.drop_rule(session, rule_id, person)
    flash("The rule is dropped; what it did stays in the histories.")
    return redirect(url_for(".show_rules"))


@signed_in
def try_rule(person: Person) -> ResponseReturnValue:
    """Show what a rule would have done with the newest claims."""
    given = request.form.get("rule_id", "")
    try:
        rule_id = UUID(given) if given else None
    except ValueError:
        raise BadRequest("rule_id: has to be the id of a rule.") from None
    try:
        found = validated(RuleIn, _given())
        with reading() as session:
            _desks_of(session, person)
            tried = queries.try_rule(session, found, rule_id)
    except Forbidden:
        raise
    except Problem as problem:
        return _page(person, problem, given or "new")
    return _page(person, about=given or "new", tried=tried)


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/settings/rules")(show_rules)
    bp.post("/settings/rules")(make_rule)
    bp.post("/settings/rules/try")(try_rule)
    bp.get("/settings/rules/<uuid:rule_id>")(show_rule)
    bp.post("/settings/rules/<uuid:rule_id>")(change_rule)
    bp.post("/settings/rules/<uuid:rule_id>/drop")(drop_rule)


def rule_in_words(rule: RuleOut, names: Mapping[str, str]) -> str:
    """A rule as a sentence."""
    when = rule.when
    if_so = [f"comes from {_any(given)}" for given in (when.newsrooms, when.publishers, when.hosts) if given]
    if_so += [f"is in {_any(when.languages)}"] if when.languages else []
    if_so += [f"is tagged {_any(when.tags)}"] if when.tags else []
    if_so += [f"speaks of {_any(when.words)}"] if when.words else []
    if_so += [f"does not speak of {_any(when.without)}"] if when.without else []
    if_so += [f"fits the pattern {when.pattern}"] if when.pattern else []
    claims = f"a claim of the desk {rule.desk}" if rule.desk else "a claim"
    first = (
        f"If {claims} {' and '.join(if_so)}: "
        if if_so
        else f"Every claim{f' of the desk {rule.desk}' if rule.desk else ''}: "
    )
    does = done_in_words(rule.then.model_dump(exclude_none=True), names)
    return first + "; ".join([*does, *(["no rule after this one"] if rule.stops else [])]) + "."


def done_in_words(done: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    """What a rule does, or did."""
    to = done.get("assign") or done.get("assignee")
    due, close = str(done.get("due_at") or "")[:16].replace("T", " "), done.get("close") or done.get("close_reason")
    found = {
        f"tag {', '.join(done.get('tags', ()))}": done.get("tags"),
        f"urgency {done.get('urgency')}": done.get("urgency"),
        f"{done.get('hours') or 0:+d} h in the queue": done.get("hours"),
        f"due {done.get('due_in_hours')} h after it came in": done.get("due_in_hours"),
        f"due {due} UTC": due,
        f"hand it to {names.get(str(to), to)}": to,
        f"desk {done.get('desk')}": done.get("desk"),
        f"close it: {terms.CLOSE_REASONS.get(str(close), close)}": close,
    }
    return [words for words, given in found.items() if given]


def _any(given: Sequence[str]) -> str:
    words = [f"“{one}”" for one in given]
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _keep(person: Person, rule_id: UUID | None) -> ResponseReturnValue:
    try:
        found = validated(RuleIn, _given())
        with transaction() as session:
            if rule_id is None:
                rule_id = workflow.make_rule(session, found, person).id
            else:
                workflow.change_rule(session, rule_id, found, person)
    except Problem as problem:
        return _page(person, problem, str(rule_id or "new"))
    flash(f"“{found.name}” is kept. It counts for what comes in from now on.")
    return redirect(url_for(".show_rules", _anchor=f"rule-{rule_id}"))


def _page(
    person: Person, problem: Problem | None = None, about: str = "", tried: TriedOut | None = None
) -> ResponseReturnValue:
    with reading() as session:
        theirs = _desks_of(session, person)
        found = queries.describe_rules(session, workflow.list_rules(session))
        desks = queries.list_desks(session)
        people = [one for one in queries.list_people(session) if one.active]
        beside = rail(session, person)
    names = {one.email: one.name for one in people}
    page = render_template(
        "rules.html",
        rules=found,
        desk_choices=[(one.slug, one.name) for one in desks],
        theirs=theirs,
        people_choices=[(one.email, one.name) for one in people],
        wrong=wording.problem_in_words(problem),
        about=about,
        tried=tried,
        sentence=lambda one: rule_in_words(one, names),
        did=lambda done: done_in_words(done, names),
        fields=lambda rule: _typed() if about == (str(rule.id) if rule else "new") else _fields_of(rule),
        **beside,
    )
    return (page, problem.status) if problem else page


def _given() -> dict[str, Any]:
    """The form as what a rule is made of: lists with commas or lines between, and what is empty as not said."""
    form = request.form
    when: dict[str, Any] = {name: listed(form.get(f"when.{name}", "")) for name in LISTS}
    then: dict[str, Any] = {
        name: form.get(f"then.{name}", "").strip() or None for name in (*NUMBERS, "assign", "desk", "close")
    }
    return {
        "name": form.get("name", ""),
        "place": form.get("place", "").strip() or None,
        "desk": form.get("desk") or None,
        "active": form.get("active") == "true",
        "stops": form.get("stops") == "true",
        "when": when | {"pattern": form.get("when.pattern", "").strip() or None},
        "then": then | {"tags": listed(form.get("then.tags", ""))},
    }


def _typed() -> dict[str, Any]:
    return {"active": "", "stops": ""} | request.form.to_dict()


def _fields_of(rule: RuleOut | None) -> dict[str, Any]:
    """A rule as the fields of its form."""
    if rule is None:
        return {"active": "true"}
    found: dict[str, Any] = {name: getattr(rule, name) for name in ("name", "place", "desk")}
    found |= {name: "true" if getattr(rule, name) else "" for name in ("active", "stops")}
    for part in ("when", "then"):
        for name, value in getattr(rule, part).model_dump(exclude_none=True).items():
            found[f"{part}.{name}"] = in_a_line(value) if isinstance(value, list) else value
    return found


def _desks_of(session: Session, person: Person) -> frozenset[str] | None:
    """The desks whose rules somebody may change; None: all rules. Raises Forbidden for who may change none."""
    if person.may("editor"):
        return None
    theirs = frozenset(slug for slug, role in workflow.desks_of(session, person).items() if role == "editor")
    if not theirs:
        raise Forbidden("Only an editor may see and change the desk's rules.")
    return theirs

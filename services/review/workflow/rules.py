"""The desk's rules: made, changed, put in order, and gone through for every claim that comes in.

A claim meets the rules once, as it comes in: a rule that is made later changes nothing that is there. What a rule has set, a person
can set otherwise at any time.
"""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from services.review import history, rules
from services.review.history import Act
from services.review.models import Case, Desk, DeskRole, Outbox, Person, Rule, RuleHit
from services.review.rules import Arrived, Decision
from services.review.schemas import MOST_RULES, RuleIn, ThenIn, WhenIn
from services.review.workflow.acts import CLOSED, UNVERIFIED
from services.review.workflow.desks import find_desk
from services.review.workflow.moves import moved
from services.review.workflow.notifying import notify
from services.review.workflow.people import desks_of
from services.review.workflow.underway import tell_work
from shared.clock import new_id, now
from shared.contracts import ROUTES, CaseMoved, ClaimSubmitted
from shared.db import row_of, table_of
from shared.errors import Forbidden, Invalid, NotFound
from shared.outbox import Trace, tell_all

LOGGED = timedelta(days=90)
KEPT = ("name", "desk", "active", "when", "then", "stops", "place")


Desks = Mapping[UUID, AbstractSet[str]]  # the tags that each wants


class Ruled(NamedTuple):
    """What the rules made of the claims of some messages, by claim; those that no rule fitted are not in it."""

    decisions: dict[UUID, Decision]
    moment: datetime


def make_rule(session: Session, found: RuleIn, by: Person) -> Rule:
    """Make a rule, unless one that says all the same is there, as after a second press of the button: then it is that one, moved to
    the place that is asked for. Raises Forbidden, or Invalid for what it names and the desk does not know."""
    _refuse_unless_theirs(session, by, found.desk)
    history.take_turn(session)
    others = list_rules(session)
    if kept := next((one for one in others if _is_said_by(session, one, found)), None):
        if found.place is None or min(found.place, len(others)) == kept.place:
            return kept
        others.remove(kept)
        return _write(session, kept, others, found, by, "rule changed", _told(session, kept))
    if len(others) >= MOST_RULES:
        raise Invalid.field("name", f"there are {MOST_RULES} rules; drop one first")
    rule = Rule(place=0, name=found.name, when={}, then={})
    return _write(session, rule, others, found, by, "rule made", {})


def change_rule(session: Session, rule_id: UUID, found: RuleIn, by: Person) -> Rule:
    """Change a rule, or its place. Raises Forbidden, NotFound or Invalid."""
    _refuse_unless_theirs(session, by, found.desk)
    history.take_turn(session)
    rule = get_rule(session, rule_id)
    _refuse_unless_theirs(session, by, _slug_of(session, rule))
    others = [one for one in list_rules(session) if one.id != rule.id]
    return _write(session, rule, others, found, by, "rule changed", _told(session, rule))


def drop_rule(session: Session, rule_id: UUID, by: Person) -> None:
    """Drop a rule and its log; what it did stays in the cases' histories. Raises Forbidden or NotFound."""
    history.take_turn(session)
    rule = get_rule(session, rule_id)
    _refuse_unless_theirs(session, by, _slug_of(session, rule))
    before = _told(session, rule)
    session.execute(delete(RuleHit).where(col(RuleHit.rule_id) == rule.id))
    session.delete(rule)
    session.flush()
    _number([one for one in list_rules(session) if one.id != rule.id])
    history.append(session, "rule dropped", None, by.id, {"before": before, "after": {}})


def get_rule(session: Session, rule_id: UUID) -> Rule:
    """A rule. Raises NotFound."""
    rule = session.get(Rule, rule_id)
    if rule is None:
        raise NotFound("There is no such rule.")
    return rule


def list_rules(session: Session) -> list[Rule]:
    """All rules, in the order in which they are gone through."""
    return list(session.exec(select(Rule).order_by(col(Rule.place), col(Rule.id))))


def as_gone_through(session: Session, chosen: Sequence[Rule]) -> list[rules.Rule]:
    """These rules with the desks and people that they name, and where these may work. Who has left, and a desk that is gone, are
    passed over."""
    named = {one.then["assign"] for one in chosen if one.then.get("assign")}
    people = _ids_of(session, named) if named else {}
    works_at = _works_at(session, set(people.values())) if people else {}
    to_desk = {one.then["desk"] for one in chosen if one.then.get("desk")}
    desks = dict(session.exec(select(Desk.slug, Desk.id).where(col(Desk.slug).in_(to_desk))).all()) if to_desk else {}
    return [
        rules.Rule(
            id=one.id,
            name=one.name,
            desk=one.desk_id,
            when=WhenIn.model_construct(**_filled(WhenIn, one.when)),
            then=ThenIn.model_construct(**_filled(ThenIn, one.then)),
            stops=one.stops,
            to_desk=desks.get(one.then.get("desk") or ""),
            assign=(person := people.get(one.then.get("assign") or "")),
            works_at=works_at.get(person) if person else None,
        )
        for one in chosen
    ]


def draft_rule(session: Session, found: RuleIn, rule_id: UUID | None = None) -> Rule:
    """A rule as it would be, to be tried; nothing of it is kept. Raises NotFound or Invalid."""
    _refuse_unknown(session, found)
    kept = get_rule(session, rule_id) if rule_id else None
    given = found.model_dump(mode="json", exclude_none=True)
    return Rule(
        id=kept.id if kept else new_id(),
        place=found.place or (kept.place if kept else MOST_RULES),
        name=found.name,
        desk_id=find_desk(session, found.desk).id if found.desk else None,
        when=given["when"],
        then=given["then"],
        stops=found.stops,
    )


def rule_on(
    session: Session, messages: Sequence[ClaimSubmitted], rows: Sequence[dict[str, Any]], desks: Desks
) -> Ruled:
    """Go through the rules for new claims, and set in their rows (of `cases`) what comes of it. Claims whose sender is blocked meet
    no rule. Costs one statement for all of them if there is no rule, and a few if there are some."""
    ruled = Ruled({}, now())
    active = [one for one in list_rules(session) if one.active]
    if not active:
        return ruled
    going = as_gone_through(session, active)
    for message, row in zip(messages, rows, strict=True):
        if message.blocked:
            continue
        decision = rules.decide(arrived(message, row["desk_id"]), going, desks)
        if decision.did:
            ruled.decisions[message.claim_id] = decision
            _set(row, decision, ruled.moment)
    return ruled


def arrived(message: ClaimSubmitted, desk: UUID | None) -> Arrived:
    """A claim as the rules look at it."""
    newsrooms = [one.newsroom for one in message.submissions]
    return rules.arrived(message.claim, newsrooms, message.submitted_at, desk)


def note_ruled(session: Session, ruled: Ruled) -> list[Act]:
    """Keep what the rules did with claims whose cases are there now: in the rules' logs, and for those that are told of it. Returns
    what is to stand in the cases' histories."""
    did = [(rule, case_id, done) for case_id, found in ruled.decisions.items() for rule, done in found.did]
    if not did:
        return []
    hits = [row_of(RuleHit, rule_id=rule.id, case_id=case_id, did=done, at=ruled.moment) for rule, case_id, done in did]
    session.connection().execute(table_of(RuleHit).insert(), hits)
    for rule_id in {rule.id for rule, _, _ in did}:
        count = sum(rule.id == rule_id for rule, _, _ in did)
        counted = {"fitted": col(Rule.fitted) + count, "fitted_at": ruled.moment}
        session.execute(update(Rule).where(col(Rule.id) == rule_id).values(**counted))
    _tell(session, {case_id: one for case_id, one in ruled.decisions.items() if one.close or one.assign})
    return [_act(case_id, found) for case_id, found in ruled.decisions.items() if found.told]


def tidy_rules(session: Session) -> None:
    """Forget what rules did three months ago; their counts stay, and the cases' histories."""
    session.execute(delete(RuleHit).where(col(RuleHit.at) < now() - LOGGED))


def _set(row: dict[str, Any], decision: Decision, moment: datetime) -> None:
    row["ruled"], row["desk_id"] = decision.set, decision.desk
    row["tags"] = [*row["tags"], *decision.tags]
    row["urgency"] = decision.urgency or row["urgency"]
    row["due_at"] = decision.due_at or row["due_at"]
    if decision.told:
        row["version"] += 1  # each line of the history is one
    if decision.close:
        row |= {"state": CLOSED, "close_reason": decision.close, "moved_version": row["version"], "moved_at": moment}
    elif decision.assign:
        row |= {"assignee_id": decision.assign, "taken_at": moment, "touched_at": moment}


def _tell(session: Session, decisions: dict[UUID, Decision]) -> None:
    """Tell others of what was closed, and people of what was handed to them."""
    cases = session.exec(select(Case).where(col(Case.id).in_(decisions)).order_by(col(Case.id))).all()
    facts = [(moved(case), Trace.here()) for case in cases if case.state == CLOSED]
    tell_all(session, Outbox, facts, ROUTES[CaseMoved])
    for case in cases:
        if case.assignee_id is not None:
            tell_work(session, case)
            words = f"By the desk's rule “{decisions[case.id].why['assign']}”."
            notify(session, "assigned", {case.assignee_id}, case, words=words)


def _act(case_id: UUID, decision: Decision) -> Act:
    names = list(dict.fromkeys(rule.name for rule, done in decision.did if done))
    before = {"state": UNVERIFIED} if decision.close else {}
    after = {"state": CLOSED, "reason": decision.close} if decision.close else {}
    told = {name: value for name, value in decision.told.items() if name != "close_reason"}
    return Act("ruled", case_id, None, {"before": before, "after": after | told | {"rules": names}})


def _write(
    session: Session, rule: Rule, others: list[Rule], found: RuleIn, by: Person, act: str, before: dict[str, Any]
) -> Rule:
    _refuse_unknown(session, found)
    given = found.model_dump(mode="json", exclude_none=True)
    rule.name, rule.active, rule.stops, rule.changed_at = found.name, found.active, found.stops, now()
    rule.desk_id = find_desk(session, found.desk).id if found.desk else None
    rule.when, rule.then = given["when"], given["then"]
    place = found.place or rule.place or len(others) + 1
    others.insert(place - 1, rule)
    session.add(rule)
    _number(others)
    session.flush()
    history.append(session, act, None, by.id, {"before": before, "after": _told(session, rule)})
    return rule


def _is_said_by(session: Session, rule: Rule, found: RuleIn) -> bool:
    """Whether a rule is what somebody gives, wherever it stands."""
    given = found.model_dump(mode="json", exclude_none=True, exclude={"place"})
    said = rule.model_dump(include={"name", "active", "when", "then", "stops"})
    return said | ({"desk": slug} if (slug := _slug_of(session, rule)) else {}) == given


def _number(in_order: list[Rule]) -> None:
    for place, one in enumerate(in_order, 1):
        one.place = place


def _told(session: Session, rule: Rule) -> dict[str, Any]:
    """A rule as the history keeps it."""
    found = rule.model_dump(mode="json", include=set(KEPT))
    return found | {"id": str(rule.id), "desk": _slug_of(session, rule)}


def _slug_of(session: Session, rule: Rule) -> str | None:
    desk = session.get(Desk, rule.desk_id) if rule.desk_id else None
    return desk.slug if desk else None


def _refuse_unknown(session: Session, found: RuleIn) -> None:
    """Raise Invalid for a pattern that can't be read, a desk that is not there, and somebody who is not at the desk."""
    looked_for = {"pattern": found.when.pattern or ""}
    looked_for |= {name: rules.words_pattern(tuple(getattr(found.when, name))) for name in ("words", "without")}
    for name, pattern in looked_for.items():
        try:
            rules.compiled(pattern)
        except ValueError as error:
            raise Invalid.field(f"when/{name}", f"can't be looked for: {error}") from None
    if found.then.desk:
        find_desk(session, found.then.desk)
    if found.then.assign and found.then.assign.casefold() not in _ids_of(session, {found.then.assign.casefold()}):
        raise Invalid.field("then/assign", "nobody at the desk has this address")


def _ids_of(session: Session, emails: Collection[str]) -> dict[str, UUID]:
    lowered = [one.casefold() for one in emails]
    found = dict(
        session.exec(select(Person.email, Person.id).where(col(Person.email).in_(lowered), Person.active)).all()
    )
    return found | {one: found[one.casefold()] for one in emails if one.casefold() in found}


def _works_at(session: Session, people: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """At which desks those of these people may work who may not everywhere."""
    chosen = session.exec(select(Person).where(col(Person.id).in_(people))).all()
    found: dict[UUID, set[UUID]] = {one.id: set() for one in chosen if not one.may("checker")}
    held = select(DeskRole.person_id, DeskRole.desk_id).where(col(DeskRole.person_id).in_(found))
    for person_id, desk_id in session.exec(held) if found else ():
        found[person_id].add(desk_id)
    return found


def _filled(schema: type[WhenIn] | type[ThenIn], given: dict[str, Any]) -> dict[str, Any]:
    """What was checked as it was entered, with the fields that came later; checking it again at every claim would cost more than
    the rule."""
    return schema().model_dump() | given


def _refuse_unless_theirs(session: Session, by: Person, desk: str | None) -> None:
    """Raise Forbidden unless somebody may change the rules of a desk, None for those that look at all claims: an editor, or the
    desk's own."""
    if not by.may("editor") and (desk is None or desks_of(session, by).get(desk) != "editor"):
        raise Forbidden("Only an editor may change the desk's rules; a desk's own editor those for its claims alone.")

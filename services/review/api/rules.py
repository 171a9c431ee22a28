"""The desk's rules for what comes in."""

from uuid import UUID

from flask import jsonify
from flask.typing import ResponseReturnValue

from services.review import queries, workflow
from services.review.api.base import bp
from services.review.auth import token_owner
from services.review.schemas import HitsOut, RuleIn, RuleOut, RulesOut, TriedOut
from services.review.service import reading, transaction
from shared import cursor
from shared.openapi import operation
from shared.parameters import limit, parameter
from shared.web import answer_page, read_json


@bp.get("/rules")
@operation({200: RulesOut})
def show_rules() -> ResponseReturnValue:
    """The rules, in the order in which they are gone through for each claim that comes in."""
    token_owner()
    with reading() as session:
        data = queries.describe_rules(session, workflow.list_rules(session))
    return jsonify(RulesOut(data=data).model_dump(mode="json"))


@bp.post("/rules")
@operation({201: RuleOut}, body=RuleIn, problems=(403,))
def make_rule() -> ResponseReturnValue:
    """Make a rule. Only editors may, and a desk's own editors for its claims alone. Without a `place` it comes last."""
    person = token_owner()
    found = read_json(RuleIn)
    with transaction() as session:
        (rule,) = queries.describe_rules(session, [workflow.make_rule(session, found, person)])
    return jsonify(rule.model_dump(mode="json")), 201


@bp.put("/rules/<uuid:rule_id>")
@operation({200: RuleOut}, body=RuleIn, problems=(403, 404))
def change_rule(rule_id: UUID) -> ResponseReturnValue:
    """Put a rule in place of the one that is there; without a `place` it keeps its own. Only editors may."""
    person = token_owner()
    found = read_json(RuleIn)
    with transaction() as session:
        (rule,) = queries.describe_rules(session, [workflow.change_rule(session, rule_id, found, person)])
    return jsonify(rule.model_dump(mode="json"))


@bp.delete("/rules/<uuid:rule_id>")
@operation({204: None}, problems=(403, 404))
def drop_rule(rule_id: UUID) -> ResponseReturnValue:
    """Drop a rule. What it did stays in the cases' histories. Only editors may."""
    person = token_owner()
    with transaction() as session:
        workflow.drop_rule(session, rule_id, person)
    return "", 204


@bp.post("/rules/try")
@operation({200: TriedOut}, body=RuleIn, query={"rule": "The id of the rule that it would take the place of."})
def try_rule() -> ResponseReturnValue:
    """See what a rule would have done with the last thousand claims, at its place among the others. Nothing is changed."""
    token_owner()
    found, rule_id = read_json(RuleIn), parameter("rule", UUID)
    with reading() as session:
        return jsonify(queries.try_rule(session, found, rule_id).model_dump(mode="json"))


@bp.get("/rules/<uuid:rule_id>/hits")
@operation(
    {200: HitsOut},
    query={"cursor": "next_cursor of the page before.", "limit": "1 to 200, usually 50."},
    problems=(404,),
)
def show_hits(rule_id: UUID) -> ResponseReturnValue:
    """What a rule did in the last three months, the newest first."""
    token_owner()
    most, place = limit(), parameter("cursor", str)
    with reading() as session:
        workflow.get_rule(session, rule_id)
        rows = queries.list_hits(session, rule_id, most + 1, cursor.uuid_in(place) if place else None)
    more = cursor.following(rows, most)
    return answer_page(HitsOut(data=rows[:most], next_cursor=more), more)

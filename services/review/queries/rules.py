"""The desk's rules, what each did, and what one would have done."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from services.review import rules, workflow
from services.review.models import Case, Desk, Rule, RuleHit
from services.review.rules import Decision
from services.review.schemas import HitOut, RuleIn, RuleOut, TriedCase, TriedOut
from shared.contracts import ClaimRecord

TRIED_ON, MOST_EXAMPLES = 1_000, 20


def describe_rules(session: Session, chosen: Sequence[Rule]) -> list[RuleOut]:
    """These rules, with the slugs of their desks."""
    desks = dict(session.exec(select(Desk.id, Desk.slug)).all())
    return [
        RuleOut.model_validate(
            one.model_dump(exclude={"made_at", "desk_id"}) | {"desk": desks.get(one.desk_id) if one.desk_id else None}
        )
        for one in chosen
    ]


def list_hits(session: Session, rule_id: UUID, limit: int, before: UUID | None = None) -> list[HitOut]:
    """What a rule did, the newest first: what came before the one with this id."""
    chosen = select(RuleHit, Case).join(Case, col(Case.id) == RuleHit.case_id).where(RuleHit.rule_id == rule_id)
    if before is not None:
        chosen = chosen.where(col(RuleHit.id) < before)
    rows = session.exec(chosen.order_by(col(RuleHit.id).desc()).limit(limit)).all()
    return [HitOut(text=case.text, **hit.model_dump(exclude={"rule_id"})) for hit, case in rows]


def try_rule(session: Session, found: RuleIn, rule_id: UUID | None = None) -> TriedOut:
    """What a rule would have done with the newest claims, as they came in, at its place among the other rules. Of one that is there
    already, what would be otherwise. Nothing is changed. Raises NotFound, or Invalid as when it is kept."""
    now_active = [one for one in workflow.list_rules(session) if one.active]
    tried = workflow.draft_rule(session, found, rule_id)
    after = [one for one in now_active if one.id != tried.id]
    if found.active:
        after.insert(sum(one.place < tried.place for one in after), tried)
    desks = workflow.desks_by_tags(session)
    going = [workflow.as_gone_through(session, now_active), workflow.as_gone_through(session, after)]
    looked_at = fits = changes = closes = 0
    examples: list[TriedCase] = []
    newest = select(Case.id, Case.claim, Case.submissions, Case.received_at).order_by(col(Case.id).desc())
    for case_id, claim, submissions, received_at in session.exec(newest.limit(TRIED_ON)):
        record = ClaimRecord.model_validate(claim)
        newsrooms = [one["newsroom"] for one in submissions]
        stands = rules.arrived(record, newsrooms, received_at, workflow.desk_for(record.tags, desks))
        was, would_be = (rules.decide(stands, some, desks) for some in going)
        is_fit = any(rule.id == tried.id for rule, _ in would_be.did)
        looked_at, fits = looked_at + 1, fits + is_fit
        if _comes(was) != _comes(would_be):
            changes += 1
            closes += bool(would_be.close and not was.close)
            if len(examples) < MOST_EXAMPLES:
                examples.append(
                    TriedCase(id=case_id, text=record.text, fits=is_fit, before=was.told, after=would_be.told)
                )
    return TriedOut(looked_at=looked_at, fits=fits, changes=changes, closes=closes, examples=examples)


def _comes(decision: Decision) -> tuple[object, ...]:
    """What comes of a claim, whichever rule did it."""
    return decision[: Decision._fields.index("why")]

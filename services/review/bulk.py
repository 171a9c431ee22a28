"""One act on many cases: each in a unit of work of its own, so that one that is refused holds up no other."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.review import workflow
from services.review.models import Person
from services.review.schemas import BulkResult
from services.review.service import transaction
from shared.errors import Problem
from shared.web import validated


def act_on_all(act: str, case_ids: Sequence[UUID], body: dict[str, Any], by: Person) -> list[BulkResult]:
    """What came of each case, in this order. Raises Invalid if what the act takes is not right: then none is touched."""
    found = validated(workflow.ACTIONS[act].takes, body)
    return [_act(act, case_id, found, by) for case_id in dict.fromkeys(case_ids)]


def _act(act: str, case_id: UUID, found: Any, by: Person) -> BulkResult:
    try:
        with transaction() as session:
            workflow.act(session, case_id, act, found, by, None)
    except Problem as problem:
        return BulkResult(id=case_id, status=problem.status, detail=problem.detail)
    return BulkResult(id=case_id, status=200)

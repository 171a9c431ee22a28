"""Who says what about a claim and who was asked, as the case shows them."""

from collections.abc import Sequence
from uuid import UUID

from services.review.models import Case, CommentRequest, Person, Statement
from services.review.queries.people import name_of
from services.review.schemas import ElsewhereOut, RequestOut, StatementOut

PARTS = {"entered_at", "changed_at", "struck_at", "struck_reason"}


def describe_statements(
    statements: Sequence[Statement], elsewhere: dict[UUID, list[ElsewhereOut]], people: dict[UUID, Person]
) -> list[StatementOut]:
    """The statements on a case, struck out or not, with the other claims on which the same utterances bear."""
    return [
        StatementOut(
            **one.record.model_dump(),
            **one.model_dump(include=PARTS | {"known_to"}),
            by=name_of(people, one.person_id),
            struck_by=name_of(people, one.struck_by),
            also=elsewhere.get(one.utterance_id, []),
        )
        for one in statements
    ]


def describe_requests(requests: Sequence[CommentRequest], people: dict[UUID, Person]) -> list[RequestOut]:
    """The requests for comment on a case, struck out or not."""
    return [
        RequestOut(
            **one.record.model_dump(),
            **one.model_dump(include=PARTS),
            by=name_of(people, one.person_id),
            struck_by=name_of(people, one.struck_by),
        )
        for one in requests
    ]


def by_utterance(statements: Sequence[Statement], cases: Sequence[Case]) -> dict[UUID, list[ElsewhereOut]]:
    """By utterance, the claims on which these statements say that it bears."""
    texts = {one.id: one.claim["text"] for one in cases}
    found: dict[UUID, list[ElsewhereOut]] = {}
    for one in sorted(statements, key=lambda one: one.case_id):
        there = ElsewhereOut(case_id=one.case_id, text=texts[one.case_id], stance=one.record.stance)
        found.setdefault(one.utterance_id, []).append(there)
    return found

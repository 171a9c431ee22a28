"""How a case stands to what its desk asks, and the questions that it is broken into."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from services.review import standing
from services.review.dossier import Dossier
from services.review.models import Checklist, Person, Question
from services.review.queries.people import name_of
from services.review.schemas import ChecklistOut, QuestionOut, StatusOf
from services.review.standing import Standing


def describe_checklist(kept: Checklist, slug: str | None) -> ChecklistOut:
    """What a desk asks for."""
    return ChecklistOut.model_validate(
        {"desk": slug, "items": kept.items, "fields": kept.fields, "statuses": kept.statuses}
    )


def list_statuses(session: Session) -> list[StatusOf]:
    """Where the desks say that work can stand, by name; those that several desks have stand once."""
    kept = session.exec(select(Checklist.statuses).order_by(col(Checklist.desk_id))).all()
    found = {one["label"]: StatusOf.model_validate(one) for statuses in kept for one in statuses}
    return sorted(found.values(), key=lambda one: one.label.casefold())


def asked_of(dossier: Dossier, people: dict[UUID, Person]) -> dict[str, Any]:
    """The checklist, the desk's own fields and the legal question of a case, and what is required before it can be checked, as
    `CaseOut` has them."""
    case, rating = dossier.case, standing.rating_of(dossier)
    shown = ("id", "label", "kind", "choices", "before", "required")
    return {
        "checklist": [_item(one, people) for one in standing.standing_items(dossier)],
        "fields": [
            {name: one[name] for name in shown}
            | {"is_asked": standing.is_asked(one, case, rating), "value": case.filled.get(one["id"])}
            for one in dossier.checklist.fields
        ],
        "statuses": dossier.checklist.statuses,
        "legal": case.legal or None,
    }


def describe_questions(questions: Sequence[Question], people: dict[UUID, Person]) -> list[QuestionOut]:
    """The questions of a case, struck out or not, in the order they were asked."""
    return [
        QuestionOut.model_validate(
            one.model_dump(exclude={"person_id"})
            | {
                "by": name_of(people, one.person_id) or "",
                "answered_by": name_of(people, one.answered_by),
                "struck_by": name_of(people, one.struck_by),
            }
        )
        for one in questions
    ]


def _item(one: Standing, people: dict[UUID, Person]) -> dict[str, Any]:
    item, ticked = one.item, one.tick
    return {
        **{name: item[name] for name in ("id", "label", "before", "required")},
        "public": item.get("public", False),
        "state": one.state,
        "by_hand": item["proof"] in standing.BY_HAND,
        "by": name_of(people, ticked.person_id) if ticked else None,
        "at": ticked.at if ticked else None,
        "why": one.why,
    }

"""A case, and every act on it."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from services.review import queries, workflow
from services.review.api.base import answer_case, bp, version_seen
from services.review.auth import token_owner
from services.review.schemas import CaseOut, WeighIn
from services.review.service import reading, transaction
from services.review.workflow.reasons import weigh
from shared.openapi import IF_NONE_MATCH, operation
from shared.web import read_json

IF_MATCH = {"If-Match": "The `etag` of the case that you saw. `check` and `approve` need it."}


@bp.get("/cases/<uuid:case_id>")
@operation({200: CaseOut, 304: None}, headers=IF_NONE_MATCH, problems=(404,))
def show_case(case_id: UUID) -> ResponseReturnValue:
    """Everything about a case, and what you may do now."""
    person = token_owner()
    with reading() as session:
        case = queries.get_case(session, case_id, person)
    return answer_case(case)


@bp.put("/cases/<uuid:case_id>/reasons/<uuid:submission_id>")
@operation({200: CaseOut}, body=WeighIn, problems=(404,))
def weigh_reason(case_id: UUID, submission_id: UUID) -> ResponseReturnValue:
    """Say whether the reason for which the claim was sent in that time is worth following."""
    person = token_owner()
    found = read_json(WeighIn)
    with transaction() as session:
        case = weigh(session, case_id, submission_id, found, person)
        out = queries.describe_case(session, case, person)
    return answer_case(out, conditional=False)


def _add_act(name: str) -> None:
    """One address for each act of the table."""
    action = workflow.ACTIONS[name]

    def view(case_id: UUID) -> ResponseReturnValue:
        person = token_owner()
        found = read_json(action.takes)
        with transaction() as session:
            case = workflow.act(session, case_id, name, found, person, version_seen())
            out = queries.describe_case(session, case, person)
        return answer_case(out, conditional=False)

    summary = (action.verb.__doc__ or "").strip().split("\n\n")
    view.__doc__ = summary[0].replace("\n", " ") + "\n\n" + "\n\n".join(summary[1:])
    declared = operation({200: CaseOut}, body=action.takes, headers=IF_MATCH, problems=(403, 404, 409, 412, 428))(view)
    bp.add_url_rule(f"/cases/<uuid:case_id>/{name}", f"{name}_case", declared, methods=["POST"])


for _name in workflow.ACTIONS:
    _add_act(_name)

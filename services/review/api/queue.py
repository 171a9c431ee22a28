"""The queue: looked at, handed out, worked on by many at once, its lists kept."""

from typing import Annotated, Any, Literal
from uuid import UUID

from flask import jsonify
from flask.typing import ResponseReturnValue
from pydantic import Field

from services.review import bulk, queries, workflow
from services.review.api.base import answer_case, bp
from services.review.auth import token_owner
from services.review.models import Person
from services.review.places import read_place, write_place
from services.review.schemas import BulkIn, BulkOut, CaseOut, ListIn, ListsOut, QueueOut, Sort
from services.review.service import reading, transaction
from shared.contracts import State
from shared.errors import BadRequest
from shared.fields import Text
from shared.openapi import Parameter, operation
from shared.parameters import limit, parameter
from shared.web import answer_page, read_json

Words = Annotated[Text, Field(max_length=200)]


@bp.get("/queue")
@operation(
    {200: QueueOut},
    query={
        "state": "unverified, checked, published or closed",
        "assignee": "An e-mail address, `me`, or `none`.",
        "tag": "A tag.",
        "desk": "The slug of a desk.",
        "status": "One of the desk's own statuses, by its name.",
        "seen_before": Parameter("Only those with a candidate that is surely the same.", {"type": "boolean"}),
        "q": "Words that were written on the case, from the claim to the verdict. In quotation marks: as they follow.",
        "sort": "rank (usual: see `place` of each), urgency, oldest, newest, or due (those with a due time).",
        "cursor": "next_cursor of the page before.",
        "limit": "1 to 200, usually 50.",
    },
    problems=(404,),
)
def show_queue() -> ResponseReturnValue:
    """The queue. The next page is named in `next_cursor` and in `Link` (RFC 8288)."""
    person = token_owner()
    sort = parameter("sort", Sort, "rank")
    assignee = parameter("assignee", Words)
    with reading() as session:
        wanted = queries.Wanted(
            state=parameter("state", State),
            assignee=_assignee(session, assignee, person) if assignee != "none" else None,
            unassigned=assignee == "none",
            tag=parameter("tag", Words),
            q=parameter("q", Words),
            desk=parameter("desk", Words),
            status=parameter("status", Words),
            seen_before=parameter("seen_before", Literal["true", "false"], "false") == "true",
            sort=sort,
        )
        page = queries.list_queue(session, wanted, limit(), read_place(sort), person)
    more = write_place(page.after)
    return answer_page(QueueOut(data=page.rows, next_cursor=more), more)


@bp.post("/queue/next")
@operation(
    {200: CaseOut, 204: None},
    query={"tag": "Only claims with this tag.", "desk": "Only claims of the desk with this slug."},
)
def take_next() -> ResponseReturnValue:
    """Take the claim that stands first among those that nobody has. Of two who ask at once, each gets another; 204 if there is
    none."""
    person = token_owner()
    tag = parameter("tag", Words)
    with transaction() as session:
        case = workflow.take_next(session, person, tag.casefold() if tag else None, parameter("desk", Words))
        out = queries.describe_case(session, case, person) if case else None
    return answer_case(out, conditional=False) if out else ("", 204)


@bp.post("/cases/bulk")
@operation({200: BulkOut}, body=BulkIn)
def act_on_all() -> ResponseReturnValue:
    """One act on up to a hundred cases. Each is done by itself: one that is refused holds up no other."""
    person = token_owner()
    found = read_json(BulkIn)
    out = BulkOut(results=bulk.act_on_all(found.act, found.cases, found.body, person))
    return jsonify(out.model_dump(mode="json"))


@bp.get("/lists")
@operation({200: ListsOut})
def show_lists() -> ResponseReturnValue:
    """The lists of the queue that you keep, and those that colleagues share."""
    person = token_owner()
    with reading() as session:
        return jsonify(ListsOut(data=queries.list_saved(session, person)).model_dump(mode="json"))


@bp.post("/lists")
@operation({201: ListsOut}, body=ListIn)
def keep_list() -> ResponseReturnValue:
    """Keep a list of the queue under a name. The same name again takes the place of yours."""
    person = token_owner()
    found = read_json(ListIn)
    with transaction() as session:
        workflow.keep_list(session, found, person)
        out = ListsOut(data=queries.list_saved(session, person))
    return jsonify(out.model_dump(mode="json")), 201


@bp.delete("/lists/<uuid:list_id>")
@operation({204: None}, problems=(403, 404))
def drop_list(list_id: UUID) -> ResponseReturnValue:
    """Drop a list of yours; editors may drop shared ones, too."""
    person = token_owner()
    with transaction() as session:
        workflow.drop_list(session, list_id, person)
    return "", 204


def _assignee(session: Any, given: str | None, person: Person) -> UUID | None:
    if given is None:
        return None
    found = person if given == "me" else queries.find_person(session, given)
    if found is None:
        raise BadRequest("assignee: nobody at the desk has this address.")
    return found.id

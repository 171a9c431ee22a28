"""The desk's JSON door: the same verbs as the pages, with a personal token."""

import re
from typing import Annotated, Any
from uuid import UUID

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import Field

from services.review import bulk, queries, storyboard, workflow
from services.review.auth import token_owner
from services.review.models import Person
from services.review.places import read_place, write_place
from services.review.schemas import (
    BulkIn,
    BulkOut,
    CaseOut,
    ChoicesIn,
    DeskIn,
    DeskOut,
    DesksOut,
    ListIn,
    ListsOut,
    MeOut,
    NewDeskIn,
    NotificationsOut,
    PicksIn,
    QueueOut,
    ReadIn,
    Sort,
    StoriesOut,
    StoryOut,
)
from services.review.service import reading, transaction
from shared import cursor
from shared.contracts import State
from shared.errors import BadRequest
from shared.fields import Text
from shared.openapi import operation
from shared.parameters import limit, parameter
from shared.web import answer_page, read_json

bp = Blueprint("api", __name__, url_prefix="/v1")

Words = Annotated[Text, Field(max_length=200)]
IF_MATCH = {"If-Match": "The `etag` of the case that you saw. `check` and `approve` need it."}


@bp.get("/me")
@operation({200: MeOut})
def show_me() -> ResponseReturnValue:
    """Whose token this is."""
    person = token_owner()
    return jsonify(MeOut(name=person.name, email=person.email, roles=person.roles).model_dump())


@bp.get("/queue")
@operation(
    {200: QueueOut},
    query={
        "state": "unverified, checked, published or closed",
        "assignee": "An e-mail address, `me`, or `none`.",
        "tag": "A tag.",
        "desk": "The slug of a desk.",
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
    return _answer(out, conditional=False) if out else ("", 204)


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


@bp.get("/desks")
@operation({200: DesksOut})
def show_desks() -> ResponseReturnValue:
    """The newsroom's desks, with their rules and ratings."""
    token_owner()
    with reading() as session:
        data = queries.describe_desks(session, queries.list_desks(session))
    return jsonify(DesksOut(data=data).model_dump(mode="json"))


@bp.post("/desks")
@operation({201: DeskOut}, body=NewDeskIn, problems=(403,))
def make_desk() -> ResponseReturnValue:
    """Make a desk. Only admins may."""
    person = token_owner()
    found = read_json(NewDeskIn)
    with transaction() as session:
        (desk,) = queries.describe_desks(session, [workflow.make_desk(session, found, person)])
    return jsonify(desk.model_dump(mode="json")), 201


@bp.put("/desks/<slug>")
@operation({200: DeskOut}, body=DeskIn, problems=(403, 404))
def change_desk(slug: str) -> ResponseReturnValue:
    """Put a desk's rules, ratings and people in place of those that it has. Only admins may."""
    person = token_owner()
    found = read_json(DeskIn)
    with transaction() as session:
        (desk,) = queries.describe_desks(session, [workflow.change_desk(session, slug, found, person)])
    return jsonify(desk.model_dump(mode="json"))


@bp.get("/notifications")
@operation(
    {200: NotificationsOut},
    query={"cursor": "next_cursor of the page before.", "limit": "1 to 200, usually 50."},
    problems=(404,),
)
def show_notifications() -> ResponseReturnValue:
    """What you were told, the newest first."""
    person = token_owner()
    most, place = limit(), parameter("cursor", str)
    with reading() as session:
        rows = queries.list_notifications(session, person, most + 1, cursor.uuid_in(place) if place else None)
        unread = queries.count_unread(session, person)
    more = cursor.following(rows, most)
    return answer_page(NotificationsOut(data=rows[:most], unread=unread, next_cursor=more), more)


@bp.post("/notifications/read")
@operation({204: None}, body=ReadIn)
def read_notifications() -> ResponseReturnValue:
    """Note what you have read: these, or everything."""
    person = token_owner()
    found = read_json(ReadIn)
    with transaction() as session:
        workflow.read_notifications(session, person, found.ids)
    return "", 204


@bp.get("/notifications/choices")
@operation({200: ChoicesIn})
def show_choices() -> ResponseReturnValue:
    """How you are told beside the page."""
    person = token_owner()
    with reading() as session:
        return jsonify(queries.find_choices(session, person.id).model_dump(mode="json"))


@bp.put("/notifications/choices")
@operation({200: ChoicesIn}, body=ChoicesIn)
def choose() -> ResponseReturnValue:
    """Choose how you are told beside the page. It takes the place of what you chose before."""
    person = token_owner()
    found = read_json(ChoicesIn)
    with transaction() as session:
        workflow.choose(session, found, person)
        return jsonify(queries.find_choices(session, person.id).model_dump(mode="json"))


@bp.get("/cases/<uuid:case_id>")
@operation({200: CaseOut, 304: None}, headers={"If-None-Match": "The etag you have."}, problems=(404,))
def show_case(case_id: UUID) -> ResponseReturnValue:
    """Everything about a case, and what you may do now."""
    person = token_owner()
    with reading() as session:
        case = queries.get_case(session, case_id, person)
    return _answer(case)


def _add_act(name: str) -> None:
    """One address for each act of the table."""
    action = workflow.ACTIONS[name]

    def view(case_id: UUID) -> ResponseReturnValue:
        person = token_owner()
        found = read_json(action.takes)
        with transaction() as session:
            case = workflow.act(session, case_id, name, found, person, version_seen())
            out = queries.describe_case(session, case, person)
        return _answer(out, conditional=False)

    summary = (action.verb.__doc__ or "").strip().split("\n\n")
    view.__doc__ = summary[0].replace("\n", " ") + "\n\n" + "\n\n".join(summary[1:])
    declared = operation({200: CaseOut}, body=action.takes, headers=IF_MATCH, problems=(403, 404, 409, 412, 428))(view)
    bp.add_url_rule(f"/cases/<uuid:case_id>/{name}", f"{name}_case", declared, methods=["POST"])


for _name in workflow.ACTIONS:
    _add_act(_name)


@bp.get("/stories")
@operation(
    {200: StoriesOut},
    query={"cursor": "next_cursor of the page before.", "limit": "1 to 200, usually 50."},
    problems=(404,),
)
def show_stories() -> ResponseReturnValue:
    """The stories that newsrooms sent, the newest first."""
    token_owner()
    most, place = limit(), parameter("cursor", str)
    with reading() as session:
        rows = storyboard.list_stories(session, most + 1, cursor.uuid_in(place) if place else None)
    more = cursor.following(rows, most)
    return answer_page(StoriesOut(data=rows[:most], next_cursor=more), more)


@bp.get("/stories/<uuid:story_id>")
@operation({200: StoryOut}, problems=(404,))
def show_story(story_id: UUID) -> ResponseReturnValue:
    """A story, its sentences worth checking, and the cases made from them."""
    token_owner()
    with reading() as session:
        return jsonify(storyboard.get_story(session, story_id).model_dump(mode="json"))


@bp.post("/stories/<uuid:story_id>/pick")
@operation({202: StoryOut}, body=PicksIn, problems=(403, 404))
def pick(story_id: UUID) -> ResponseReturnValue:
    """Have claims made from sentences of a story. Their cases come to the queue a moment later."""
    person = token_owner()
    picks = read_json(PicksIn)
    with transaction() as session:
        workflow.pick(session, story_id, picks, person)
        shown = storyboard.get_story(session, story_id)
    return jsonify(shown.model_dump(mode="json")), 202


def version_seen() -> int | None:
    """The version in If-Match; None if it was not sent. Raises BadRequest if it is not an etag of ours."""
    given = request.headers.get("If-Match")
    if given is None:
        return None
    version = re.fullmatch(r'"v([0-9]{1,9})"', given.strip())
    if version is None:
        raise BadRequest('If-Match has to be the etag of the case, such as "v7".')
    return int(version[1])


def _assignee(session: Any, given: str | None, person: Person) -> UUID | None:
    if given is None:
        return None
    found = person if given == "me" else queries.find_person(session, given)
    if found is None:
        raise BadRequest("assignee: nobody at the desk has this address.")
    return found.id


def _answer(case: CaseOut, conditional: bool = True) -> ResponseReturnValue:
    answer = jsonify(case.model_dump(mode="json"))
    answer.set_etag(case.etag.strip('"'))
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer.make_conditional(request) if conditional else answer

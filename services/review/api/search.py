"""Search over everything."""

from typing import Annotated

from flask.typing import ResponseReturnValue
from pydantic import Field

from services.review import queries
from services.review.api.base import bp
from services.review.auth import token_owner
from services.review.places import read_place, write_place
from services.review.schemas import SearchOut
from services.review.service import reading
from shared.contracts import State
from shared.errors import BadRequest
from shared.fields import Text
from shared.openapi import operation
from shared.parameters import limit, parameter
from shared.web import answer_page

Words = Annotated[Text, Field(max_length=200)]


@bp.get("/search")
@operation(
    {200: SearchOut},
    query={
        "q": "Words, of which the last may be the beginning of one. In quotation marks: as they follow.",
        "state": "unverified, checked, published or closed",
        "desk": "The slug of a desk.",
        "cursor": "next_cursor of the page before.",
        "limit": "1 to 200, usually 50.",
    },
    problems=(404,),
)
def show_found() -> ResponseReturnValue:
    """Search all that was ever written on cases, and fact-checks that others published."""
    person = token_owner()
    asked = parameter("q", Words)
    if asked is None:
        raise BadRequest("q: say what to search for.")
    wanted = queries.Wanted(state=parameter("state", State), desk=parameter("desk", Words), q=asked, sort="newest")
    most = limit()
    with reading() as session:
        found = queries.search(session, wanted, most, read_place("newest"), person)
    more = write_place(found.after)
    return answer_page(SearchOut(data=found.cases, earlier=found.earlier, next_cursor=more), more)

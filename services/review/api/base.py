"""What the parts of the desk's API share: the blueprint, and how a case is answered."""

import re

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from services.review.schemas import CaseOut
from shared.errors import BadRequest
from shared.parameters import refuse_unknown

bp = Blueprint("api", __name__, url_prefix="/v1")
bp.before_request(refuse_unknown)


def version_seen() -> int | None:
    """The version in If-Match; None if it was not sent. Raises BadRequest if it is not an etag of ours."""
    given = request.headers.get("If-Match")
    if given is None:
        return None
    version = re.fullmatch(r'"v([0-9]{1,9})"', given.strip())
    if version is None:
        raise BadRequest('If-Match has to be the etag that you were given, such as "v7".')
    return int(version[1])


def answer_case(case: CaseOut, conditional: bool = True) -> ResponseReturnValue:
    """A case, with its etag."""
    answer = jsonify(case.model_dump(mode="json"))
    answer.set_etag(case.etag.strip('"'))
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer.make_conditional(request) if conditional else answer

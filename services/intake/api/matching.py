"""Has this been checked? What came in, and what was published before, that says the same."""

from typing import Annotated
from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue
from pydantic import AfterValidator

from services.intake import lookups
from services.intake.auth import caller
from services.intake.schemas import MatchesOut, MatchIn, has_a_word
from services.intake.service import reading
from shared.errors import BadRequest
from shared.fields import LANGUAGE_TAG, Language, Line, Text
from shared.matching import Asked
from shared.openapi import Parameter, operation
from shared.parameters import limit, parameter
from shared.web import answer_page, read_json

bp = Blueprint("matching", __name__)

LONGEST = 1_000  # characters: what an address holds in any script


def _fits_an_address(text: str) -> str:
    if len(text) > LONGEST:
        raise ValueError(f"is longer than {LONGEST:,} characters; POST /v1/match takes longer ones")
    return text


Short = Annotated[Text, AfterValidator(_fits_an_address)]
LANGUAGE = f"^{LANGUAGE_TAG.pattern}$"


@bp.get("/match")
@operation(
    {200: MatchesOut},
    query={
        "text": Parameter(
            "A claim, in its own words; it has to be there.", {"type": "string", "minLength": 1, "maxLength": LONGEST}
        ),
        "speaker": Parameter("Who said it.", {"type": "string", "minLength": 1, "maxLength": 300}),
        "context": Parameter(
            "What was said before and after it.", {"type": "string", "minLength": 1, "maxLength": LONGEST}
        ),
        "language": Parameter("Its language (BCP 47); else it is guessed.", {"type": "string", "pattern": LANGUAGE}),
        "limit": Parameter("How many.", {"type": "integer", "minimum": 1, "maximum": 50, "default": 10}),
    },
    problems=(429,),
)
def match() -> ResponseReturnValue:
    """Has this been checked?

    Your own claims, others' on which readers can read a verdict, and fact-checks that were published before, if they may say the
    same: the likeliest first, and in what each differs. Any key may ask. A claim is found a moment after it came in.
    """
    by = caller()
    asked, most = _asked(), limit(10, 50)
    with reading() as session:
        return answer_page(lookups.look(session, asked, by.newsroom_id, most), None)


@bp.post("/match")
@operation({200: MatchesOut}, body=MatchIn, problems=(429,))
def match_text() -> ResponseReturnValue:
    """Has this been checked? For a text of any length.

    The same as `GET /v1/match`, which takes what an address holds. Nothing is stored.
    """
    by = caller()
    found = read_json(MatchIn)
    asked = Asked(found.text, found.speaker, found.context, found.language)
    with reading() as session:
        return answer_page(lookups.look(session, asked, by.newsroom_id, found.limit), None)


@bp.get("/claims/<uuid:claim_id>/earlier")
@operation(
    {200: MatchesOut},
    query={"limit": Parameter("How many.", {"type": "integer", "minimum": 1, "maximum": 50, "default": 10})},
    problems=(403, 404, 429),
)
def match_claim(claim_id: UUID) -> ResponseReturnValue:
    """Was a claim of yours checked before?

    As `/v1/match` answers, asked with all that the claim says of itself, and without the claim.
    """
    by = caller("claims:read")
    most = limit(10, 50)
    with reading() as session:
        return answer_page(lookups.look_for_claim(session, claim_id, by.newsroom_id, most), None)


def _asked() -> Asked:
    """What is asked. Raises BadRequest."""
    text = parameter("text", Annotated[Short, AfterValidator(has_a_word)])
    if text is None:
        raise BadRequest("text has to be there: a claim, in its own words.")
    return Asked(text, parameter("speaker", Line), parameter("context", Short), parameter("language", Language))

"""Whatever the API's document allows is answered as the document says; what it does not allow is refused; nothing is a 500.

What a document can't say is told apart: that a key names one request (by `fuzz_hooks.py`), and by `UNSAYABLE` what is refused with
422 though the document allows it.
"""

from pathlib import Path

import pytest
from fuzzer import PATIENCE, fuzz
from served import served

from services.intake import auth
from services.intake.service import service as intake

# What is refused although the document allows it, and why.
UNSAYABLE = (
    "POST /v1/feeds",  # the address has to be on the public internet
    "POST /v1/webhook-endpoints",
    "PATCH /v1/webhook-endpoints/{endpoint_id}",
    "POST /v1/inbound-hooks",  # one of the paths has to lead to the text
    "POST /v1/stories",  # one of several fields has to hold more than blanks
    "POST /v1/stories/{story_id}/claims",  # a sentence has to be one of the story's
    "POST /v1/earlier-checks",  # what is not JSON is only known to be text
    "GET /v1/earlier-checks",  # a question has to hold a letter or a digit, of any script
    "GET /v1/match",
    "POST /v1/match",
)

# What it takes is a list of what `POST /v1/claims` takes and `POST /v1/stories` has such a list of: each limit twice over.
NOT_WALKED = ("POST /v1/stories/{story_id}/claims",)


@pytest.fixture
def database_kind():
    return "sqlite"  # what differs between databases is tested input by input in test_bad_input.py


@pytest.fixture
def address(app):
    with served(app) as url:
        yield url


@pytest.mark.timeout(PATIENCE)
def test_the_document_holds_for_every_operation(address, service, tmp_path):
    with intake.transaction() as session:  # a limit would answer most of it
        key = auth.make_key(session, "Wire Desk", "fuzzer", list(auth.SCOPES), per_minute=1_000_000, per_day=1_000_000)
    hooks = Path(__file__).with_name("fuzz_hooks.py")
    fuzz(
        address,
        tmp_path,
        "--header",
        f"Authorization: Bearer {key}",
        unsayable=UNSAYABLE,
        not_walked=NOT_WALKED,
        hooks=hooks,
    )

"""Whatever publish's document allows is answered as the document says; what it does not allow is refused; nothing is a 500."""

import pytest
from fuzzer import PATIENCE, fuzz
from served import served

# What is refused although the document allows it, and why.
UNSAYABLE = (
    "GET /v1/checks",  # a cursor has to be one that was given
    "GET /v1/changes",
    "GET /oembed",  # the address has to be one of ours; there is json and xml
    "GET /v1alpha1/claims:imageSearch",  # it is not there: 501
    "GET /v1alpha1/claims:search",  # words or a site; a token that goes with them
    "GET /v1alpha1/pages",
)


@pytest.fixture
def database_kind():
    return "sqlite"  # what differs between databases is tested question by question


@pytest.mark.timeout(PATIENCE)
def test_the_document_holds_for_every_operation(app, receive, make_verdict, make_notice, tmp_path):
    receive(make_verdict(), make_verdict(language="de"), make_notice())
    with served(app) as address:
        fuzz(address, tmp_path, unsayable=UNSAYABLE)

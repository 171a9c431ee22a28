"""The ledgers show what one service told and another does not know."""

import json

from shared.ledger import Entry, differences


def lines(side, *entries):
    return [json.dumps({"side": side, **entry._asdict()}) for entry in entries]


CLAIM = Entry("claim.submitted.v1", "review", "c1", 2)


def test_what_arrived_is_no_difference():
    assert differences(lines("told", CLAIM) + lines("known", CLAIM)) == []


def test_what_never_arrived_is_found():
    assert differences(lines("told", CLAIM)) == [CLAIM]


def test_an_older_revision_is_found_and_a_newer_is_not():
    assert differences(lines("told", CLAIM) + lines("known", CLAIM._replace(revision=1))) == [CLAIM]
    assert differences(lines("known", CLAIM._replace(revision=3)) + lines("told", CLAIM)) == []


def test_what_another_receiver_knows_does_not_count():
    assert differences(lines("told", CLAIM) + lines("known", CLAIM._replace(queue="publish"))) == [CLAIM]

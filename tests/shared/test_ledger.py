"""The ledgers show what one service told and another does not know."""

import json

from shared.ledger import Entry, differences, known_newer


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


MOVED = Entry("case.moved.v1", "intake", "c1", 2)


def test_what_is_known_newer_than_it_is_told_is_found_whether_or_not_anything_is_told():
    newer = MOVED._replace(revision=3)
    assert known_newer(lines("told", MOVED) + lines("known", newer)) == [newer]
    assert known_newer(lines("known", newer)) == [newer]
    assert known_newer(lines("told", MOVED) + lines("known", MOVED)) == []
    assert known_newer(lines("told", newer) + lines("known", MOVED)) == []


def test_a_claim_that_intake_lost_is_not_known_newer():
    assert known_newer(lines("known", CLAIM)) == []

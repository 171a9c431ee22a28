"""An agency withdraws a story: a kill order is taken in every format, and one that is almost right is refused."""

import pytest
from intake_stories import G2, NINJS, PLAIN, XHTML, g2, told


def test_a_kill_order_has_to_name_its_story_and_an_address_does(send_story):
    assert send_story({"status": "canceled", "note": "Withdrawn"}).status_code == 422
    story = PLAIN | {"url": "https://Courier.example/bridge#top"}
    del story["uri"]
    first = send_story(story).json
    killed = send_story({"url": "https://courier.example/bridge", "status": "canceled"}).json
    assert (killed["id"], killed["status"]) == (first["id"], "canceled")


@pytest.mark.parametrize("mistyped", ["text", "ednote", "versionCreated"])
def test_a_kill_order_with_a_mistyped_field_is_refused_rather_than_taken_for_another_version(send_story, mistyped):
    send_story(PLAIN)
    refused = send_story({"uri": PLAIN["uri"], "status": "canceled", "headline": "Withdrawn", mistyped: "Wrong bridge"})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, f"#/{mistyped}")
    assert send_story(PLAIN).json["taken"] == "unchanged"


@pytest.mark.parametrize(
    ("mistyped", "said"),
    [
        ("Status", {"Status": "canceled"}),
        ("pub_status", {"pub_status": "stat:canceled"}),
        ("pubStatus ", {"pubStatus ": "withheld"}),
        ("publicationState", {"publicationState": "Cancelled"}),
        ("status", {"pubStatus": "usable", "status": "canceled"}),
        ("pubStatus", {"pubStatus": "canceled", "pubstatus": "usable"}),
        ("pubStatus", {"pubStatus": None}),
        ("pubstatus", {"pubstatus": ""}),
        ("pubStaus", {"pubStaus": "canceled"}),
        ("status", {"status": "killed"}),
        ("killed", {"killed": True}),
        ("isWithdrawn", {"pubStatus": "usable", "isWithdrawn": "yes"}),
        ("retracted_at", {"retracted_at": "2026-03-30T12:00:00Z"}),
    ],
)
def test_a_kill_order_under_almost_the_right_name_is_refused(send_story, mistyped, said):
    story = NINJS["3.1"] | {"pubStatus": "usable"}
    first = send_story(story).json
    del story["pubStatus"]
    refused = send_story(story | {"version": "9"} | said)
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, f"#/{mistyped}")
    assert send_story(NINJS["3.1"]).json["id"] == first["id"]


@pytest.mark.parametrize(
    "own",
    [
        {"status": "final"},
        {"killed": False, "withdrawnAt": None},
        {"killed": "FALSE", "isCancelled": "No", "retracted_at": " null "},
        {"cancellable": True, "skills": ["law"], "retractions": [{"uri": "urn:x"}]},
        {"statement": "The minister denied that anybody was killed."},
    ],
)
def test_what_a_wire_calls_status_beside_pub_status_is_its_own(send_story, own):
    assert send_story(NINJS["3.1"] | {"pubStatus": "usable"} | own).status_code == 201


STATED = b'<pubStatus qcode="stat:usable"/>'

ALMOST_KILLED = {
    "another letter": (STATED, b'<pubStaus qcode="stat:canceled"/>', "pubStaus"),
    "small letters": (STATED, b'<pubstatus qcode="stat:canceled"/>', "pubstatus"),
    "small letters and a mistyped code": (STATED, b'<pubstatus qcode="stat:cancled"/>', "pubstatus"),
    "another attribute": (STATED, b'<pubStatus code="stat:canceled"/>', "itemMeta/pubStatus"),
    "words instead of an attribute": (STATED, b"<pubStatus>canceled</pubStatus>", "itemMeta/pubStatus"),
    "no code": (STATED, b'<pubStatus qcode=""/>', "itemMeta/pubStatus"),
    "two of them": (STATED, STATED + b'<pubStatus qcode="stat:withheld"/>', "itemMeta/pubStatus"),
    "in the wrong place": (b"<contentMeta>", b'<contentMeta><pubStatus qcode="stat:canceled"/>', "pubStatus"),
    "in mistyped meta": (b"itemMeta>", b"itemmeta>", "pubStatus"),
    "a word of its own": (STATED, b"<killed/>", "killed"),
    "a signal": (STATED, STATED + b'<signal qcode="sig:kill"/>', "signal"),
}


@pytest.mark.parametrize("name", ALMOST_KILLED)
@pytest.mark.parametrize("body", [XHTML, ""], ids=["with text", "without"])
def test_a_newsml_kill_order_in_almost_the_right_words_is_refused(send_story, stored, name, body):
    """In mistyped meta a status that kills is not where it belongs, either."""
    right, mistyped, field = ALMOST_KILLED[name]
    first = send_story(G2, "application/xml").json
    before = stored()
    order = g2(version="9", body=body, status="stat:canceled" if "itemmeta" in str(mistyped) else "stat:usable")
    refused = send_story(order.replace(right, mistyped), "application/xml")
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, f"#/{field}")
    assert stored() == before
    assert send_story(g2(version="9", status="stat:canceled", body=body), "application/xml").json["id"] == first["id"]


@pytest.mark.parametrize(
    "said", [b"", b'<signal qcode="sig:correction"/>' + STATED, b'<pubstatus qcode="stat:usable"/>']
)
def test_a_newsml_story_that_does_not_look_withdrawn_is_taken(send_story, said):
    assert send_story(G2.replace(STATED, said), "application/xml").json["status"] == "usable"


@pytest.mark.parametrize(
    ("kill", "kind"),
    [
        ({"uri": PLAIN["uri"], "status": "canceled", "note": "Withdrawn: wrong bridge"}, "application/json"),
        (NINJS["3.1"] | {"uri": PLAIN["uri"], "version": "3", "pubStatus": "canceled"}, "application/json"),
        (NINJS["1.6"] | {"uri": PLAIN["uri"], "version": "2", "pubstatus": "canceled"}, "application/json"),
        (g2(uri=PLAIN["uri"], version="3", status="stat:canceled", body=""), "application/xml"),
    ],
    ids=["plain", "ninjs 3.1", "ninjs 1.6, same version", "NewsML-G2"],
)
def test_a_kill_order_tells_the_desk_of_every_claim_and_keeps_the_text(send_story, kill, kind):
    story = send_story({"item": PLAIN | {"version": "2"}, "claims": [{"text": "It was shut."}]}).json
    killed = send_story(kill, kind)
    assert (killed.status_code, killed.json["taken"], killed.json["status"]) == (200, "updated", "canceled")
    assert "four days" in killed.json["body"]
    [*_, last] = told()
    assert last.status == "canceled"
    assert [str(one.claim_id) for one in last.claims] == [one["id"] for one in story["claims"]]


def test_a_story_can_be_usable_again(send_story):
    send_story(PLAIN | {"version": "1"})
    send_story(PLAIN | {"version": "2", "status": "withheld"})
    assert send_story(PLAIN | {"version": "3"}).json["status"] == "usable"
    assert [one.status for one in told()] == ["usable", "withheld", "usable"]

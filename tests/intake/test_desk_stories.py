"""The desk makes claims of stories: from what a newsroom sent, and from what somebody at the desk brings."""

from intake_stories import PLAIN, told

from services.intake import workflow
from services.intake.service import service as intake
from shared.clock import new_id
from shared.contracts import ClaimRecord, PickedClaim, SentencesPicked, StoryBrought


def test_what_the_desk_picks_becomes_the_newsroom_s_claim(newsroom):
    story = newsroom.client.post("/v1/stories", json=PLAIN, headers={"Authorization": f"Bearer {newsroom.key}"}).json
    [message] = told()
    claim = message.claim_from(message.sentences[0], ["statements"])
    picked = SentencesPicked(
        story_id=story["id"], revision=1, picked_by="Ada", claims=(PickedClaim(claim=claim, reason="Picked by Ada."),)
    )
    with intake.transaction() as session:
        workflow.take_picked(session, picked)
    [mine] = newsroom.get("/v1/claims").json["data"]
    assert (mine["text"], mine["submissions"][0]["reason"]) == (claim.text, "Picked by Ada.")
    assert [one["id"] for one in newsroom.get(story["url"]).json["claims"]] == [mine["id"]]


def test_what_the_desk_brings_is_taken_in_as_its_own(newsroom):
    sentence = PLAIN["body"].partition(".")[0] + "."
    claims = [
        PickedClaim(claim=ClaimRecord(text=text), reason="Entered by Ada.") for text in (sentence, "Ice closed it.")
    ]
    brought = {"story_id": new_id(), "revision": 1, "brought_by": "Ada", "language": "en", "claims": tuple(claims)}
    alone = StoryBrought(**brought)
    whole = StoryBrought(
        **brought | {"story_id": new_id(), "story": {"headline": "Bridge shut"}, "body": PLAIN["body"]}
    )
    for message in (alone, whole, whole):
        with intake.transaction() as session:
            workflow.take_brought(session, message)
    assert {one.story_id for one in told()} == {whole.story_id}
    story = told()[-1]
    assert (story.newsroom, story.story.headline, story.versions) == ("The desk", "Bridge shut", 1)
    assert [one.text for one in story.sentences]
    assert len(story.claims) == 2, "the same words are the same claim"
    assert sorted(one.exact or "" for one in story.claims) == ["", sentence]
    assert newsroom.get("/v1/claims").json["data"] == [], "it is no newsroom's"

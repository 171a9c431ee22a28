"""Explainers have context and evidence, and judge nothing: no machine is told of a verdict. And what a claim was broken into."""

import json
import re

from shared.clock import new_id
from shared.contracts import EXPLAINER

EXPLAINS = {
    "slug": EXPLAINER,
    "label": "Explainer",
    "value": None,
    "best": None,
    "worst": None,
    "meaning": "It judges nothing.",
}


def test_an_explainer_is_a_page_in_the_lists_and_no_review(receive, reader, make_verdict):
    claim_id = new_id()
    check = receive(make_verdict(claim_id, rating=EXPLAINS, headline="How guarantees are made"))
    page = reader.get(f"/checks/{check.path}").text
    node = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[1])
    assert (node["@type"], node["headline"]) == ("Article", "How guarantees are made")
    assert "ClaimReview" not in page
    assert 'class="rating r-explainer"' in page
    assert "How guarantees are made" in reader.get("/ratings/explainer").text
    assert "How guarantees are made" in reader.get("/feeds/atom.xml").text
    assert reader.get("/v1alpha1/claims:search?query=guarantees").json == {}
    assert reader.get(f"/v1alpha1/pages?url=https://facts.example/checks/{check.path}").json == {}
    assert '"item": null' in reader.get("/feeds/claimreview.json").text
    assert reader.get(f"/v1/checks/{claim_id}").json["rating"]["slug"] == EXPLAINER
    claimant = re.search(r'href="(/claimants/[^"]+)"', page)[1]
    assert "/ratings/explainer" not in reader.get(claimant).text  # nothing that they said was judged


def test_an_explainer_that_turns_into_a_verdict_is_one(receive, reader, make_verdict):
    claim_id = new_id()
    receive(make_verdict(claim_id, rating=EXPLAINS))
    check = receive(make_verdict(claim_id, 2))
    assert '"@type": "ClaimReview"' in reader.get(f"/checks/{check.path}").text
    assert (
        len(reader.get(f"/v1alpha1/pages?url=https://facts.example/checks/{check.path}").json["claimReviewMarkupPages"])
        == 1
    )


def test_questions_and_steps_stand_on_the_page_and_in_the_record(page_of, reader, make_verdict):
    claim_id = new_id()
    given = {
        "questions": [{"question": "Who <b>met</b>?", "answer": "Three\ndelegations."}],
        "steps": [
            {"label": "Somebody was asked", "state": "done"},
            {"label": "Two roots", "state": "waived", "why": "There is one log."},
        ],
    }
    page = page_of(make_verdict(claim_id, **given))
    assert "Who &lt;b&gt;met&lt;/b&gt;?" in page
    assert "not asked of this one, because: <bdi>There is one log.</bdi>" in page
    assert reader.get(f"/v1/checks/{claim_id}").json["questions"] == given["questions"]

"""The sample: the wire story is in the records, nothing leads to real places, and every record passes the doors."""

import json
import re
from urllib.parse import urlsplit

import pytest

from deploy import sample
from services.intake.schemas import ClaimIn
from services.review.schemas import CheckIn, CloseIn, EvidenceIn

WIRE = json.loads((sample.FOLDER / "wire-story.json").read_text())
INVENTED = json.loads((sample.FOLDER / "invented.json").read_text())["claims"]
EVIDENCE = sample.ACTS["evidence"]
IDENTIFIES = "www.wikidata.org"  # says which person is meant; it is no evidence


def statements():
    return [(claim["external_id"], one) for claim in WIRE["claims"] for one in claim["statements"]]


def test_the_wire_story_is_ten_claims_that_differ():
    assert len({claim["text"] for claim in WIRE["claims"]}) == 10


def test_the_newspaper_s_eight_people_are_one_group_behind_two_hops():
    groups = {json.dumps([one["via"], one["unnamed"]]) for _, one in statements() if one["id"] == "ft-8"}
    assert len(groups) == 1
    via, unnamed = json.loads(groups.pop())
    assert [hop["name"] for hop in via] == ["Reuters", "Financial Times"]
    assert (unnamed["count"], unnamed["described_as"]) == (8, "people familiar with the talks")


def test_one_unnamed_person_confirms_one_claim_and_denies_another():
    assert {(claim, one["stance"]) for claim, one in statements() if one["id"] == "us-person"} >= {
        ("wire-1", "confirms"), ("wire-2", "denies"),
    }  # fmt: skip


def test_the_denial_has_a_name_and_the_silence_is_a_request_without_an_answer():
    denials = {one["speaker"]["name"] for _, one in statements() if one["stance"] == "denies" and "speaker" in one}
    assert denials == {"Anna Kelly"}
    asked = {(one["asked_by"], one["asked"], one["outcome"]) for one in WIRE["claims"][0]["requests_for_comment"]}
    assert asked == {("Reuters", "the White House", "no_response_yet")}


def test_strength_and_condition_are_fields_of_their_own():
    assert [claim.get("hedge") for claim in WIRE["claims"][:3]] == ["signalled", "likely", None]
    assert WIRE["claims"][2]["condition"] == "if Kyiv withdraws"


def test_what_was_said_before_the_story_has_its_own_day():
    days = {one["id"]: one["said_at"][:10] for _, one in statements() if one["id"] in ("zelenskiy", "kremlin")}
    assert days == {"zelenskiy": "2026-01-25", "kremlin": "2026-01-26"}
    kremlin = next(one for _, one in statements() if one["id"] == "kremlin")
    assert [hop["name"] for hop in kremlin["via"]] == ["Reuters", "TASS"]


@pytest.mark.parametrize("name", ["wire-story", "invented", "acts"])
def test_every_link_leads_to_a_reserved_name(name):
    hosts = {
        urlsplit(url).hostname
        for url in re.findall(r"https?://[^\s\"')]+", (sample.FOLDER / f"{name}.json").read_text())
    }
    assert hosts, "there are links"
    assert all(host.endswith(".example") for host in hosts - {IDENTIFIES})


def test_no_verdict_on_real_events_passes_for_one():
    judged = [name for name in sample.ACTS["verdicts"] if name.startswith("wire")]
    assert judged == ["wire-7"]
    verdict = sample.ACTS["verdicts"]["wire-7"]
    assert verdict["rating"] == "unproven"
    assert all("sample" in verdict[part].casefold() for part in ("headline", "summary", "text"))


def test_every_record_passes_the_doors():
    for claim in WIRE["claims"] + INVENTED:
        ClaimIn.model_validate_json(json.dumps(claim | {"story": claim.get("story", WIRE["story"])}), strict=True)
    for item in [item for items in EVIDENCE.values() for item in items]:
        EvidenceIn.model_validate(item)
    for verdict in sample.ACTS["verdicts"].values():
        CheckIn.model_validate(verdict)
    for reason in sample.ACTS["closed"].values():
        CloseIn.model_validate(reason)

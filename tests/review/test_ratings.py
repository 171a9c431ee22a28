"""Ratings of a desk's own: their words, their order, how they look."""

import re
from itertools import product
from pathlib import Path

import pytest
from pydantic import ValidationError
from review_desk import VERDICT

from services.review import queries, workflow
from services.review.scale import SCALE
from services.review.schemas import DeskIn, StepIn
from shared.colours import LEAST, contrast
from shared.shapes import COLOURS


def test_ratings_of_a_desk_s_own_are_told_apart_by_shape_and_colour(
    make_desk, check_on, do, eve, desk, approved_messages
):
    given = {"label": "Out of date", "meaning": "It held once.", "value": 2, "shape": "clock", "colour": "teal"}
    make_desk(tags=["flu"], ratings={
        "false": StepIn(label="Wrong", meaning="It is wrong."), "out-of-date": StepIn(**given),
        "cut": StepIn(label="Cut", meaning="It was cut."),
    })  # fmt: skip
    case_id = check_on(VERDICT.model_copy(update={"rating": "out-of-date"}), tags=["flu"])
    do(case_id, "approve", eve)
    rating = approved_messages()[0]["rating"]
    assert (rating["label"], rating["value"], rating["shape"], rating["colour"]) == ("Out of date", 2, "clock", "teal")
    page = desk("eve").get(f"/cases/{case_id}").text
    assert re.search(
        r'<span class="rating k-teal"><svg [^>]+>\s*<path d="M8 1.8[^>]+>.*?</svg> Out of date</span>', page, re.S
    )
    listed = desk("eve").get("/desks").text
    assert 'class="rating r-false"' in listed
    assert 'class="rating k-grey"' in listed, "one that was given no shape has a free one"
    for wrong in (
        {"ratings": {"false": StepIn(**given), "true": StepIn(label="Holds", meaning="x")}},
        {"ratings": {"cut": StepIn(**given), "old": StepIn(**given | {"label": "Old", "colour": "red"})}},
        {"ratings": {f"own-{number}": StepIn(label=f"Own {number}", meaning="x") for number in range(11)}},
    ):
        with pytest.raises(ValidationError, match="shape"):
            DeskIn(name="Health", **wrong)
    with pytest.raises(ValidationError, match="explainer"):
        DeskIn(name="Health", ratings={slug: StepIn(label="x", meaning="x") for slug in ("cut", "explainer")})
    versions = desk("eve").get(f"/cases/{case_id}/versions").text
    assert versions.count("Out of date") == 2, "above the version and in what it changed"
    assert "out-of-date" not in versions


def test_publish_is_told_what_a_desk_s_ratings_are_called_and_drawn_as(make_desk, review, people, messages):
    ratings = {"holds": StepIn(label="Holds", meaning="x"), "cut": StepIn(label="Cut", meaning="x", value=2)}
    make_desk()
    assert not [one for one in messages() if one["topic"] == "scale.posted.v1"], "the usual scale is no news"
    for change in ({"ratings": ratings}, {"ratings": ratings, "tags": ["flu"]}, {"ratings": ratings | {
        "holds": StepIn(label="It holds", meaning="x", shape="star", colour="teal"),
    }}):  # fmt: skip
        with review.transaction() as session:
            workflow.change_desk(session, "health", DeskIn(name="Health", **change), people["root"])
    first, last = (one["message"] for one in messages() if one["topic"] == "scale.posted.v1")
    assert (first["desk"], first["revision"], last["revision"]) == ("health", 1, 2)
    assert [one["slug"] for one in first["looks"]] == ["cut", "holds", "explainer"]
    told = last["looks"][1]
    assert told == {
        "slug": "holds",
        "label": "It holds",
        "meaning": "x",
        "shape": "star",
        "colour": "teal",
        "words": {},
    }


def test_a_rating_has_names_in_other_languages(make_desk, desk, review, people, messages):
    make_desk()
    fields = {"name": "Health", "approvals_needed": "1", "evidence_needed": "2", "second_checks_needed": "0",
              "rating": ["true", "false", "satire"], "label.true": "Holds", "words.true": "de: Stimmt | Es stimmt.\nuk: Правда",
              "own.slug": "", "own.label": "Cut", "own.meaning": "It was cut.", "own.words": "de: Gekürzt"}  # fmt: skip
    assert desk("root").post("/desks/health", data=fields).status_code == 302
    told = [one["message"] for one in messages() if one["topic"] == "scale.posted.v1"][-1]
    words = {one["slug"]: one["words"] for one in told["looks"]}
    assert words["true"] == {
        "de": {"label": "Stimmt", "meaning": "Es stimmt."},
        "uk": {"label": "Правда", "meaning": None},
    }
    assert words["cut"]["de"] == {"label": "Gekürzt", "meaning": None}
    assert words["false"]["de"]["label"] == "Falsch", "the usual scale has German names"
    page = desk("root").get("/desks").text
    assert "de: Stimmt | Es stimmt.\nuk: Правда</textarea>" in page
    assert "de: Gekürzt</textarea>" in page
    with review.transaction() as session:
        renamed = {"false": StepIn(label="Wrong", meaning="x"), "true": StepIn(label="Holds", meaning="x")}
        workflow.change_desk(session, "health", DeskIn(name="Health", ratings=renamed), people["root"])
    told = [one["message"] for one in messages() if one["topic"] == "scale.posted.v1"][-1]
    assert not any(one["words"] for one in told["looks"] if one["slug"] != "explainer"), (
        "whose names were those of another word"
    )
    refused = desk("root").post("/desks/health", data=fields | {"words.true": "Stimmt"})
    assert refused.status_code == 422
    assert "Stimmt</textarea>" in refused.text, "what was typed is kept"


def test_every_colour_of_a_rating_can_be_read_at_the_desk():
    css = (Path(workflow.__file__).parents[1] / "static/desk.css").read_text()
    colours = [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", part)) for part in re.split(r"@media|/\* Ground", css)[:2]
    ]
    for scheme, ground in product((colours[0], colours[0] | colours[1]), ("paper", "raised")):
        for name in (*SCALE, *(f"k-{one}" for one in COLOURS)):
            token = re.search(rf"\.(?:r-)?{name} {{ color: var\(--([\w-]+)\); }}", css)[1]
            assert contrast(scheme[token], scheme[ground]) >= LEAST, (name, ground)


def test_a_desk_has_ratings_and_an_order_of_its_own(make_desk, check_on, do, eve, approved_messages, review):
    make_desk(tags=["vote"], ratings={
        "true": StepIn(label="Holds", meaning="It holds.", place=2),
        "out-of-date": StepIn(label="Out of date", meaning="It held once.", value=2, place=1),
        "a-promise": StepIn(label="A promise", meaning="Nobody can know."),
    })  # fmt: skip
    case_id = check_on(VERDICT.model_copy(update={"rating": "out-of-date"}), tags=["vote"])
    with review.reading() as session:
        assert [one.slug for one in queries.get_case(session, case_id, eve).ratings] == [
            "out-of-date",
            "true",
            "a-promise",
            "explainer",
        ]
    do(case_id, "approve", eve)
    (told,) = approved_messages()
    assert (told["rating"]["label"], told["rating"]["value"], told["rating"]["best"]) == ("Out of date", 2, 5)

"""Tags: how a claim gets them, and what finds it by them."""

import re
from html import unescape

import pytest
from review_desk import submit

from services.review.pages import forms
from services.review.schemas import TagIn


def test_tags_are_added_and_taken_off_and_the_queue_filters_by_them(make_case, do, ada, order):
    case_id = make_case("Tagged.", tags=("bridge",))
    make_case("Other.")
    do(case_id, "tag", ada, TagIn(add=["Water", "water"], remove=["bridge"]))
    assert order(tag="WATER") == ["Tagged."]
    assert order(tag="bridge") == []


@pytest.mark.parametrize(
    "tags",
    [
        ["paris, texas", "public health"],
        ['"so-called", they say', "a"],
        ['12" pipe', '"'],
        ['","', '""', 'a"b,c"d'],
        ["<b>&quot;,</b>"],
    ],
)
def test_a_tag_with_a_comma_of_its_own_survives_the_form(make_case, look, desk, tags):
    case_id, ada = make_case(tags=tags), desk("ada")
    submit(ada, case_id, "plan", tags=forms.in_a_line(tags), urgency="2")
    assert look(case_id).tags == tags
    shown = re.search(r'name="tags"[^>]*value="([^"]*)"', ada.get(f"/cases/{case_id}").text)[1]
    assert submit(ada, case_id, "plan", tags=unescape(shown), urgency="3").status_code == 302
    assert look(case_id).tags == tags


def test_tags_that_are_too_many_or_too_long_are_refused_in_the_form_at_once(make_case, look, desk):
    case_id, ada = make_case(), desk("ada")
    for line in ("x" * 10_000, ",".join(f"t{n}" for n in range(31)), '"a,' * 3_000, '""' * 5_000 + "x"):
        assert submit(ada, case_id, "plan", tags=line).status_code == 422
    assert look(case_id).tags == []

"""Patterns are filled as markupsafe fills them."""

import pytest
from markupsafe import Markup

from shared.filling import filled


@pytest.mark.parametrize(
    ("pattern", "values", "named"),
    [
        ('<a href="{}">{}</a>', ('"><script>', "a & b"), {}),
        ("<b>{name}</b>, {other}", (), {"name": "<i>", "other": Markup("<i>kept</i>")}),
        ("{} of {} {{}}", (3, 4.5), {}),
        ("nothing", (), {}),
        ("{one}{one}", (), {"one": None}),
    ],
)
def test_what_is_no_markup_is_escaped(pattern, values, named):
    found = filled(pattern, *values, **named)
    assert found == Markup(pattern).format(*values, **named)
    assert isinstance(found, Markup)


@pytest.mark.parametrize("pattern", ["{:>10}", "{name!r}", "{one.__class__}", "{one[0]}"])
def test_what_would_do_more_than_fill_in_is_refused(pattern):
    with pytest.raises(ValueError, match="more than to be filled in"):
        filled(pattern, "a", name="b", one="c")

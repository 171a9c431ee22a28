"""Whoever sent what is not JSON is told where it breaks and what should stand there, in words."""

import json

import pytest

from shared.broken_json import words_of
from shared.errors import BadRequest
from shared.web import strict_json


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "it is empty"),
        (" \n", "it is empty"),
        ("hello", "at line 1, column 1, a value should stand there"),
        ('{\n  "text": "a claim"\n  "urgency": 5\n}', "at line 3, column 3, a comma is missing before it"),
        ('{\n  "text" "a claim"}', "at line 2, column 10, a colon is missing there"),
        ('{"text": "a claim",\n}', "at line 1, column 19, the comma there is one too many"),
        ("[1, 2,]", "at line 1, column 6, the comma there is one too many"),
        ("{'text': 'a claim'}", "at line 1, column 2, texts and names stand in double quotes, not in single ones"),
        ("{text: 1}", "at line 1, column 2, a name in double quotes should stand there"),
        ('{"text": "a claim', "at line 1, column 10, the text that begins there does not end"),
        ('{"text": "a\nclaim"}', "at line 1, column 12, a line break or another control character"),
        ('{"text": "C:\\dir"}', "at line 1, column 13, a backslash stands before a letter that needs none"),
        ('{"text": "\\u12"}', "at line 1, column 12, \\u has to be followed by four"),
        ('{"text": "a claim"} {}', "at line 1, column 21, something follows after the end"),
        ('{"text": "a claim"', "it ends at line 1, column 19, before it is complete"),
        ('{"text":\n', "it ends at line 1, column 9, before it is complete"),
        ("[" * 200_000, "it is nested too deeply"),
        (f"[{'9' * 6_000}]", "it holds a whole number of more than 4,300 digits"),
    ],
)  # fmt: skip
def test_it_is_said_where_it_breaks_and_what_should_stand_there(text, words):
    with pytest.raises((ValueError, RecursionError)) as broken:
        json.loads(text)
    said = words_of(broken.value)
    assert said.startswith(words)
    assert "Expecting" not in said
    with pytest.raises(BadRequest) as refused:
        strict_json(text.encode())
    assert said in refused.value.detail

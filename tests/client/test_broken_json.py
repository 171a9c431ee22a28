"""What is no JSON is told in the same words by the command and by the desk."""

import json

import pytest

from factdesk.command import broken_json
from shared.broken_json import words_of as desk_words_of


def test_the_command_says_of_broken_json_what_the_desk_says():
    short = [
        "",
        "hello",
        '{"a": 1 "b": 2}',
        '{"a" 1}',
        "[1,]",
        "{'a': 1}",
        "{a: 1}",
        '["a',
        '["a\nb"]',
        '["\\d"]',
        '["\\u1"]',
        "[] []",
    ]
    for text in (*short, "[1", "[" * 99_999, "9" * 6_000):
        with pytest.raises((ValueError, RecursionError)) as broken:
            json.loads(text)
        assert broken_json.words_of(broken.value) == desk_words_of(broken.value)

"""What is wrong with a text that is not JSON, in words for whoever wrote it, and where: the parser's are for who knows it."""

import json
import sys

# What the parser of the standard library says, and what that means.
_MEANT = {
    "Expecting value": "a value should stand there",
    "Expecting ',' delimiter": "a comma is missing before it, or what stands there should have ended",
    "Expecting ':' delimiter": "a colon is missing there",
    "Expecting property name enclosed in double quotes": "a name in double quotes should stand there",
    "Illegal trailing comma": "the comma there is one too many",
    "Unterminated string starting at": "the text that begins there does not end",
    "Invalid control character at": "a line break or another control character stands there in a text: write it as \\n or \\u000a",
    "Invalid \\escape": "a backslash stands before a letter that needs none: write it twice if it is meant",
    "Invalid \\uXXXX escape": "\\u has to be followed by four digits or letters from A to F",
    "Extra data": "something follows after the end",
}  # fmt: skip


def words_of(error: ValueError | RecursionError) -> str:
    """Why a text could not be read as JSON: at which line and column, each counted from 1, and what should be otherwise there."""
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if not isinstance(error, json.JSONDecodeError):
        words = str(error)
        if "integer string conversion" not in words:
            return words
        return f"it holds a whole number of more than {sys.get_int_max_str_digits():,} digits"
    if not error.doc.strip():
        return "it is empty"
    if error.pos >= (end := len(error.doc.rstrip())):
        return f"it ends at {_place(json.JSONDecodeError(error.msg, error.doc, end))}, before it is complete"
    at = pinned(error)
    return f"at {_place(at)}, {meaning(at)}"


def pinned(error: json.JSONDecodeError) -> json.JSONDecodeError:
    """The error as Python has it from 3.13 on: a comma that is one too many is told where it stands, not at what follows it."""
    before = error.doc[: error.pos].rstrip()
    if before.endswith(",") and error.doc[error.pos : error.pos + 1] in ("]", "}"):
        return json.JSONDecodeError("Illegal trailing comma", error.doc, len(before) - 1)
    return error


def meaning(error: json.JSONDecodeError) -> str:
    """What should be otherwise at the place that the parser names."""
    if error.doc[error.pos : error.pos + 1] == "'":
        return "texts and names stand in double quotes, not in single ones"
    return next(
        (meant for said, meant in _MEANT.items() if error.msg.startswith(said)), "something else should stand there"
    )


def _place(error: json.JSONDecodeError) -> str:
    return f"line {error.lineno:,}, column {error.colno:,}"

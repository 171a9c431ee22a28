"""What is wrong with a text that is not JSON, in words for whoever wrote it, and where.

They are the desk's words (`shared.broken_json`), which the client, as it stands alone, can't borrow: a test compares the two.
"""

import json
import sys

# How what the parser says begins, and what that means.
_MEANT = (
    ("Expecting v", "a value should stand there"),
    ("Expecting ',", "a comma is missing before it, or what stands there should have ended"),
    ("Expecting ':", "a colon is missing there"),
    ("Expecting p", "a name in double quotes should stand there"),
    ("Illegal t", "the comma there is one too many"),
    ("Unt", "the text that begins there does not end"),
    ("Invalid c", "a line break or another control character stands there in a text: write it as \\n or \\u000a"),
    ("Invalid \\e", "a backslash stands before a letter that needs none: write it twice if it is meant"),
    ("Invalid \\u", "\\u has to be followed by four digits or letters from A to F"),
    ("Extra", "something follows after the end"),
)


def words_of(error: ValueError | RecursionError, line: int = 1) -> str:
    """Why a text could not be read as JSON: at which line and column, each counted from 1, and what should be otherwise there.
    `line` is that of the file in which the text begins."""
    match error:
        case RecursionError():
            return "it is nested too deeply"
        case UnicodeError():
            return "it is not UTF-8 text"
        case json.JSONDecodeError():
            return _broken(error, line)
    words = str(error)
    return (
        f"it holds a whole number of more than {sys.get_int_max_str_digits():,} digits" if "digits" in words else words
    )


def _broken(error: json.JSONDecodeError, line: int) -> str:
    written = error.doc.rstrip()
    if not written:
        return "it is empty"
    is_cut = error.pos >= len(written)
    at = json.JSONDecodeError("", error.doc, len(written)) if is_cut else _pinned(error)
    place = f"line {line - 1 + at.lineno:,}, column {at.colno:,}"
    return f"it ends at {place}, before it is complete" if is_cut else f"at {place}, {_meaning(at)}"


def _pinned(error: json.JSONDecodeError) -> json.JSONDecodeError:
    """The error as Python has it from 3.13 on: a comma that is one too many is told where it stands, not at what follows it."""
    before = error.doc[: error.pos].rstrip()
    if before.endswith(",") and error.doc[error.pos] in "]}":
        return json.JSONDecodeError("Illegal trailing comma", error.doc, len(before) - 1)
    return error


def _meaning(error: json.JSONDecodeError) -> str:
    if error.doc[error.pos] == "'":
        return "texts and names stand in double quotes, not in single ones"
    return next((meant for said, meant in _MEANT if error.msg.startswith(said)), "something else should stand there")

"""What in a sentence speaks for looking into it, by rules that are data and can be read, disputed and changed."""

from collections.abc import Sequence
from typing import NamedTuple

from shared.checkable.rules import rules_for

READ = 1_000  # characters of a text that are looked at


class Weighed(NamedTuple):
    """How much speaks for looking into a text, from 0 to 100, and what it is. None if there are no rules for its language."""

    score: int | None
    why: Sequence[str] = ()


def weigh(text: str, language: str | None) -> Weighed:
    """Weigh one sentence, or a short text as if it were one."""
    rules = rules_for(language)
    if rules is None:
        return Weighed(None)
    found = [sign for sign in rules.signs if sign.pattern.search(text[:READ])]
    score = max(0, min(100, sum(sign.points for sign in found)))
    return Weighed(score, [sign.why for sign in sorted(found, key=lambda sign: -sign.points) if sign.points > 0])

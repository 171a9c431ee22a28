"""Where a text that was pasted or typed begins: with a headline, or with its first sentence."""

from textwrap import shorten

from shared.checkable.rules import rules_for

LONGEST = 200  # characters of a headline
LONGEST_SENTENCE = 80  # and of one that ends as a sentence does
SHOWN = 120  # characters of a first sentence that stand for a headline


def split_headline(text: str, language: str | None) -> tuple[str, str]:
    """The headline and the text below it. A first line with a dateline, or that reads as a sentence, is no headline: the text stays
    whole, and its first words stand for one."""
    text = text.strip().replace("\r\n", "\n")
    first, _, rest = text.partition("\n")
    rules = rules_for(language) or rules_for(None)
    dateline = rules.dateline.match(first) if rules else None
    is_sentence = first.rstrip("\"'”’»").endswith((".", "!", "?")) and (
        len(first) > LONGEST_SENTENCE or not rest.strip()
    )
    if dateline is None and not is_sentence and len(first) <= LONGEST:
        return first.strip(), rest.strip()
    return shorten(first[dateline.end() if dateline else 0 :], SHOWN, placeholder="…"), text

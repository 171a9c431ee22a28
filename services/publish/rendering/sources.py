"""A link in a verdict's text to what is evidence gets that evidence's number beside it, so that a reader sees at once what the
sentence rests on: what it is, when it was read, and where a copy is.
"""

import re
from collections.abc import Sequence
from html import unescape

from markupsafe import Markup

from services.publish.languages import Words
from shared.contracts import Evidence
from shared.hostnames import is_same_page

LINK = re.compile(r'<a href="([^"]*)"[^>]*>.*?</a>', re.DOTALL)  # as `to_html` writes it: no link holds another


def with_numbers(text: Markup, evidence: Sequence[tuple[int, Evidence]], t: Words) -> Markup:
    """The text with the number of each source that it links to, after the link."""
    places = [(place, number) for number, one in evidence for place in (one.url, one.archive_url) if place]

    def numbered(found: re.Match[str]) -> str:
        href = unescape(found[1])
        number = next((number for place, number in places if is_same_page(place, href)), None)
        if number is None:
            return found[0]
        mark = Markup('<sup class="ref"><a href="#source-{}" aria-label="{}">{}</a></sup>')
        return f"{found[0]}{mark.format(number, t('check.source_number', number=number), number)}"

    return Markup(LINK.sub(numbered, text)) if places else text  # noqa: S704 - it was safe before

"""Reads the words of an archived page, with nothing but the standard library's reader of HTML: it runs nothing, and its time grows
with the page alone."""

from email.message import Message
from html.parser import HTMLParser
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

MOST_BYTES, MOST_LETTERS = 3_000_000, 400_000
NOT_SAID = frozenset({"script", "style", "noscript", "template", "svg", "head"})
ENDS_A_LINE = frozenset(
    {"p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "br", "article", "section", "blockquote", "td"}
)
READABLE = ("text/html", "application/xhtml+xml", "text/plain")


def words_of(path: Path) -> str | None:
    """The words of the page in an archived file; None if it is no page of text. Raises OSError if there is no such file."""
    with open(path, "rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response":
                given = record.http_headers.get_header("Content-Type") if record.http_headers else ""
                return _words(record.content_stream().read(MOST_BYTES), given or "")
    return None


def _words(body: bytes, content_type: str) -> str | None:
    header = Message()
    header["Content-Type"] = " ".join(content_type.split()) or "text/plain"
    kind, charset = header.get_content_type(), header.get_content_charset() or "utf-8"
    if kind not in READABLE:
        return None
    try:
        text = body.decode(charset, "replace")
    except LookupError:
        text = body.decode("utf-8", "replace")
    if kind == "text/plain":
        return text[:MOST_LETTERS]
    reader = _Reader()
    reader.feed(text)
    lines = (" ".join(line.split()) for line in "".join(reader.found).splitlines())
    return "\n".join(line for line in lines if line)[:MOST_LETTERS]


class _Reader(HTMLParser):
    """Gathers what a page says."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in NOT_SAID:
            self._silent.append(tag)
        elif tag in ENDS_A_LINE:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            del self._silent[self._silent.index(tag) :]
        elif tag in ENDS_A_LINE:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)

"""Reads an archived page: its words, with nothing but the standard library's reader of HTML, which runs nothing and whose time
grows with the page alone; or the page as it came, for a browser that is kept from running it."""

from email.message import Message
from html.parser import HTMLParser
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

MOST_BYTES, MOST_LETTERS = 3_000_000, 400_000
NOT_SAID = frozenset({"script", "style", "noscript", "template", "svg", "head"})
ENDS_A_LINE = frozenset(
    {"p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "br", "article", "section", "blockquote", "td"}
)
PAGES = ("text/html", "application/xhtml+xml")
READABLE = (*PAGES, "text/plain")


def words_of(path: Path) -> str | None:
    """The words of the page in an archived file; None if it is no page of text. Raises OSError if there is no such file."""
    found = _text_in(path)
    if found is None or found[0] not in READABLE:
        return None
    kind, text = found
    if kind == "text/plain":
        return text[:MOST_LETTERS]
    reader = _Reader()
    reader.feed(text)
    lines = (" ".join(line.split()) for line in "".join(reader.found).splitlines())
    return "\n".join(line for line in lines if line)[:MOST_LETTERS]


def page_in(path: Path) -> str | None:
    """The page in an archived file as it came, up to `MOST_BYTES`; None if it is none. Only for a browser that is told to run
    nothing of it and to fetch nothing for it. Raises OSError if there is no such file."""
    found = _text_in(path)
    return found[1] if found and found[0] in PAGES else None


def is_page(content_type: str) -> bool:
    """Whether what came with this Content-Type is a page that `page_in` gives."""
    return _kind_and_charset(content_type)[0] in PAGES


def _text_in(path: Path) -> tuple[str, str] | None:
    """The media type of what was archived, and its text."""
    with open(path, "rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response":
                given = record.http_headers.get_header("Content-Type") if record.http_headers else ""
                kind, charset = _kind_and_charset(given or "")
                body = record.content_stream().read(MOST_BYTES)
                try:
                    return kind, body.decode(charset, "replace")
                except LookupError:
                    return kind, body.decode("utf-8", "replace")
    return None


def _kind_and_charset(content_type: str) -> tuple[str, str]:
    header = Message()
    header["Content-Type"] = " ".join(content_type.split()) or "text/plain"
    return header.get_content_type(), header.get_content_charset() or "utf-8"


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

"""Where earlier checks come from: files and addresses of pages, feeds and tables, and what they hold.

What somebody else wrote as HTML is read in a process of its own (`parsing`). JSON and CSV are read here, piece by piece.
"""

import json
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Literal, NamedTuple, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from services.intake import parsing
from services.intake.earlier.documents import elements
from services.intake.earlier.items import Item, Unreadable, items_in
from services.intake.earlier.reviews import ids_in
from services.intake.earlier.tables import Rows
from services.intake.parsing.words import said
from shared.broken_json import words_of
from shared.fetch import Refused, Unreachable, fetch

Kind = Literal["page", "json", "lines", "csv"]
KINDS: tuple[str, ...] = get_args(Kind)
BY_ENDING: dict[str, Kind] = {
    ".html": "page", ".htm": "page", ".xhtml": "page", ".json": "json", ".jsonld": "json", ".jsonl": "lines", ".ndjson": "lines",
    ".csv": "csv", ".tsv": "csv",
}  # fmt: skip
BY_TYPE: dict[str, Kind] = {
    "text/html": "page", "application/xhtml+xml": "page", "application/json": "json", "application/ld+json": "json",
    "application/x-ndjson": "lines", "application/ndjson": "lines", "application/jsonl": "lines", "text/csv": "csv",
    "text/tab-separated-values": "csv",
}  # fmt: skip
MOST_BYTES = 500_000_000  # of what is fetched; on disk
TIMEOUT = 600.0  # seconds for all of it
LONGEST_LINE = 1_000_000  # bytes
ACCEPT = "text/html, application/ld+json, application/json, text/csv;q=0.9, */*;q=0.5"


def is_at(url: str, hosts: Collection[str]) -> bool:
    """Whether an address is at one of these hosts, or at a host within one."""
    host = (urlsplit(url).hostname or "").lower()
    return any(host == one or host.endswith(f".{one}") for one in hosts)


class Source(NamedTuple):
    """A file to be read, and what is known of it: its name in words, its size in bytes, the address of a page and its type."""

    stream: IO[bytes]
    kind: Kind
    name: str
    size: int
    url: str = ""
    content_type: str = ""


def places_in(source: str, kind: Kind | None = None) -> list[str]:
    """A source, or of a folder the files in it and below it: all, if their kind is given, else those whose names' endings say what
    they are. Raises Unreadable if there are none."""
    if is_address(source) or not Path(source).is_dir():
        return [source]
    files = (one for one in Path(source).rglob("*") if one.is_file() and not one.name.startswith("."))
    found = sorted(str(one) for one in files if kind or one.suffix.lower() in BY_ENDING)
    if not found:
        raise Unreadable(f"There is no file in {source} whose name ends as one of these: {', '.join(BY_ENDING)}.")
    return found


def is_address(source: str) -> bool:
    """Whether a source is an address rather than a file."""
    return source.lower().startswith(("http://", "https://"))


def open_file(path: Path, kind: Kind | None = None) -> Source:
    """A file, which is what its name's ending says unless its kind is given. Raises Unreadable."""
    kind = kind or BY_ENDING.get(path.suffix.lower())
    if kind is None:
        raise Unreadable(f"What is {path}? Say so: page, json, lines or csv.")
    return Source(open(path, "rb"), kind, path.name, path.stat().st_size)


def open_address(url: str, private_hosts: Collection[str], kind: Kind | None = None) -> Source:
    """What is found at an address, kept in a file that is gone when it is closed. Raises Unreadable."""
    stream = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the source
    try:
        got = fetch(
            url,
            headers={"Accept": ACCEPT},
            timeout=TIMEOUT,
            most_bytes=MOST_BYTES,
            into=stream,
            private_hosts=private_hosts,
        )
        if not 200 <= got.status < 300:
            raise Unreadable(f"The server answered {got.status}.")
        content_type = got.headers.get("content-type", "")
        kind = kind or BY_TYPE.get(content_type.partition(";")[0].strip().lower())
        if kind is None:
            raise Unreadable(
                f"What is {url}? Its server calls it {content_type or 'nothing'}. Say so: page, json, lines or csv."
            )
        size = stream.tell()
        stream.seek(0)
        return Source(stream, kind, got.url, size, got.url, content_type)
    except (Refused, Unreachable) as failure:
        stream.close()
        raise Unreadable(said(failure)) from failure
    except BaseException:
        stream.close()
        raise


def read(source: Source, mapping: Mapping[str, str], zone: ZoneInfo | None = None) -> Iterable[Item]:
    """Everything that a source holds. Raises Unreadable, perhaps after some of it, and tables.Wrong."""
    if source.kind == "page":
        return _in_page(source)
    if source.kind == "csv":
        return Rows(source.stream, mapping, zone)
    return _in_lines(source.stream) if source.kind == "lines" else in_document(source.stream)


def in_document(stream: IO[bytes]) -> Iterator[Item]:
    """What a document of JSON holds: a DataFeed, an array, an object. Raises Unreadable, also after some of it."""
    for one in elements(stream):
        if one.wrong:
            yield Item(one.number, refused=one.wrong)
        else:
            yield from items_in(one.number, one.value)


def in_line(number: int, line: bytes) -> Iterator[Item]:
    """What a line of JSON holds."""
    try:
        value = json.loads(line.decode("utf-8"), strict=False)
    except UnicodeDecodeError:
        yield Item(number, refused="is not UTF-8", line=number)
    except (ValueError, RecursionError) as error:
        yield Item(number, refused=f"is not JSON: {words_of(error)}", line=number)
    else:
        yield from items_in(number, value, line=number)


def _in_lines(stream: IO[bytes]) -> Iterator[Item]:
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            while line and not line.endswith(b"\n"):
                line = stream.readline(LONGEST_LINE)
            yield Item(number, refused=f"is longer than {LONGEST_LINE:,} bytes", line=number)
        elif line.strip():
            yield from in_line(number, line.removeprefix(b"\xef\xbb\xbf"))


def _in_page(source: Source) -> Iterator[Item]:
    body = source.stream.read(parsing.MOST_REVIEWED + 1)
    try:
        found = parsing.parse("reviews", body, source.url, source.content_type)
    except parsing.Unreadable as error:
        raise Unreadable(said(error)) from error
    url, known = source.url or found["url"], ids_in(found["documents"])
    holding = [one for n, document in enumerate(found["documents"], 1) for one in _if_any(n, document, url, known)]
    for one in found["broken"]:
        yield Item(one["number"], refused=f"script {one['number']} of the page {one['why']}")
    yield from holding
    if not holding and not found["broken"]:
        raise Unreadable("There is no ClaimReview in the page.")


def _if_any(number: int, document: Any, url: str | None, known: Mapping[str, Any]) -> list[Item]:
    """A document of a page may hold anything; one without a ClaimReview is nothing that is refused."""
    items = list(items_in(number, document, url, known=known))
    return [one for one in items if one.check or one.passed_over or one.refused != "holds no ClaimReview"]

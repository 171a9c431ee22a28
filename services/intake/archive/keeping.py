"""The archive's files: one WARC 1.1 (ISO 28500) file a copy, named by its SHA-256, which is how anybody can tell that
it is what it was.

See `shared.stored` for how a file comes to its place. Nothing is ever written to a file that is there.
"""

from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from shared import stored
from shared.fetch import USER_AGENT, Fetched

# Of the body as it was sent; what is kept is the body as it was meant.
OF_THE_WAY = ("content-encoding", "transfer-encoding", "content-length")


class File(NamedTuple):
    """A file of the archive."""

    sha256: str
    bytes: int


def keep(folder: Path, url: str, got: Fetched) -> File:
    """Keep an answer. Raises OSError."""
    content = _warc(url, got)
    return File(stored.keep(folder, content), len(content))


def _warc(url: str, got: Fetched) -> bytes:
    """A `warcinfo`, the `request` and the `response`."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    info = {"software": USER_AGENT, "format": "WARC File Format 1.1", "description": f"Asked for: {url}"}
    writer.write_record(writer.create_warcinfo_record("", info))
    parts = urlsplit(got.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    asked = StatusAndHeaders(
        f"GET {target} HTTP/1.1", [("Host", parts.netloc), ("User-Agent", USER_AGENT)], is_http_request=True
    )
    writer.write_request_response_pair(
        writer.create_warc_record(got.url, "request", http_headers=asked),
        writer.create_warc_record(
            got.url,
            "response",
            payload=BytesIO(got.body),
            length=len(got.body),
            http_headers=_headers(got),
            warc_headers_dict={"WARC-IP-Address": got.address} if got.address else {},
        ),
    )
    return out.getvalue()


def _headers(got: Fetched) -> StatusAndHeaders:
    try:
        phrase = HTTPStatus(got.status).phrase
    except ValueError:
        phrase = ""
    given = [
        (f"X-Archive-Orig-{name}" if name in OF_THE_WAY else name, _one_line(value))
        for name, value in got.headers.items()
    ]
    return StatusAndHeaders(
        f"{got.status} {phrase}", [*given, ("Content-Length", str(len(got.body)))], protocol="HTTP/1.1"
    )


def _one_line(value: str) -> str:
    return " ".join(value.split())

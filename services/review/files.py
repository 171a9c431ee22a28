"""Files that are evidence: what they are, told by their first bytes and never by their names, and where they are kept.

They lie outside of the database, named by their SHA-256, in a folder of the desk's own. Those that a published verdict shows are
put into a second folder as well, which is all that the site is given: what is withheld is not there to be found.
"""

import logging
import os
import re
import shutil
import struct
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile

from PIL import Image, UnidentifiedImageError

from shared import stored
from shared.errors import Invalid
from shared.fields import CONTROL
from shared.readable import plain
from shared.stored import path_of

log = logging.getLogger(__name__)

DIGEST = re.compile(r"[0-9a-f]{64}")
AT_ONCE = 500
NO_ENDING = ""  # of a kept file's name: what it is stands in the database
MOST_NAME = 120
DRAWN = frozenset({b"IDAT", b"acTL", b"fcTL", b"fdAT"})  # the chunks of a PNG that are its pixels, or say how they move
GPS = 0x8825  # the part of EXIF that says where a picture was taken
ISO_BRANDS = {
    b"heic": ("image/heic", "heic"), b"heix": ("image/heic", "heic"), b"mif1": ("image/heic", "heic"),
    b"avif": ("image/avif", "avif"), b"M4A ": ("audio/mp4", "m4a"), b"qt  ": ("video/quicktime", "mov"),
}  # fmt: skip
FIRST_BYTES = (
    (b"%PDF-", "application/pdf", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"GIF87a", "image/gif", "gif"),
    (b"GIF89a", "image/gif", "gif"),
    (b"II*\x00", "image/tiff", "tif"),
    (b"MM\x00*", "image/tiff", "tif"),
    (b"ID3", "audio/mpeg", "mp3"),
    (b"\xff\xfb", "audio/mpeg", "mp3"),
    (b"OggS", "audio/ogg", "ogg"),
    (b"\x1aE\xdf\xa3", "video/webm", "webm"),
)
OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
IN_ZIP = {  # what a container holds, by a name in it
    "word/document.xml": (f"{OFFICE}wordprocessingml.document", "docx"),
    "xl/workbook.xml": (f"{OFFICE}spreadsheetml.sheet", "xlsx"),
    "ppt/presentation.xml": (f"{OFFICE}presentationml.presentation", "pptx"),
}
BY_MIMETYPE = {f"{OPEN_DOCUMENT}{kind}": f"od{kind[0]}" for kind in ("text", "spreadsheet", "presentation")}
TAKEN = "PDF, pictures, text, tables, office documents without macros, audio and video"


class Kind(NamedTuple):
    """What a file is, and the ending that its name gets."""

    media_type: str
    ending: str


class Brought(NamedTuple):
    """A file that was taken in, as the desk notes it."""

    sha256: str
    name: str
    media_type: str
    bytes: int
    tells_place: bool


def take_in(private: Path, content: bytes, given_name: str) -> Brought:
    """Keep a file as it came. Raises Invalid for what is not taken, OSError if it can't be kept."""
    kind = kind_of(content, given_name)
    if kind is None:
        raise Invalid.field(
            "file", f"is none of what is taken: {TAKEN}. Its name does not count, what stands in it does"
        )
    where = tells_place(content, kind)
    digest = stored.keep(private, content, NO_ENDING)
    return Brought(digest, name_of(given_name, kind), kind.media_type, len(content), where)


def kind_of(content: bytes, name: str) -> Kind | None:
    """What a file is by what stands in it; None for what is not taken. Of its name only this counts, that text called .csv is a
    table."""
    for first, media_type, ending in FIRST_BYTES:
        if content.startswith(first):
            return Kind(media_type, ending)
    if content[:4] == b"RIFF" and content[8:12] in (b"WEBP", b"WAVE"):
        return Kind("image/webp", "webp") if content[8:12] == b"WEBP" else Kind("audio/wav", "wav")
    if content[4:8] == b"ftyp":
        return Kind(*ISO_BRANDS.get(content[8:12], ("video/mp4", "mp4")))
    if content.startswith(b"PK\x03\x04"):
        return _in_zip(content)
    if _is_text(content):
        return Kind("text/csv", "csv") if name.casefold().endswith(".csv") else Kind("text/plain", "txt")
    return None


def name_of(given: str, kind: Kind) -> str:
    """A file's name for people: without folders, control characters and marks that turn letters round, ending as what it is."""
    last = re.split(r"[/\\]", given)[-1]
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", " ".join(plain(last).split())).strip(". ")[:MOST_NAME].strip()
    return f"{stem or 'file'}.{kind.ending}"


UNREADABLE = (
    UnidentifiedImageError, Image.DecompressionBombError, struct.error,
    EOFError, LookupError, OSError, SyntaxError, TypeError, ValueError,
)  # fmt: skip # what Pillow raises at pictures that are broken


def tells_place(content: bytes, kind: Kind) -> bool:
    """Whether a picture says where it was taken, which could lead to whoever took it."""
    if not kind.media_type.startswith("image/"):
        return False
    try:
        with Image.open(BytesIO(_undrawn(content) if kind.ending == "png" else content)) as picture:
            return bool(
                Image.Image.getexif(picture).get_ifd(GPS)
            )  # of what was read at opening; a PNG's own would draw it
    except UNREADABLE:
        return False


def _undrawn(png: bytes) -> bytes:
    """A PNG's chunks without its pixels. What it says of itself may stand behind them, and Pillow draws all to come to that: a few
    hundred kilobytes may be a picture of a gigabyte."""
    parts, place = [png[:8]], 8
    while place < len(png):
        length = int.from_bytes(png[place : place + 4])
        end = place + 12 + length  # the length, the name and the checksum have four bytes each
        if png[place + 4 : place + 8] not in DRAWN:
            parts.append(png[place:end])
        place = end
    return b"".join(parts)


def make_public(private: Path, public: Path, digests: Iterable[str]) -> None:
    """Put files where the site finds them. One that is lost is logged and keeps no verdict back."""
    for digest in digests:
        try:
            _put(path_of(private, digest, NO_ENDING), path_of(public, digest, NO_ENDING))
        except OSError:
            log.exception("a file that readers should get could not be put before them", extra={"sha256": digest})


def erase(private: Path, public: Path, digest: str) -> None:
    """Take a file away from everywhere. Raises OSError."""
    for folder in (private, public):
        path_of(folder, digest, NO_ENDING).unlink(missing_ok=True)


def sweep(private: Path, before: datetime, standing: Callable[[Collection[str]], Collection[str]]) -> int:
    """Take away files that no case has: they were never entered as evidence, or what should have noted them failed. Only what was
    kept before a time: whoever brings a file keeps it anew. `standing` says which SHA-256 of some a case has. Returns how many.
    """
    swept, some = 0, list[Path]()
    for place in _old_files(private, before):
        some.append(place)
        if len(some) == AT_ONCE:
            swept, some = swept + _sweep(some, before, standing), []
    return swept + _sweep(some, before, standing)


def _old_files(private: Path, before: datetime) -> Iterator[Path]:
    for place in private.glob("??/??/*"):
        if DIGEST.fullmatch(place.name) and _is_older(place, before):
            yield place


def _sweep(some: list[Path], before: datetime, standing: Callable[[Collection[str]], Collection[str]]) -> int:
    known = frozenset(standing([one.name for one in some])) if some else frozenset()
    unknown = [one for one in some if one.name not in known and _is_older(one, before)]
    for one in unknown:
        one.unlink(missing_ok=True)
    if unknown:
        log.info("swept away %s files that no case has", len(unknown))
    return len(unknown)


def _is_older(place: Path, before: datetime) -> bool:
    try:
        return place.stat().st_mtime < before.timestamp()
    except FileNotFoundError:
        return False


def fault_of(private: Path, digest: str) -> str | None:
    """What is wrong with a kept file; None if nothing is."""
    try:
        return None if stored.holds(path_of(private, digest, NO_ENDING), NO_ENDING) else "has changed"
    except OSError:
        return "is not there"


def is_kept(private: Path, digest: str) -> bool:
    """Whether the file is there."""
    return path_of(private, digest, NO_ENDING).is_file()


def read(private: Path, digest: str) -> bytes:
    """The file as it came. Raises OSError."""
    return path_of(private, digest, NO_ENDING).read_bytes()


def _put(source: Path, place: Path) -> None:
    if place.is_file():
        return
    place.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    unfinished = place.with_name(f".{place.name}.{os.getpid()}")
    unfinished.unlink(missing_ok=True)
    try:
        os.link(source, unfinished)  # at once, however large it is
    except OSError:
        shutil.copyfile(source, unfinished)  # on another disk
    unfinished.chmod(0o644)  # the site may run as somebody else; the desk's own folder lets nobody in
    unfinished.replace(place)


def _in_zip(content: bytes) -> Kind | None:
    """An office document; one with macros is none that is taken."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
            if any(
                name.casefold().endswith(("vbaproject.bin", "vbadata.xml")) or "basic/" in name.casefold()
                for name in names
            ):
                return None
            for name, found in IN_ZIP.items():
                if name in names and "[Content_Types].xml" in names:
                    return Kind(*found)
            about = archive.getinfo("mimetype") if "mimetype" in names else None
            if about is not None and about.file_size <= 100 and about.compress_type == 0:
                said = archive.read(about).decode("ascii", "replace").strip()
                return Kind(said, BY_MIMETYPE[said]) if said in BY_MIMETYPE else None
    except (BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError):
        return None
    return None


def _is_text(content: bytes) -> bool:
    try:
        return bool(content.strip()) and not CONTROL.search(content.decode("utf-8-sig").replace("\f", "\n"))
    except UnicodeDecodeError:
        return False

"""A case as one sealed file, for a lawyer or a court: all that stands on it, its lines of the history, the files and copies that it
rests on, and a list of them all with their SHA-256.

The list is the seal: its own SHA-256 goes into the history, whose head is published daily. So it can be shown later that nothing in
the file was changed since, by `broken` on the file alone and by `verify` on the desk's history. What it holds is not for readers:
unnamed sources are in it.
"""

import json
import zlib
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from sqlmodel import Session, col, select

from services.review import files, history, queries
from services.review.models import Case, CaseFile, HistoryEntry, Person
from services.review.service import service
from shared.clock import now
from shared.signing import canonical
from shared.stored import WARC, WEBP, path_of

MANIFEST, CASE, HISTORY, READ_ME = "MANIFEST.json", "case.json", "history.jsonl", "README.txt"
COVERED = ("seq", "at", "case_id", "person_id", "action", "details_digest", "previous", "hash")
AT_ONCE = 1 << 20
MOST = 64 << 20  # bytes of the list, and of a line of the history: whoever wrote the file may want to fill the memory
DAMAGED = (BadZipFile, zlib.error, RuntimeError, EOFError, OSError)  # what zipfile raises at members that can't be read
WORDS = """\
This file holds all that stood on one case of a fact-check desk when it was sealed.

MANIFEST.json   which case, when and why, the desk's last hash before, and each file below with its SHA-256
case.json       the case: claim, statements, evidence, notes, verdicts
history.jsonl   its lines of the desk's history, each with its hash
files/ copies/  evidence that was brought as files, and archived pages (WARC), named by their SHA-256
pictures/       what those pages looked like (WebP), named so too

It names people who are not named in public. Keep it as you would keep them.

The SHA-256 of MANIFEST.json is the seal. It stands in the desk's history, and each day's last hash of that history is public. To
see that nothing was changed: compare each file with MANIFEST.json. A line's hash is the SHA-256 of the JSON, with sorted keys and
without spaces, of action, at, case_id, details_digest, person_id, previous and seq; details_digest that of details and salt.
"""


class Sealed(NamedTuple):
    """The seal of a file that was written: the SHA-256 of its manifest; and what could not be put into it, with the reason."""

    digest: str
    missing: dict[str, str]


class Bundle(NamedTuple):
    """What a case's file is made of, read at one moment."""

    case_id: UUID
    case: dict[str, Any]
    entries: list[HistoryEntry]
    files: list[CaseFile]
    copies: list[str]
    pictures: list[str]
    head: str


def gather(session: Session, case: Case, reader: Person) -> Bundle:
    """Read what belongs into the file."""
    entries = session.exec(select(HistoryEntry).where(HistoryEntry.case_id == case.id).order_by(col(HistoryEntry.seq)))
    kept = session.exec(select(CaseFile).where(CaseFile.case_id == case.id).order_by(col(CaseFile.id)))
    shown = queries.describe_case(session, case, reader)
    copies = sorted({one.archived.sha256 for one in shown.sources if one.archived})
    pictures = sorted({one.archived.picture.sha256 for one in shown.sources if one.archived and one.archived.picture})
    whole = shown.model_dump(mode="json")
    return Bundle(case.id, whole, list(entries), list(kept), copies, pictures, history.head(session))


def write(bundle: Bundle, to: Path, by: str, reason: str) -> Sealed:
    """Write the file. What is not there any more is named in it, with the reason."""
    members: dict[str, str] = {}
    missing: dict[str, str] = {}
    with ZipFile(to, "w", ZIP_DEFLATED) as into:
        for name, content in _written(bundle):
            into.writestr(name, content)
            members[name] = sha256(content).hexdigest()
        for name, digest, place, why in _kept(bundle):
            fault = why or _copied(into, name, place, digest)
            if fault:
                missing[name] = fault
            else:
                members[name] = digest
        manifest = _manifest(bundle, members, missing, by, reason, now())
        into.writestr(MANIFEST, manifest)
    return Sealed(sha256(manifest).hexdigest(), missing)


def broken(file: Path) -> tuple[str, list[str]]:
    """The seal of a file, and what in it is not as it was sealed; nothing if all is. Raises ValueError for what is no such file."""
    try:
        with ZipFile(file) as sealed:
            with sealed.open(MANIFEST) as listed:
                manifest = _bounded(listed.read(MOST + 1))
            members: dict[str, str] = dict(json.loads(manifest)["members"])
            names = [one for one in sealed.namelist() if one != MANIFEST]
            faults = [f"{one} was added." for one in names if one not in members]
            faults += [f"{one} stands in it twice." for one in set(names) if names.count(one) > 1]
            faults += [f"{one} is missing." for one in members if one not in names]
            faults += [
                f"{one} was changed." for one in members if one in names and _digest(sealed, one) != members[one]
            ]
            if HISTORY in names and f"{HISTORY} was changed." not in faults:
                faults += _faults_of_lines(sealed)
    except (*DAMAGED, KeyError, TypeError, ValueError) as error:
        raise ValueError("This is no sealed file of a case, or one that is damaged beyond reading.") from error
    return sha256(manifest).hexdigest(), faults


def _bounded(content: bytes) -> bytes:
    """What was read, if that is all. Raises ValueError."""
    if len(content) > MOST:
        raise ValueError("longer than anything that a desk writes")
    return content


def _faults_of_lines(sealed: ZipFile) -> list[str]:
    found = []
    with sealed.open(HISTORY) as lines:
        while line := _bounded(lines.readline(MOST + 1)):
            if fault := _fault_of(json.loads(line)):
                found.append(fault)
    return found


def _written(bundle: Bundle) -> Iterator[tuple[str, bytes]]:
    yield READ_ME, WORDS.encode()
    yield CASE, json.dumps(bundle.case, ensure_ascii=False, indent=1).encode()
    lines = [json.dumps(_line(one), ensure_ascii=False) for one in bundle.entries]
    yield HISTORY, "\n".join(lines).encode()


def _line(entry: HistoryEntry) -> dict[str, Any]:
    covered = {name: getattr(entry, name) for name in COVERED}
    shown = {name: value if isinstance(value, int) else _as_hashed(value) for name, value in covered.items()}
    return shown | {"salt": entry.salt, "details": entry.details}


def _as_hashed(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _fault_of(line: dict[str, Any]) -> str | None:
    hashed = {name: line[name] for name in COVERED if name != "hash"}
    if sha256(canonical(hashed)).hexdigest() != line["hash"]:
        return f"Line {line['seq']} of the history was changed."
    return None


def _kept(bundle: Bundle) -> Iterator[tuple[str, str, Path, str | None]]:
    """Files and copies: name here, SHA-256, where it lies, and why it is not there, where that is known. What was brought twice
    stands there once; it is erased when all of it is."""
    settings = service.settings
    standing_last = sorted(bundle.files, key=lambda one: one.erased_at is None)
    by_name = {f"files/{one.sha256}{Path(one.name).suffix}": one for one in standing_last}
    for name, one in by_name.items():
        why = f"erased: {one.erased_reason}" if one.erased_at else None
        yield name, one.sha256, path_of(settings.files_folder, one.sha256, files.NO_ENDING), why
    for digest in bundle.copies:
        yield f"copies/{digest}{WARC}", digest, path_of(settings.archive_folder, digest), None
    for digest in bundle.pictures:
        yield f"pictures/{digest}{WEBP}", digest, path_of(settings.archive_folder, digest, WEBP), None


def _copied(into: ZipFile, name: str, place: Path, digest: str) -> str | None:
    """Put a file in, piece by piece. Returns what is wrong with it."""
    counted = sha256()
    try:
        with open(place, "rb") as source:
            while piece := source.read(AT_ONCE):
                counted.update(piece)
            if counted.hexdigest() != digest:
                return "is not what its SHA-256 says"
        into.write(place, name)
    except OSError:
        return "is not there any more"
    return None


def _digest(sealed: ZipFile, name: str) -> str | None:
    """The SHA-256 of what a member holds; None if it can't be read."""
    counted = sha256()
    try:
        with sealed.open(name) as source:
            while piece := source.read(AT_ONCE):
                counted.update(piece)
    except DAMAGED:
        return None
    return counted.hexdigest()


def _manifest(
    bundle: Bundle, members: dict[str, str], missing: dict[str, str], by: str, reason: str, moment: datetime
) -> bytes:
    about = {
        "case": str(bundle.case_id),
        "etag": bundle.case["etag"],
        "sealed_at": moment.isoformat(),
        "sealed_by": by,
        "reason": reason,
        "head": bundle.head,
        "members": members,
        "missing": missing,
    }
    return json.dumps(about, ensure_ascii=False, indent=1).encode()

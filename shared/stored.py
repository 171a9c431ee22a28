"""Files that are named by their SHA-256, which is how anybody can tell that they are what they were; several processes may share
the folder."""

import os
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

WARC, WEBP = ".warc.gz", ".webp"


def path_of(folder: Path, digest: str, ending: str = WARC) -> Path:
    """Where the file with this SHA-256 is: in folders by its first digits, as no folder likes a million files."""
    return folder / digest[:2] / digest[2:4] / f"{digest}{ending}"


def keep(folder: Path, content: bytes, ending: str = WARC) -> str:
    """Keep a file; returns its SHA-256. It is written beside its place and moved there when it is on the disk, so that a name never
    stands for half a file. Raises OSError."""
    digest = sha256(content).hexdigest()
    place = path_of(folder, digest, ending)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=place.parent, prefix=".", delete=False) as unfinished:
        try:
            unfinished.write(content)
            unfinished.flush()
            os.fsync(unfinished.fileno())
            os.replace(unfinished.name, place)
        except BaseException:
            Path(unfinished.name).unlink(missing_ok=True)
            raise
    _sync(place.parent)
    return digest


def holds(path: Path, ending: str = WARC) -> bool:
    """Whether a file is what its name says. Raises OSError."""
    found = sha256()
    with open(path, "rb") as file:
        while part := file.read(1_000_000):
            found.update(part)
    return found.hexdigest() == path.name.removesuffix(ending)


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)

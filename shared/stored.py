"""Files that are named by their SHA-256, which is how anybody can tell that they are what they were; several processes may share
the folder."""

from hashlib import sha256
from pathlib import Path

WARC = ".warc.gz"


def path_of(folder: Path, digest: str, ending: str = WARC) -> Path:
    """Where the file with this SHA-256 is: in folders by its first digits, as no folder likes a million files."""
    return folder / digest[:2] / digest[2:4] / f"{digest}{ending}"


def holds(path: Path, ending: str = WARC) -> bool:
    """Whether a file is what its name says. Raises OSError."""
    found = sha256()
    with open(path, "rb") as file:
        while part := file.read(1_000_000):
            found.update(part)
    return found.hexdigest() == path.name.removesuffix(ending)

"""Where a desk on one machine keeps its things, and what its processes are told.

`VAR` (default `var`) is the folder, `PORT_BASE` (default 8001) the first of three ports: two desks with different
ones know nothing of each other.
"""

import json
import os
import re
import secrets
import stat
import tempfile
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

SERVICES = ("intake", "review", "publish")
ROOT = Path(__file__).parent.parent
KEY = "secret_key"  # a file of that name stands in the folder of every desk
LONGEST_SOCKET = 100  # bytes; the kernel takes 107
# The Redis client can't read its server's list of clients where an address has a space in it
PLAIN = re.compile(r"[\w./+@~-]+")


@dataclass(frozen=True)
class Layout:
    """One desk's folder and ports."""

    var: Path
    port_base: int

    @classmethod
    def from_environment(cls) -> "Layout":
        """From VAR and PORT_BASE. The folder is made, for this user alone. Raises ValueError for a bad PORT_BASE."""
        given = os.environ.get("PORT_BASE", "8001")
        if not given.isdecimal() or not 1024 <= int(given) <= 65000:
            raise ValueError(f"PORT_BASE has to be a number between 1024 and 65000, not {given!r}.")
        var = Path(os.environ.get("VAR", "var")).absolute()
        var.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(var, int(given))

    @classmethod
    def of_a_desk(cls) -> "Layout":
        """The same for a desk that is there already, so that nothing is made; without PORT_BASE at the ports that it was started at
        last, of which its pages tell. Raises FileNotFoundError, in words for a person."""
        var = Path(os.environ.get("VAR", "var")).absolute()
        if not (var / KEY).exists():
            raise FileNotFoundError(f"There is no desk in {var}. `make run` makes one; VAR=/some/folder names another.")
        found = cls.from_environment()
        if "PORT_BASE" in os.environ or not found.local_file.exists():
            return found
        return replace(found, port_base=urlsplit(json.loads(found.local_file.read_text())["intake"]).port)

    @property
    def ports(self) -> dict[str, int]:
        return {name: self.port_base + number for number, name in enumerate(SERVICES)}

    @property
    def urls(self) -> dict[str, str]:
        return {name: f"http://127.0.0.1:{port}" for name, port in self.ports.items()}

    @property
    def sockets(self) -> Path:
        """A folder whose path is short and plain enough for Unix sockets: VAR itself, or one under the temporary folder."""
        path = str(self.var / "supervisor.sock")
        if len(path.encode()) <= LONGEST_SOCKET and PLAIN.fullmatch(path):
            return self.var
        folder = Path(tempfile.gettempdir()) / f"factdesk-{sha256(str(self.var).encode()).hexdigest()[:12]}"
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
            raise PermissionError(f"{folder} is not a folder for this user alone; remove it.")
        return folder

    @property
    def redis_url(self) -> str:
        return os.environ.get("REDIS_URL") or f"unix://{self.sockets}/redis.sock"

    @property
    def supervisor_socket(self) -> Path:
        return self.sockets / "supervisor.sock"

    @property
    def encoder_socket(self) -> Path:
        """Where the process answers that holds the sentence models for all the others."""
        return self.sockets / "encoder.sock"

    @property
    def local_file(self) -> Path:
        """What scripts and tests read: addresses, the key, the people."""
        return self.var / "local.json"

    @property
    def sample_mark(self) -> Path:
        """Stands there while what is in the desk is the sample; says "loaded" once all of it is."""
        return self.var / "sample"

    @property
    def logs(self) -> Path:
        folder = self.var / "log"
        folder.mkdir(exist_ok=True)
        return folder

    def environment(self) -> dict[str, str]:
        """What every process of this desk is told; what is set already stays as it is."""
        ours = {
            "SECRET_KEY": self._secret_key(),
            "REDIS_URL": self.redis_url,
            "LOG_FORMAT": "json",
            "SAMPLE_DESK": "1" if self.sample_mark.exists() else "0",
            "INTAKE_ARCHIVE_FOLDER": str(self.var / "archive"),
            "REVIEW_ARCHIVE_FOLDER": str(self.var / "archive"),
            "REVIEW_FILES_FOLDER": str(self.var / "files"),
            "REVIEW_PUBLIC_FILES_FOLDER": str(self.var / "public-files"),
            "PUBLISH_FILES_FOLDER": str(self.var / "public-files"),
            "INTAKE_MATCH_ENCODER": str(self.encoder_socket),
            "PUBLISH_MATCH_ENCODER": str(self.encoder_socket),
            "REVIEW_MATCH_ENCODER": str(self.encoder_socket),
            "TZ": "UTC",
        }
        for name in SERVICES:
            ours[f"{name.upper()}_DATABASE_URL"] = f"sqlite:///{self.var}/{name}.sqlite3"
            ours[f"{name.upper()}_PUBLIC_BASE_URL"] = self.urls[name]
        return ours | {name: value for name, value in os.environ.items() if value or name not in ours}

    def _secret_key(self) -> str:
        """Made at random once, and kept with the databases whose messages it signs."""
        file = self.var / KEY
        if not file.exists():
            write_private(file, secrets.token_urlsafe(48))
        return file.read_text()


def write_private(file: Path, text: str) -> None:
    """Write a file for this user alone. Whoever reads it meanwhile finds all of it or nothing."""
    unfinished = file.with_name(f"{file.name}.{os.getpid()}")
    with open(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as opened:
        opened.write(text)
    unfinished.replace(file)

"""What one service is made of, for the plumbing: its name, settings, database, outbox, inbox and ledger.

Each service makes one in its `service.py`. It is started once a process, by the edge that the process is for.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar

from sqlmodel import Session

from shared import log
from shared.db import Database
from shared.inbox import InboxRow
from shared.outbox import OutboxRow
from shared.settings import ServiceSettings
from shared.signing import Signer

S = TypeVar("S", bound=ServiceSettings)


class Service(Generic[S]):
    """A service and what it runs on. Touches nothing until `start`."""

    def __init__(
        self, name: str, settings: Callable[[], S], outbox: type[OutboxRow], inbox: type[InboxRow], folder: Path
    ) -> None:
        self.name = name
        self.outbox = outbox
        self.inbox = inbox
        self.folder = folder
        self.database = Database()
        self._read_settings = settings
        self._settings: S | None = None

    def start(self, settings: S | None = None) -> S:
        """Read the settings from the environment, unless given, and use their database from now on."""
        self._settings = settings or self._read_settings()
        self.database.connect(self._settings.database_url)
        for derived in ("messages", "answers"):
            self.__dict__.pop(derived, None)
        return self._settings

    def start_process(self) -> S:
        """Start as a process of its own, with its logs on standard output."""
        settings = self.start()
        log.set_up(self.name, settings.log_level, settings.log_format)
        return settings

    @property
    def settings(self) -> S:
        if self._settings is None:
            raise RuntimeError(f"The {self.name} service is not started.")
        return self._settings

    @property
    def jobs_module(self) -> str:
        """The dotted name of the module whose jobs this service's worker may run."""
        return f"services.{self.name}.jobs"

    @property
    def errands_module(self) -> str:
        """The dotted name of the module whose errands this service's second worker may run, if it has one."""
        return f"services.{self.name}.errands"

    @property
    def migrations(self) -> Path:
        return self.folder / "migrations"

    @cached_property
    def messages(self) -> Signer:
        return Signer(self.settings.secret_key, "messages")

    @cached_property
    def answers(self) -> Signer:
        return Signer(self.settings.secret_key, "answers")

    def transaction(self) -> AbstractContextManager[Session]:
        """One unit of work; see `shared.db`."""
        return self.database.transaction()

    def hasty_transaction(self) -> AbstractContextManager[Session]:
        """One unit of work that is done again if a power cut takes it back; see `shared.db`."""
        return self.database.hasty_transaction()

    def reading(self) -> AbstractContextManager[Session]:
        """A consistent look; see `shared.db`."""
        return self.database.reading()

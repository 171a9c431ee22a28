"""A service's tables, brought to the newest form by numbered Alembic scripts in its `migrations/versions/`.

Scripts never import models and work with the code that is still running. The number in a file's name is its
revision, so the newest is known without loading Alembic, and a start that has nothing to do costs nothing.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import MetaData, inspect, text
from sqlalchemy.engine import Connection

from shared.db import Database


def head(folder: Path) -> str:
    """The newest script's number, such as "0007"."""
    return max((path.name[:4] for path in (folder / "versions").glob("[0-9]*.py")), default="0000")


def is_current(database: Database, folder: Path) -> bool:
    """Whether the database has the newest form. Raises what the driver raises if it does not answer."""
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return bool(connection.scalar(text("SELECT version_num FROM alembic_version")) == head(folder))


def migrate(database: Database, folder: Path, to: str = "head") -> None:
    """Bring the database to the newest form, or up to the one with this number; all of it or nothing."""
    if is_current(database, folder):
        return
    with _changing(database) as connection:
        upgrade(connection, folder, to)


def upgrade(connection: Connection, folder: Path, to: str = "head") -> None:
    """The same within a transaction of somebody else's."""
    config = _config(folder, connection)
    from alembic import command  # not needed in nine starts of ten, and slow to load

    command.upgrade(config, to)


@contextmanager
def _changing(database: Database) -> Iterator[Connection]:
    """A transaction in which tables change their form. SQLite changes one by making it anew, which rows that point to it forbid; so
    keys are not watched meanwhile, and all of them are looked at before the commit."""
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            with connection.begin():
                yield connection
            return
        # The driver itself begins no transaction, within which the pragma would do nothing.
        driver: Any = connection.connection.dbapi_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise RuntimeError(f"A row of {broken[0]} would point to one of {broken[2]} that is not there.")
        finally:
            driver.execute("PRAGMA foreign_keys=ON")


def write_migration(database: Database, folder: Path, name: str) -> None:
    """Write the next script from the difference between the migrated database and the models."""
    from alembic import command

    with database.engine.begin() as connection:
        command.revision(
            _config(folder, connection), message=name, autogenerate=True, rev_id=f"{int(head(folder)) + 1:04}"
        )


def modelled(metadata: MetaData) -> Callable[[str | None, str, Any], bool]:
    """For Alembic's `include_name`: whether a table is to be compared with the models. Not those whose names begin as
    `metadata.info["unmodelled"]` says: what no model can describe, such as a full-text index, its migration makes alone."""

    def is_modelled(name: str | None, kind: str, _parents: Any) -> bool:
        return kind != "table" or not (name or "").startswith(tuple(metadata.info.get("unmodelled", ())))

    return is_modelled


def run_environment(metadata: MetaData) -> None:
    """What each service's `migrations/env.py` does."""
    from alembic import context

    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        include_name=modelled(metadata),
        render_item=_render_plainly,
    )
    with context.begin_transaction():
        context.run_migrations()


def _render_plainly(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Scripts name SQLAlchemy's types, not SQLModel's, so that they hold when SQLModel changes."""
    plain = {
        "AutoString": "sa.String()",
        "UTCDateTime": "sa.DateTime(timezone=True)",
        "JSON": "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')",
    }
    return plain.get(type(item).__name__, False) if kind == "type" else False


def _config(folder: Path, connection: Connection) -> Any:
    logging.getLogger("alembic").setLevel(logging.WARNING)
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config

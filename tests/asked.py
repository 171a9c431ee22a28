"""What a service asks its database, as it asks it: how many statements, and whether one of them reads a table whole."""

import re

from sqlalchemy import event

SAID = re.compile(r"BEGIN|SAVEPOINT|RELEASE|PRAGMA")  # and asks for nothing


def listen(database):
    """The statements from now on with their values, by whichever of the database's connections; a list to look at, and to clear."""
    asked = []

    def note(_connection, _cursor, sql, values, *_):
        if not SAID.match(sql):
            asked.append((sql, values))

    engines = {database._reader, database._writer, database._asker} if database.is_sqlite else {database._writer}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    return asked


def read_whole(database, asked):
    """The tables that SQLite would read from end to end for these statements: its planner chooses without a look at the rows."""
    with database.reading() as session:
        connection = session.connection().connection.driver_connection
        plans = [
            step
            for sql, values in asked
            if sql.startswith(("SELECT", "UPDATE", "DELETE", "WITH"))
            for *_, step in connection.execute(
                f"EXPLAIN QUERY PLAN {sql}", values[0] if isinstance(values, list) else values
            )
        ]
    return {found[1] for step in plans if (found := re.fullmatch(r"SCAN (\w+)", step))}

"""Rows of many tables by one statement: what a page shows together costs one round trip, however many tables it is in.

The SELECTs are joined by UNION ALL. A row has the columns of all tables, those of the others being NULL; columns of the same name
and type are one. So a statement over few tables is lighter than one over many: gather what belongs together, not all there is.
"""

from typing import Any

from sqlalchemy import cast, literal_column, null, select, union_all
from sqlalchemy.orm.attributes import instance_dict, manager_of_class
from sqlmodel import Session, SQLModel

from shared.db import table_of


class Gathering:
    """SELECTs of whole models, by names of one's choosing. Values that differ from time to time are bind parameters.

    Made once, when its module is imported: to write such a statement anew costs more than to execute it.
    """

    def __init__(self, **parts: Any) -> None:
        self._names = list(parts)
        self._parts = list(parts.values())
        self._models: list[type[SQLModel]] = [one.column_descriptions[0]["entity"] for one in self._parts]
        every = [column for model in self._models for column in table_of(model).columns]
        self._columns = {_sort_of(column): column for column in reversed(every)}
        sorts = {sort: place for place, sort in enumerate(self._columns, 1)}
        self._places = [
            [(column.key, sorts[_sort_of(column)]) for column in table_of(model).columns] for model in self._models
        ]
        self._statement = union_all(*(self._wide(number) for number in range(len(self._parts))))

    def read(self, session: Session, **values: Any) -> dict[str, list[Any]]:
        """The rows of each part, as its model has them, in the order of their primary keys. They belong to no session: what is
        changed in them is not kept."""
        session.flush()
        found: list[list[Any]] = [[] for _ in self._parts]
        makers = [manager_of_class(model).new_instance for model in self._models]
        for row in session.connection().execute(self._statement, values):
            number = row[0]
            one = makers[number]()
            instance_dict(one).update((key, row[place]) for key, place in self._places[number])
            found[number].append(one)
        for rows, model in zip(found, self._models, strict=True):
            rows.sort(key=_in_order(model))
        return dict(zip(self._names, found, strict=True))

    def _wide(self, number: int) -> Any:
        """A part with the columns of all."""
        table = table_of(self._models[number])
        rows = self._parts[number].with_only_columns(*table.columns).subquery(self._names[number])
        own = {_sort_of(column): rows.columns[column.key] for column in table.columns}
        none = ((sort, cast(null(), column.type)) for sort, column in self._columns.items())
        wide = [own.get(sort, lacking).label(f"c{place}") for place, (sort, lacking) in enumerate(none)]
        return select(literal_column(str(number)).label("part"), *wide)


def _sort_of(column: Any) -> tuple[str, str]:
    return column.name, repr(column.type)


def _in_order(model: type[SQLModel]) -> Any:
    keys = [column.key for column in table_of(model).primary_key]
    return lambda one: [getattr(one, key) for key in keys]

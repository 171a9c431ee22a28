"""Rows of many tables by one statement: what a page shows together costs one round trip, however many tables it is in.

The SELECTs are joined by UNION ALL. A row has the columns of all tables, those of the others being NULL; columns of the same name
and type are one. So a statement over few tables is lighter than one over many: gather what belongs together, not all there is.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import cast, literal_column, null, select, union_all
from sqlalchemy.orm.attributes import instance_dict, manager_of_class
from sqlmodel import Session, SQLModel

from shared.db import table_of


class Gathering:
    """SELECTs of whole models, or of single values by their labels, by names of one's choosing. Values that differ from time to
    time are bind parameters.

    Made once, when its module is imported: to write such a statement anew costs more than to execute it.
    """

    def __init__(self, **parts: Any) -> None:
        self._names = list(parts)
        self._parts = list(parts.values())
        self._models: list[type[SQLModel] | None] = [_model_of(one) for one in self._parts]
        self._own = [_columns_of(*one) for one in zip(self._parts, self._models, strict=True)]
        every = [column for columns in self._own for column in columns]
        self._columns = {_sort_of(column): column for column in reversed(every)}
        sorts = {sort: place for place, sort in enumerate(self._columns, 1)}
        self._places = [[(column.key, sorts[_sort_of(column)]) for column in columns] for columns in self._own]
        self._statement = union_all(*(self._wide(number) for number in range(len(self._parts))))

    def read(self, session: Session, **values: Any) -> dict[str, list[Any]]:
        """The rows of each part, as its model has them, in the order of their primary keys; of values a dict. They belong to no
        session: what is changed in them is not kept."""
        session.flush()
        found: list[list[Any]] = [[] for _ in self._parts]
        makers = [manager_of_class(model).new_instance if model else None for model in self._models]
        for row in session.connection().execute(self._statement, values):
            number = row[0]
            has = {key: row[place] for key, place in self._places[number]}
            if (make := makers[number]) is None:
                found[number].append(has)
                continue
            one = make()
            instance_dict(one).update(has)
            found[number].append(one)
        for rows, model in zip(found, self._models, strict=True):
            if model is not None:
                rows.sort(key=_in_order(model))
        return dict(zip(self._names, found, strict=True))

    def _wide(self, number: int) -> Any:
        """A part with the columns of all."""
        columns, part = self._own[number], self._parts[number]
        chosen = part.with_only_columns(*columns) if self._models[number] else part
        rows = chosen.subquery(self._names[number])
        own = {_sort_of(column): rows.columns[column.key] for column in columns}
        none = ((sort, cast(null(), column.type)) for sort, column in self._columns.items())
        wide = [own.get(sort, lacking).label(f"c{place}") for place, (sort, lacking) in enumerate(none)]
        return select(literal_column(str(number)).label("part"), *wide)


def _model_of(part: Any) -> type[SQLModel] | None:
    """The model that a part selects; None if it selects values."""
    chosen: dict[str, Any] = part.column_descriptions[0]
    found: type[SQLModel] | None = chosen["entity"]
    return found if chosen["expr"] is found else None


def _columns_of(part: Any, model: type[SQLModel] | None) -> Sequence[Any]:
    return list(table_of(model).columns if model else part.selected_columns)


def _sort_of(column: Any) -> tuple[str, str]:
    return column.name, repr(column.type)


def _in_order(model: type[SQLModel]) -> Any:
    keys = [column.key for column in table_of(model).primary_key]
    return lambda one: [getattr(one, key) for key in keys]

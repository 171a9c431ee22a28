"""True percentiles, computed by the database: of the values themselves, never of averages.

The value at fraction f of n sorted values lies between two of them, and is interpolated, as PostgreSQL's `percentile_cont` and
spreadsheets do. Window functions find those two on both databases, so that no value but them leaves the database.
"""

from typing import Any

from sqlalchemy import func, or_, select
from sqlmodel import Session

from services.review.schemas import Spread

PERCENTS = (50, 90)


def spreads(session: Session, value: Any, groups: dict[str, Any], *conditions: Any) -> dict[tuple[Any, ...], Spread]:
    """Count, median and 90th percentile of a column, for each combination of `groups` (expressions by name)."""
    labelled = [expression.label(name) for name, expression in groups.items()]
    of = list(groups.values()) or None
    ranked = (
        select(
            *labelled,
            value.label("value"),
            func.count().over(partition_by=of).label("total"),
            func.row_number().over(partition_by=of, order_by=value).label("place"),
        )
        .where(*conditions, value.is_not(None))
        .subquery()
    )
    place, last = ranked.c.place, ranked.c.total - 1
    lower = [last * percent // 100 + 1 for percent in PERCENTS]
    wanted = or_(*(place == one for one in lower), *(place == one + 1 for one in lower))
    columns = [ranked.c[name] for name in groups]
    found: dict[tuple[Any, ...], dict[int, float]] = {}
    totals: dict[tuple[Any, ...], int] = {}
    for *group, number, total, at in session.execute(
        select(*columns, ranked.c.value, ranked.c.total, place).where(wanted)
    ):
        found.setdefault(tuple(group), {})[at] = number
        totals[tuple(group)] = total
    return {group: _spread(totals[group], values) for group, values in found.items()}


def _spread(total: int, values: dict[int, float]) -> Spread:
    return Spread(total, *(_between(total, percent, values) for percent in PERCENTS))


def _between(total: int, percent: int, values: dict[int, float]) -> float:
    place, rest = divmod((total - 1) * percent, 100)
    low = values[place + 1]
    return low + (values.get(place + 2, low) - low) * rest / 100

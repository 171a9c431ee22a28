"""True percentiles: of the values themselves, never of averages.

The value at fraction f of n sorted values lies between two of them, and is interpolated, as PostgreSQL's `percentile_cont` and
spreadsheets do. Only those two are looked for: the values are not sorted.
"""

from collections.abc import Sequence

import numpy

from services.review.figures.columns import Columns, Numbers
from services.review.schemas import Spread

PERCENTS = (50, 90)


def spreads(columns: Columns, value: str, *by: str) -> dict[tuple[int, ...], Spread]:
    """Count, median and 90th percentile of a column, for each combination of others."""
    return {key: one for key, (one,) in spreads_of(columns, (value,), *by).items()}


def spreads_of(columns: Columns, values: Sequence[str], *by: str) -> dict[tuple[int, ...], list[Spread]]:
    """The same of several columns, for each in their order."""
    keys, place = columns.groups(*by)
    if len(keys) <= numpy.iinfo(numpy.uint16).max:
        place = place.astype(numpy.uint16)  # which numpy sorts by its digits, several times as fast
    order = numpy.argsort(place, kind="stable")
    sorted_values = [columns[one].take(order) for one in values]
    sizes = numpy.bincount(place, minlength=len(keys))
    ends = numpy.cumsum(sizes)
    return {
        key: [spread_of(one[end - size : end]) for one in sorted_values]
        for key, end, size in zip(keys, ends, sizes, strict=True)
    }


def spread_of(values: Numbers) -> Spread:
    """Count, median and 90th percentile of values."""
    if not len(values):
        return Spread()
    last = len(values) - 1
    places = sorted({min(last * percent // 100 + more, last) for percent in PERCENTS for more in (0, 1)})
    halved = numpy.partition(values, places)
    return Spread(len(values), *(_at(halved, last, percent) for percent in PERCENTS))


def _at(halved: Numbers, last: int, percent: int) -> float:
    place, rest = divmod(last * percent, 100)
    low = float(halved[place])
    return low + (float(halved[min(place + 1, last)]) - low) * rest / 100

"""Countries by their two letters (ISO 3166-1), with their usual English names: the table that comes with the time zones."""

from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType


def _read() -> Mapping[str, str]:
    lines = files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text(encoding="utf-8").splitlines()
    rows = (line.partition("\t") for line in lines if not line.startswith("#"))
    return MappingProxyType({code: name.strip() for code, _, name in rows})


COUNTRIES = _read()

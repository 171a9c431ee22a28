"""Whoever hands a desk on can read under which licences its parts are."""

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROWS = re.findall(r"^\| ([^|]+) \| ([a-z0-9, -]+) \|$", (ROOT / "docs/licences.md").read_text(), re.M)
LISTED = [(name, licence) for licence, names in ROWS for name in names.split(", ") if name != "packages"]
LOCKED = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "deploy/requirements.txt").read_text(), re.M))


def test_every_locked_package_is_listed_once():
    assert sorted(name for name, _ in LISTED) == sorted(LOCKED)


def test_each_is_listed_as_it_says_of_itself():
    wrong = {}
    for name, licence in LISTED:
        try:
            said = metadata(name).get("License-Expression")
        except PackageNotFoundError:  # it is for other systems
            continue
        if said and said != licence:
            wrong[name] = said
    assert wrong == {}

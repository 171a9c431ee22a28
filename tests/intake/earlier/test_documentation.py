"""What docs/earlier-checks.md shows is so."""

import json
import re
import tomllib
from pathlib import Path

from services.intake.app import create_app
from services.intake.earlier.tables import FIELDS

TEXT = (Path(__file__).parents[3] / "docs/earlier-checks.md").read_text(encoding="utf-8")


def test_the_api_answers_as_shown(service, make_key):
    body, shown = re.search(r"-d '(.*?)'\n(.*?)\n```", TEXT, re.S).groups()
    headers = {"Authorization": f"Bearer {make_key()}", "Content-Type": "application/json"}
    answer = create_app(service.settings).test_client().post("/v1/earlier-checks", data=body, headers=headers)
    pattern = ".*?".join(re.escape(part) for part in shown.split("…"))
    assert re.fullmatch(pattern, answer.text.strip(), re.S), answer.text


def test_the_mapping_names_fields_that_there_are_and_all_are_named():
    mapping = tomllib.loads(re.search(r"```toml\n(.*?)```", TEXT, re.S)[1])
    assert set(mapping.values()) <= set(FIELDS)
    assert all(f"`{field}`" in TEXT for field in FIELDS)


def test_the_commands_are_there(run, write):
    assert run(write("archive.csv", "Link,Statement,Verdict,Checked\nhttps://a.example/1,x y,False,2020-01-02\n"),
               "--mapping", str(write("columns.toml", re.search(r"```toml\n(.*?)```", TEXT, re.S)[1]))).new == 1  # fmt: skip
    line = json.loads(re.search(r"```json\n(.*?)\n```", TEXT, re.S)[1])
    told = run(write("data.json", [{"@type": "ClaimReview"}]))
    assert set(told.report[0]) == set(line) - {"part"}

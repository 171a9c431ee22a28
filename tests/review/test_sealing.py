"""A case is taken out as a file that shows whether anything in it was changed."""

import json
from io import BytesIO
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from conftest import SECRET
from review_desk import NASTY, NOON, VERDICT

from services.review import auth, history, queries, sealing, workflow
from services.review.cli import cli
from services.review.models import Case
from services.review.schemas import FlagIn, StatementIn
from shared import stored
from shared.clock import new_id
from shared.contracts import ArchivedCopy, SourceVisited
from shared.contracts.records import Picture

TEXT = b"The bridge was closed on one day, says the log.\n"


@pytest.fixture
def run(review, monkeypatch):
    """`run("case", "check-seal", …)`: a command of this test's desk."""
    settings = review.settings
    for name, value in {
        "SECRET_KEY": SECRET, "REVIEW_DATABASE_URL": settings.database_url,
        "REVIEW_FILES_FOLDER": str(settings.files_folder), "REVIEW_ARCHIVE_FOLDER": str(settings.archive_folder),
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    return lambda *words: CliRunner().invoke(cli, [str(one) for one in words])


@pytest.fixture
def sealed_case(make_case, do, ada, evidence, desk):
    """A case with a verdict, and a file that was brought twice."""
    case_id = make_case()
    ada_s = desk("ada")
    for _ in range(2):
        do(case_id, "evidence", ada, evidence())
    for seen in (3, 4):
        sent = {
            "file": (BytesIO(TEXT), "log.txt"),
            "kind": "document",
            "title": "Log",
            "stance": "refutes",
            "seen": seen,
        }
        assert ada_s.post(f"/cases/{case_id}/evidence", data=sent).status_code == 302
    do(case_id, "statement", ada, StatementIn(stance="denies", unnamed={"count": 1, "described_as": "a guard"}))
    do(case_id, "check", ada, VERDICT)
    do(case_id, "flag", ada, FlagIn(reason="They threaten to sue."))
    return case_id


def test_an_editor_takes_a_case_out_and_every_change_to_the_file_shows(sealed_case, desk, review, ada, run, tmp_path):
    eve, file = desk("eve"), tmp_path / "case.zip"
    path = f"/cases/{sealed_case}/seal"
    assert path in eve.get(f"/cases/{sealed_case}").text
    assert path not in desk("ada").get(f"/cases/{sealed_case}").text
    assert desk("ada").post(path, data={"reason": "x"}).status_code == 403
    assert eve.post(path, data={"reason": " "}).location.endswith(f"/cases/{sealed_case}")
    assert eve.post(f"/cases/{new_id()}/seal", data={"reason": "x"}).status_code == 404
    answer = eve.post(path, data={"reason": f"For counsel. {NASTY}"})
    assert (answer.mimetype, answer.headers["Content-Disposition"][:10]) == ("application/zip", "attachment")
    file.write_bytes(answer.data)
    answer.close()
    digest, faults = sealing.broken(file)
    assert (digest, faults) == (answer.headers["Factdesk-Seal"], [])

    with ZipFile(file) as sealed:
        manifest, case = (json.loads(sealed.read(name)) for name in ("MANIFEST.json", "case.json"))
        kept = {name: sealed.read(name) for name in sealed.namelist()}
    assert (manifest["case"], manifest["sealed_by"], manifest["missing"]) == (str(sealed_case), "Eve", {})
    assert case["legal"]["reason"] == "They threaten to sue."
    assert TEXT in kept.values()
    lines = [json.loads(line) for line in kept["history.jsonl"].splitlines()]
    assert lines[-1]["action"] == "flag"
    with review.reading() as session:
        last = queries.get_case(session, sealed_case, ada).history[-1]
        assert history.verify(session, manifest["head"]).broken == []
    assert (last.action, last.by, last.details["after"]["seal"]) == ("sealed", "Eve", digest)
    assert "took it out as a sealed file" in eve.get(f"/cases/{sealed_case}").text
    found = run("case", "check-seal", file)
    assert (found.exit_code, "As it was sealed" in found.output) == (0, True)

    log = next(name for name in kept if name.startswith("files/"))
    history_changed = kept["history.jsonl"].replace(b'"flag"', b'"none"')
    for changed in (
        kept | {log: b"Four days.\n"}, kept | {"more.txt": b"x"}, {name: kept[name] for name in kept if name != log},
        kept | {"history.jsonl": history_changed}, kept | {"case.json": kept["case.json"] + b" "},
    ):  # fmt: skip
        with ZipFile(file, "w") as forged:
            for name, content in changed.items():
                forged.writestr(name, content)
        assert sealing.broken(file)[1], "what was changed shows"
    with ZipFile(file, "w") as forged:
        for name, content in (kept | {"MANIFEST.json": kept["MANIFEST.json"].replace(b"Eve", b"Ada")}).items():
            forged.writestr(name, content)
    found = run("case", "check-seal", file)
    assert (found.exit_code, "has no such seal" in found.output) == (1, True)
    file.write_bytes(b"no archive")
    assert "no sealed file" in run("case", "check-seal", file).output


def test_what_was_brought_twice_is_sealed_once_and_a_damaged_file_is_told_as_such(sealed_case, desk, run, tmp_path):
    file = tmp_path / "case.zip"
    with desk("eve").post(f"/cases/{sealed_case}/seal", data={"reason": "Court"}) as answer:
        file.write_bytes(answer.data)
    assert sealing.broken(file)[1] == []
    whole = file.read_bytes()
    with ZipFile(file) as sealed:
        places = {one.filename: one.header_offset + len(one.FileHeader()) for one in sealed.infolist()}
    for name, says in (("case.json", "case.json was changed"), ("MANIFEST.json", "damaged beyond reading")):
        at = places[name] + 20
        file.write_bytes(whole[:at] + bytes(byte ^ 0xFF for byte in whole[at : at + 8]) + whole[at + 8 :])
        found = run("case", "check-seal", file)
        assert (found.exit_code, says in found.output) == (1, True), found.output
    with ZipFile(file, "w") as deep:
        deep.writestr("MANIFEST.json", "[" * 100_000)
    assert "no sealed file" in run("case", "check-seal", file).output


def test_by_api_and_command_too_and_what_is_not_there_is_named(sealed_case, app, review, people, run, tmp_path):
    with review.transaction() as session:
        headers = {
            name: {"Authorization": f"Bearer {auth.make_token(session, people[name], 'x')}"} for name in ("ada", "eve")
        }
    address = f"/v1/cases/{sealed_case}/seal"
    assert app.test_client().post(address, json={"reason": "x"}, headers=headers["ada"]).status_code == 403
    assert app.test_client().post(address, json={}, headers=headers["eve"]).status_code == 422
    with app.test_client().post(address, json={"reason": "x"}, headers=headers["eve"]) as answer:
        assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    for kept in review.settings.files_folder.rglob("*"):
        if kept.is_file():
            kept.unlink()
    file = tmp_path / "case.zip"
    wanted = ["case", "seal", str(sealed_case), "--by", "eve@desk.example", "--reason", "Court", "--to", str(file)]
    made = run(*wanted)
    assert made.exit_code == 0, made.output
    assert "is not there any more" in made.output
    digest, faults = sealing.broken(file)
    assert (digest in made.output, faults) == (True, [])
    assert run(*wanted).exit_code == 1, "what is there is not written over"
    assert "can't be written" in run(*wanted[:-1], tmp_path / "nowhere" / "x.zip").output
    refused = run(*wanted[:4], "ada@desk.example", *wanted[5:-1], tmp_path / "x.zip")
    assert (refused.exit_code, (tmp_path / "x.zip").exists()) == (1, False)


def test_a_sealed_case_has_the_copies_of_its_sources_and_what_they_looked_like(review, make_case, ada, tmp_path):
    review.settings.archive_folder = tmp_path
    case_id, file = make_case(), tmp_path / "case.zip"
    page, looks = stored.keep(tmp_path, b"page"), stored.keep(tmp_path, b"looks", stored.WEBP)
    copy = ArchivedCopy(
        sha256=page, bytes=4, content_type="text/html", archived_at=NOON, seen_at=NOON,
        picture=Picture(sha256=looks, bytes=5, taken_at=NOON),
    )  # fmt: skip
    found = SourceVisited(
        claim_id=case_id, revision=1, source_id=new_id(), url="https://example.org/", state="archived",
        visited_at=NOON, archived=copy,
    )  # fmt: skip
    with review.transaction() as session:
        workflow.note_source(session, found)
    with review.reading() as session:
        sealing.write(sealing.gather(session, session.get_one(Case, case_id), ada), file, "Eve", "For the court.")
    with ZipFile(file) as sealed:
        assert {f"copies/{page}.warc.gz", f"pictures/{looks}.webp"} <= set(sealed.namelist())

"""Evidence as files: what is taken, how it is kept, who may have it, and what readers never get."""

import io
import os
import re
import zipfile
import zlib
from datetime import timedelta
from hashlib import sha256

import pytest
from click.testing import CliRunner
from conftest import SECRET
from PIL import Image
from review_desk import NASTY, VERDICT, submit
from sqlalchemy import update
from sqlmodel import select

from services.review import auth, files, jobs, workflow
from services.review.cli import cli
from services.review.models import Case, CaseFile
from shared.clock import new_id, now
from shared.errors import NotAllowed
from shared.stored import path_of

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
FIELDS = {"kind": "document", "title": "Harbour log", "stance": "refutes"}


@pytest.fixture
def review(start_service, tmp_path):
    return start_service(
        "review",
        files_folder=tmp_path / "files",
        public_files_folder=tmp_path / "public",
        file_most_bytes=200_000,
    )


@pytest.fixture
def token(review, people):
    with review.transaction() as session:
        return {
            name: {"Authorization": f"Bearer {auth.make_token(session, one, 'test')}"} for name, one in people.items()
        }


@pytest.fixture
def bring(client, token):
    """`bring(case_id, PDF, "log.pdf")`: a file by the API; returns the answer."""

    def send(case_id, content, name="log.pdf", who="ada"):
        data = {"file": (io.BytesIO(content), name)}
        return client.post(f"/v1/cases/{case_id}/files", data=data, headers=token[who])

    return send


def fetched(client, address, **more):
    with client.get(address, **more) as answer:  # a file is closed when the answer is
        answer.get_data()
    return answer


def picture(kind, gps=False):
    out, exif = io.BytesIO(), Image.Exif()
    if gps:
        exif.get_ifd(files.GPS).update({1: "N", 2: (54.0, 12.0, 1.0)})
    Image.new("RGB", (8, 8), "red").save(out, kind, **({"exif": exif.tobytes()} if gps else {}))
    return out.getvalue()


def in_zip(**contents):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


WORD = {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"}


@pytest.mark.parametrize(
    ("content", "name", "kept_as"),
    [
        (PDF, "log.exe", "log.pdf"),
        (picture("PNG"), "page.html", "page.png"),
        (picture("JPEG"), "../../etc/passwd", "passwd.jpg"),
        (picture("WEBP"), "a.b.webp", "a.b.webp"),
        (b"day,ships\n1,4\n", "Ships.CSV", "Ships.csv"),
        (b"It was one day.\n", "letter.html", "letter.txt"),
        (in_zip(**WORD), "x.zip", "x.docx"),
        (in_zip(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "x", "x.ods"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", "IMG_1.HEIC", "IMG_1.heic"),
        (PDF, f"\u202efdp.{'x' * 300}.pdf", f"fdp.{'x' * 300}"[:120] + ".pdf"),
        (PDF, "", "file.pdf"),
    ],
)  # fmt: skip
def test_what_a_file_is_is_told_by_what_stands_in_it(content, name, kept_as):
    kind = files.kind_of(content, name)
    assert files.name_of(name, kind) == kept_as


@pytest.mark.parametrize("exif", [b"Exif\0\0II*\0", b"Exif\0\0MM\0*\0\0"])
def test_a_picture_whose_notes_are_broken_is_taken_all_the_same(tmp_path, exif):
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "PNG", exif=exif)
    brought = files.take_in(tmp_path, out.getvalue(), "bridge.png")
    assert (brought.media_type, brought.tells_place) == ("image/png", False)


@pytest.mark.parametrize("drawn", [b"", bytes(40)])
def test_where_a_png_was_taken_is_read_without_drawing_it_wherever_it_says_so(tmp_path, drawn):
    png, chunks, at = picture("PNG", gps=True), {}, 8
    while at < len(png):
        end = at + 12 + int.from_bytes(png[at : at + 4])
        chunks[png[at + 4 : at + 8]], at = png[at:end], end
    pixels = len(drawn).to_bytes(4) + b"IDAT" + drawn + zlib.crc32(b"IDAT" + drawn).to_bytes(4)
    told_last = png[:8] + chunks[b"IHDR"] + pixels + chunks[b"eXIf"] + chunks[b"IEND"]
    assert files.take_in(tmp_path, told_last, "bridge.png").tells_place
    assert not files.take_in(tmp_path, told_last.replace(chunks[b"eXIf"], b""), "bridge.png").tells_place


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   \n",
        b"MZ\x90\x00 a program",
        b"\x7fELF",
        b"\xff\xfe<\x00s\x00",
        in_zip(**{"a.txt": "x"}),
        in_zip(**WORD, **{"word/vbaProject.bin": "x"}),
        in_zip(mimetype="application/vnd.oasis.opendocument.text", **{"Basic/Standard/x.xml": "x"}),
        in_zip(mimetype="text/html"),
        b"PK\x03\x04 no archive",
    ],
)
def test_what_could_run_or_cannot_be_told_is_refused(content):
    assert files.kind_of(content, "letter.pdf") is None


def test_a_file_comes_in_with_the_evidence_and_is_handed_out_for_no_browser(desk, make_case, review):
    case_id, ada, content = make_case(), desk("ada"), picture("JPEG", gps=True)
    sent = submit(ada, case_id, "evidence", **FIELDS, file=(io.BytesIO(content), f"{NASTY}.svg"))
    assert sent.status_code == 302
    page = ada.get(f"/cases/{case_id}").text
    assert "<script>alert(1)" not in page
    assert "This picture says where it was taken." in page
    digest = sha256(content).hexdigest()
    assert digest in page
    (address,) = set(re.findall(rf"/cases/{case_id}/files/[0-9a-f-]+", page))
    got = fetched(ada, address)
    assert (got.data, got.content_type) == (content, "image/jpeg")
    assert got.headers["Content-Disposition"].startswith("attachment; filename=")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert "no-store" in got.headers["Cache-Control"]
    assert path_of(review.settings.files_folder, digest, "").read_bytes() == content
    assert fetched(desk("ben"), address).status_code == 200
    assert fetched(ada, address.replace(str(case_id), str(make_case("Another.")))).status_code == 404
    with review.reading() as session:
        assert session.get(Case, case_id).version == 2  # one act, one line of the history


def test_a_refused_form_keeps_the_file(desk, make_case, review):
    case_id, ada = make_case(), desk("ada")
    refused = submit(ada, case_id, "evidence", **FIELDS | {"title": ""}, file=(io.BytesIO(PDF), "log.pdf"))
    assert refused.status_code == 422
    assert "Kept, not added yet" in refused.text
    kept = dict(re.findall(r'type="hidden" name="(file_id|file_name)" value="([^"]+)"', refused.text))
    assert kept["file_name"] == "log.pdf"
    assert submit(ada, case_id, "evidence", **FIELDS, **kept).status_code == 302
    assert f"/files/{kept['file_id']}" in ada.get(f"/cases/{case_id}").text
    with review.reading() as session:
        assert session.get(CaseFile, _uuid(kept["file_id"])).sha256 == sha256(PDF).hexdigest()


def test_what_is_not_taken_is_said_beside_the_field(desk, make_case, bring):
    case_id, ada = make_case(), desk("ada")
    program = submit(ada, case_id, "evidence", **FIELDS, file=(io.BytesIO(b"MZ\x90\x00"), "log.pdf"))
    large = submit(ada, case_id, "evidence", **FIELDS, file=(io.BytesIO(PDF + b"x" * 200_000), "log.pdf"))
    assert (program.status_code, large.status_code) == (422, 413)
    for page, words in ((program.text, "Is none of what is taken"), (large.text, "Is larger than 200,000 bytes")):
        assert re.search(rf'id="evidence-file-error">{words}', page)
        assert 'value="Harbour log"' in page  # what was typed is kept
    assert bring(case_id, PDF + b"x" * 200_000).status_code == 413
    form = {"data": b"x" * 1_300_000, "content_type": "multipart/form-data; boundary=x"}
    assert ada.post(f"/cases/{case_id}/evidence", **form).status_code == 413  # before it is read


def test_by_the_api_a_file_is_brought_and_then_named(client, token, bring, make_case, do, people):
    case_id, other = make_case(), make_case("Another.")
    made = bring(case_id, PDF)
    assert (made.status_code, made.json["media_type"], made.json["name"]) == (201, "application/pdf", "log.pdf")
    assert fetched(client, made.headers["Location"], headers=token["ben"]).data == PDF
    assert client.get(made.headers["Location"]).status_code == 401

    def name(case, file_id):
        return client.post(f"/v1/cases/{case}/evidence", json=FIELDS | {"file_id": file_id}, headers=token["ada"])

    assert name(other, made.json["id"]).status_code == 422  # it was brought to another case
    assert name(case_id, str(new_id())).status_code == 422
    (entry,) = name(case_id, made.json["id"]).json["evidence"]
    assert entry["file"]["sha256"] == sha256(PDF).hexdigest()
    assert client.post(f"/v1/cases/{case_id}/files", json={}, headers=token["ada"]).status_code == 415
    assert client.post(f"/v1/cases/{case_id}/files", data={"file": ""}, headers=token["ada"]).status_code == 415
    assert bring(new_id(), PDF).status_code == 404
    assert bring(case_id, PDF, who="root").status_code == 201
    do(case_id, "take", people["ada"])
    assert bring(case_id, PDF, who="ben").status_code == 409


@pytest.fixture
def with_files(review, make_case, do, ada, evidence, bring):
    """A checked case with a file for readers and one that is withheld: (its id, the two digests)."""

    def make():
        case_id = make_case()
        do(case_id, "take", ada)
        for content, public in ((PDF, True), (PDF + b"who it was", False)):
            file_id = bring(case_id, content).json["id"]
            do(case_id, "evidence", ada, evidence(public=public, file_id=file_id))
        do(case_id, "check", ada, VERDICT)
        return case_id, sha256(PDF).hexdigest(), sha256(PDF + b"who it was").hexdigest()

    return make


def test_readers_get_what_is_public_when_it_is_published_and_nothing_else(with_files, review, do, eve, messages):
    case_id, public, withheld = with_files()
    folder = review.settings.public_files_folder
    assert not folder.exists()
    do(case_id, "approve", eve)
    assert [one.name for one in folder.rglob("*") if one.is_file()] == [public]
    (told,) = [one["message"] for one in messages() if one["topic"] == "verdict.approved.v1"]
    assert [one["file"]["sha256"] for one in told["evidence"]] == [public]
    assert withheld not in str(told)


def test_a_file_that_was_lost_is_promised_to_nobody(with_files, review, do, eve):
    case_id, public, _ = with_files()
    path_of(review.settings.files_folder, public, "").unlink()
    with pytest.raises(NotAllowed, match=r"log\.pdf is not there any more"):
        do(case_id, "approve", eve)


def test_operators_see_what_is_lost_and_erase_what_must_not_be_kept(with_files, review, do, eve, desk, monkeypatch):
    case_id, public, withheld = with_files()
    do(case_id, "approve", eve)
    settings = review.settings
    for name, value in {
        "SECRET_KEY": SECRET, "REVIEW_DATABASE_URL": settings.database_url,
        "REVIEW_FILES_FOLDER": str(settings.files_folder), "REVIEW_PUBLIC_FILES_FOLDER": str(settings.public_files_folder),
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    run = CliRunner().invoke
    assert run(cli, ["files", "verify"]).exit_code == 0
    path_of(settings.files_folder, withheld, "").write_bytes(b"x")
    assert f"{withheld} has changed" in run(cli, ["files", "verify"]).output
    erased = run(cli, ["files", "erase", public, "--reason", "It was not ours to keep.", "--yes"])
    assert "Erased from 1 case." in erased.output
    assert "No case has a file" in run(cli, ["files", "erase", "0" * 64, "--reason", "x", "--yes"]).output
    for folder in (settings.files_folder, settings.public_files_folder):
        assert not path_of(folder, public, "").exists()
    page = desk("ada").get(f"/cases/{case_id}").text
    assert "It was not ours to keep." in page
    assert public in page
    assert f"{public} " not in run(cli, ["files", "verify"]).output


def _uuid(text):
    return type(new_id())(text)


def test_what_was_never_entered_as_evidence_is_gone_after_90_days_and_nothing_else(
    review, bring, make_case, do, ada, evidence
):
    ids = {}
    first, second, waits = make_case(), make_case("Another."), make_case("A third.")
    brought = {
        "entered": (first, PDF), "never": (first, PDF + b"1"), "lately": (first, PDF + b"2"), "same": (second, PDF),
        "waits": (waits, PDF + b"3"), "again": (second, PDF + b"4"),
    }  # fmt: skip
    for name, (case_id, content) in brought.items():
        ids[name] = _uuid(bring(case_id, content).json["id"])
    do(first, "evidence", ada, evidence(file_id=ids["entered"]))
    folder, long_ago = review.settings.files_folder, now() - timedelta(days=91)
    orphan, unfinished = files.take_in(folder, PDF + b"nobody", "x").sha256, folder / "aa" / "bb" / ".half"
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    unfinished.write_bytes(b"x")
    with review.transaction() as session:
        workflow.keep_draft(session, waits, "evidence", {"file_id": str(ids["waits"])}, 1, ada)
        session.execute(update(CaseFile).where(CaseFile.id != ids["lately"]).values(added_at=long_ago))
    for place in folder.rglob("*"):
        os.utime(place, (long_ago.timestamp(),) * 2)
    fresh = bring(second, PDF + b"4").json["id"]  # the same bytes, a moment ago
    jobs.tidy()
    with review.reading() as session:
        left = {one.id for one in session.exec(select(CaseFile))}
    assert left == {ids["entered"], ids["lately"], ids["waits"], _uuid(fresh)}
    kept = {one.name for one in folder.rglob("*") if one.is_file()}
    assert kept == {sha256(one).hexdigest() for one in (PDF, PDF + b"2", PDF + b"3", PDF + b"4")} | {".half"}
    assert orphan not in kept

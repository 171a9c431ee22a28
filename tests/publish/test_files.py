"""Files that are evidence, as readers get them."""

from hashlib import sha256

import pytest

from services.publish.app import create_app
from services.publish.exporting import export
from shared.clock import new_id
from shared.stored import keep

LETTER = b"See http://127.0.0.1:8003/ for more.\n"
DIGEST = sha256(LETTER).hexdigest()
FILE = {"sha256": DIGEST, "name": "letter <of> J.txt", "media_type": "text/plain", "bytes": len(LETTER)}


@pytest.fixture
def service(start_service, tmp_path):
    keep(tmp_path / "public", LETTER, "")
    keep(tmp_path / "public", b"withheld", "")
    return start_service("publish", files_folder=tmp_path / "public")


def fetched(reader, address, **more):
    with reader.get(address, **more) as answer:  # a file is closed when the answer is
        answer.get_data()
    return answer


def with_file(make_verdict, *arguments, **more):
    source = make_verdict().model_dump(mode="json")["evidence"][0]
    return make_verdict(*arguments, evidence=[source | {"file": FILE}], **more)


def test_a_file_is_fetched_from_the_page_as_it_came(page_of, make_verdict, reader):
    claim_id = new_id()
    page = page_of(with_file(make_verdict, claim_id))
    address = f"/files/{DIGEST}.txt"
    assert f'href="{address}"' in page
    assert "letter &lt;of&gt; J.txt" in page
    got = fetched(reader, address)
    assert (got.data, got.content_type) == (LETTER, "text/plain; charset=utf-8")
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert "max-age=3600" in got.headers["Cache-Control"]
    assert fetched(reader, address, headers={"If-None-Match": got.headers["ETag"]}).status_code == 304
    (source,) = reader.get(f"/v1/checks/{claim_id}").json["evidence"]
    assert source["file"]["url"] == f"http://127.0.0.1:8003{address}"


def test_what_no_revision_shows_is_not_there_even_if_it_lies_in_the_folder(page_of, make_verdict, reader):
    page_of(with_file(make_verdict))
    withheld = sha256(b"withheld").hexdigest()
    for name in (f"{withheld}.txt", withheld, f"{DIGEST}.html", DIGEST, f"{DIGEST.upper()}.txt", "..%2f..%2fpasswd"):
        assert reader.get(f"/files/{name}").status_code == 404, name


def test_a_file_of_an_earlier_revision_stays_and_one_that_was_erased_does_not(receive, make_verdict, reader, service):
    claim_id = new_id()
    receive(with_file(make_verdict, claim_id), make_verdict(claim_id, 2))
    assert fetched(reader, f"/files/{DIGEST}.txt").status_code == 200
    for one in service.settings.files_folder.rglob(DIGEST):
        one.unlink()
    gone = reader.get(f"/files/{DIGEST}.txt")
    assert gone.status_code == 404
    assert "is not shown any more" in gone.text


def test_an_exported_record_has_the_file_to_the_byte(receive, make_verdict, service, tmp_path):
    receive(with_file(make_verdict))
    done = export(create_app(service.settings), tmp_path / "copy", "https://copy.example")
    assert (tmp_path / "copy/files" / f"{DIGEST}.txt").read_bytes() == LETTER
    assert not [one for one in done.missing if "/files/" in one]

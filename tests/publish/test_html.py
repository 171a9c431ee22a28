"""Every kind of page is valid HTML, in every language, as the W3C's checker says, where there is one (VNU_JAR names its file)."""

import os
import subprocess

import pytest

from services.publish.app import create_app
from services.publish.languages import languages
from shared.clock import new_id

VNU = os.environ.get("VNU_JAR", "")
pytestmark = pytest.mark.skipif(not VNU, reason="VNU_JAR names no checker of HTML: pages are not checked by it")


@pytest.fixture
def database_kind():
    return "sqlite"  # pages are the same bytes on both


@pytest.mark.parametrize("language", sorted(languages()))
def test_every_kind_of_page_is_valid(service, receive, make_verdict, make_notice, tmp_path, monkeypatch, language):
    monkeypatch.setattr(service, "_settings", service.settings.model_copy(update={"language": language}))
    claim, gone = new_id(), new_id()
    paths = {
        f"/checks/{receive(*messages).path}"
        for messages in (
            (make_verdict(language=language),),
            (make_verdict(claim, language=language), make_verdict(claim, 2, language=language)),
            (make_verdict(gone), make_verdict(gone, 2, kind="retraction")),
            (make_notice(),),
        )
    }
    reader = create_app(service.settings).test_client()
    corrected = next(path for path in paths if reader.get(f"{path}/revisions/2").status_code == 200)
    paths |= {f"{corrected}/revisions/1", f"{corrected}/revisions/2", f"{corrected}/dispute", f"/embed/{claim}"}
    paths |= {
        "/",
        "/corrections",
        "/topics",
        "/claimants",
        "/claimants/financial-times",
        "/ratings",
        "/ratings/false",
        "/disputes",
    }
    paths |= {
        "/being-checked",
        "/search",
        "/search?q=guarantees",
        "/search?q=nothing",
        "/methodology",
        "/funding",
        "/nothing",
    }
    for number, path in enumerate(sorted(paths)):
        answer = reader.get(path, headers={"Accept": "text/html"})
        assert answer.mimetype == "text/html", path
        (tmp_path / f"{number}.html").write_bytes(answer.data)
    files = sorted(map(str, tmp_path.glob("*.html")))
    done = subprocess.run(["java", "-Xss2m", "-jar", VNU, "--errors-only", *files], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

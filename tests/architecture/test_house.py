"""The house rules that no linter knows."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = ["intake", "review", "publish"]
CODE = [path for folder in ("services", "shared", "deploy") for path in (ROOT / folder).rglob("*.py")]

NEWSROOM_NOUNS = re.compile(
    r"\b(claims?|claimants?|newsrooms?|verdicts?|evidence|reviewers?|fact-?checks?|ratings?|stor(y|ies))\b", re.I
)
EXPLAINED = "contracts"  # the one exception


def names_in(tree):
    """Every name a module defines or uses."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg


@pytest.mark.parametrize("path", sorted((ROOT / "shared").rglob("*.py")), ids=lambda path: path.name)
def test_shared_would_make_sense_in_a_hotel(path):
    if EXPLAINED in path.parts:
        return
    words = " ".join(name.replace("_", " ") for name in names_in(ast.parse(path.read_text())))
    # `claim` is also what one does to a row of a queue
    found = {match.group(0).lower() for match in NEWSROOM_NOUNS.finditer(words)} - {"claim"}
    assert not found, f"{path.name} knows of {found}"


def test_only_shared_db_commits():
    found = [str(path) for path in CODE if ".commit()" in path.read_text() and path.name != "db.py"]
    assert not found, f"commit() stands in shared/db.py alone, not in {found}"


def test_migrations_never_import_models():
    for path in ROOT.glob("services/*/migrations/versions/*.py"):
        assert "services." not in path.read_text(), path
        assert re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", path.name), path


@pytest.mark.parametrize(
    "path", [p for p in CODE if "migrations/versions" not in str(p)], ids=lambda p: str(p.relative_to(ROOT))
)
def test_every_module_says_what_it_is_for(path):
    assert ast.get_docstring(ast.parse(path.read_text())), f"{path} has no docstring"


def test_no_file_gathers_a_whole_kind_of_thing():
    long = {str(p.relative_to(ROOT)): n for p in CODE if (n := len(p.read_text().splitlines())) > 400}
    assert not long, f"split by noun: {long}"


@pytest.mark.parametrize("name", ["services", "shared", "deploy", "factdesk"])
def test_the_import_names_are_ours_alone(name):
    assert set(packages_distributions()[name]) == {"factdesk"}


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_starts_alone(name, tmp_path):
    """With `shared` and no other service beside it."""
    shutil.copytree(ROOT / "shared", tmp_path / "shared")
    (tmp_path / "services").mkdir()
    shutil.copy(ROOT / "services/__init__.py", tmp_path / "services")
    shutil.copytree(ROOT / "services" / name, tmp_path / "services" / name)
    program = (
        f"from services.{name}.app import create_app; import services.{name}.jobs, sys;"
        f"assert sys.modules['services'].__file__.startswith({str(tmp_path)!r});"
        "assert create_app().test_client().get('/healthz').status_code == 200"
    )
    environment = {
        "SECRET_KEY": "a secret for tests alone",
        f"{name.upper()}_DATABASE_URL": f"sqlite:///{tmp_path}/alone.sqlite3",
    }
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=environment, check=True, timeout=240)


def test_what_the_packages_are_called_on_disk_says_what_they_are():
    forbidden = {"utils.py", "helpers.py", "manager.py", "processor.py", "common.py", "misc.py"}
    assert not [path for path in CODE if path.name in forbidden]


@pytest.mark.parametrize(("lock", "extras"), [("requirements.txt", ()), ("requirements-dev.txt", ("dev",))])
def test_what_the_project_names_is_locked(lock, extras):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + [one for extra in extras for one in project["optional-dependencies"][extra]]
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "deploy" / lock).read_text(), re.M))
    names = {re.match(r"[A-Za-z0-9._-]+", one).group().lower().replace("_", "-").replace(".", "-") for one in wanted}
    assert names - locked == set(), "run `make lock`"

"""Who works at the desk: they are invited, given rights, and leave; each act of it stands in the history."""

import ast
import re
from datetime import timedelta
from pathlib import Path

import pytest
from errand_runner import do_errands
from post_office import mail_server
from review_desk import NASTY, VERDICT, sign_in, submit
from sqlalchemy import update

from services.review import auth, history, queries, workflow
from services.review.models import OneTimeLink, Person
from services.review.pages.terms import ADMIN_ACTS
from services.review.schemas import ChecklistIn, DeskIn, HouseRulesIn, ItemIn, NewDeskIn, RightsIn
from shared.clock import now
from shared.errors import Forbidden, NotAllowed

NEW = {"name": "Nia Njoroge", "password": "a horse of my own"}


@pytest.fixture
def mail():
    with mail_server() as (keeper, url):
        yield keeper, url


@pytest.fixture
def review(start_service, mail):
    return start_service("review", smtp_url=mail[1])


@pytest.fixture
def politics(review, people):
    with review.transaction() as session:
        return workflow.make_desk(session, NewDeskIn(name="Politics", slug="politics"), people["root"])


@pytest.fixture
def root(desk):
    return desk("root")


@pytest.fixture
def acts(review):
    """What stands in the history of people and desks, the latest first, as (action, details)."""

    def look():
        with review.reading() as session:
            assert history.verify(session).broken == []
            return [(one.action, one.details) for one in queries.list_acts(session, 50)]

    return look


def invited(root, email="nia@desk.example", **rights):
    """Invite somebody; returns the path of the link that is shown."""
    answer = root.post("/people/invitations", data={"email": email} | rights)
    assert answer.status_code == 302, answer.text
    shown = root.get("/people").text
    return re.search(r"/invitation/\w+", shown[shown.index(email) :]).group(0)


def test_who_is_invited_comes_in_once_with_the_rights_that_were_meant(root, app, politics, acts, review):
    path = invited(root, role="", **{"desk.politics": "editor"})
    nia = app.test_client()
    for _ in range(2):
        assert "nia@desk.example" in nia.get(path).text, "looking uses nothing up"
    assert nia.post(path, data=NEW | {"password": "short"}).status_code == 422
    assert nia.post(path, data=NEW).headers["Location"] == "/"
    assert "Nia Njoroge" in nia.get("/account").text
    for thief in (app.test_client(), nia):
        assert thief.post(path, data=NEW).status_code == 404
    with review.reading() as session:
        found = queries.find_person(session, "nia@desk.example")
        assert (found.roles, workflow.desks_of(session, found)) == ([], {"politics": "editor"})
    assert [name for name, _ in acts()] == ["invitation accepted", "invited", "desk made"]


def test_an_invitation_expires_is_withdrawn_and_cannot_be_made_up(root, app, review, acts):
    path = invited(root)
    again = invited(root)
    client = app.test_client()
    assert client.get(path).status_code == 404, "a newer one took its place"
    forged = again[:-1] + ("0" if again[-1] != "0" else "1")
    for wrong in (forged, "/invitation/" + "a" * 72, "/invitation/x", again.replace("invitation", "password")):
        assert client.get(wrong).status_code == 404
        assert client.post(wrong, data=NEW).status_code == 404
    with review.transaction() as session:
        session.execute(update(OneTimeLink).values(expires_at=now() - timedelta(seconds=1)))
    assert client.post(again, data=NEW).status_code == 404
    third = invited(root)
    withdraw = re.search(r"/people/invitations/[\w-]+/withdraw", root.get("/people").text).group(0)
    assert root.post(withdraw).status_code == 302
    assert client.post(third, data=NEW).status_code == 404
    assert acts()[0][0] == "invitation withdrawn"
    assert root.post(withdraw).status_code == 404


@pytest.mark.parametrize(
    "given",
    [
        {"email": "ADA@desk.example"},
        {"email": "no address"},
        {"email": ""},
        {"email": "n@desk.example", "role": "king"},
        {"email": "n@desk.example", "desk.nowhere": "editor"},
        {"email": "n@desk.example\nBcc: x@y.example"},
        {"email": "m,n@desk.example"},
        {"email": "<m>n@desk.example"},
    ],
)
def test_an_invitation_that_makes_no_sense_is_refused(root, people, given):
    answer = root.post("/people/invitations", data={"role": "checker"} | given)
    assert answer.status_code == 422
    assert 'id="invite-error"' in answer.text


def test_rights_change_at_once_and_the_last_admin_stays(root, review, people, politics, desk, acts):
    ada = desk("ada")
    assert ada.get("/people").status_code == 403
    path = f"/people/{people['ada'].id}/rights"
    assert ada.post(path, data={"role": "admin"}).status_code == 403
    assert root.post(path, data={"role": "editor", "desk.politics": "checker"}).status_code == 302
    assert "editor, checker at politics" in root.get("/people").text
    assert acts()[0] == ("rights changed", {
        "before": {"role": "checker", "desks": {}},
        "after": {"person": "ada@desk.example", "role": "editor", "desks": {"politics": "checker"}},
    })  # fmt: skip
    mine = f"/people/{people['root'].id}"
    for refused in (root.post(f"{mine}/rights", data={"role": "editor"}), root.post(f"{mine}/deactivate")):
        assert refused.status_code == 409
        assert "is the only admin" in refused.text
    assert root.post(path, data={"role": "admin"}).status_code == 302
    assert root.post(f"{mine}/rights", data={"role": "editor"}).status_code == 302
    assert root.get("/people").status_code == 403


def test_two_admins_cannot_remove_each_other(review, people):
    with review.transaction() as session:
        session.get(Person, people["eve"].id).roles = ["admin"]
    eve, root = people["eve"], people["root"]
    eve.roles = ["admin"]
    with review.transaction() as session:
        workflow.change_rights(session, root.id, RightsIn(role="checker"), eve)
    with pytest.raises(Forbidden), review.transaction() as session:
        workflow.deactivate(session, eve.id, root)  # as the row said that was read before
    with pytest.raises(NotAllowed), review.transaction() as session:
        workflow.deactivate(session, eve.id, eve)


def test_who_leaves_is_out_at_once_and_their_claims_are_back_in_the_queue(
    root, desk, review, people, make_case, do, look, client, acts
):
    held, done = make_case(), make_case("Another.")
    do(held, "take", people["ada"])
    with review.transaction() as session:
        token = auth.make_token(session, people["ada"], "script")
    ada, path = desk("ada"), f"/people/{people['ada'].id}"
    assert root.post(f"{path}/deactivate").status_code == 302
    assert look(held).assignee_id is None
    assert look(done).version == 1
    assert ada.get("/").status_code == 302
    bearer = {"Authorization": f"Bearer {token}"}
    assert client.get("/v1/me", headers=bearer).status_code == 401
    assert sign_in(client, "ada").status_code == 401
    assert "Ada is no longer at the desk" in root.get(f"/cases/{held}").text
    assert acts()[0] == ("person deactivated", {"after": {"person": "ada@desk.example", "claims given back": 1}})
    assert root.post(f"{path}/deactivate").status_code == 409
    assert root.post(f"{path}/reactivate").status_code == 302
    assert sign_in(client, "ada").status_code == 302
    assert client.get("/v1/me", headers=bearer).status_code == 401, "what was ended stays so"


def test_a_lost_password_is_replaced_by_a_link_that_works_once(root, app, desk, people, acts):
    ada = desk("ada")
    shown = root.post(f"/people/{people['ada'].id}/password-link").text
    path = re.search(r"/password/\w+", shown).group(0)
    client = app.test_client()
    assert client.post(path, data={"password": "short"}).status_code == 422
    assert client.post(path, data={"password": "a horse of my own"}).headers["Location"] == "/sign-in"
    assert client.get("/").status_code == 302, "one signs in by it, with the second factor if there is one"
    assert ada.get("/").status_code == 302, "the old sessions end"
    assert client.post(path, data={"password": "a thief's own horse"}).status_code == 404
    assert sign_in(client, "ada").status_code == 401
    assert sign_in(client, "ada", "a horse of my own").status_code == 302
    assert [name for name, _ in acts()] == ["password renewed", "password link made"]


def test_an_admin_signs_somebody_out(root, desk, people):
    ada = desk("ada")
    assert root.post(f"/people/{people['ada'].id}/end-sessions").status_code == 302
    assert ada.get("/").status_code == 302
    assert root.post(f"/people/{people['ada'].id}/reset-second-factor").status_code == 409


def test_nobody_but_admins_gets_through_any_of_these_doors(desk, people, app, review, client):
    eve, target = desk("eve"), people["ada"].id
    with review.transaction() as session:
        token = auth.make_token(session, people["eve"], "script")
    bearer = {"Authorization": f"Bearer {token}"}
    doors = [(rule.rule, method) for rule in app.url_map.iter_rules() for method in rule.methods & {"POST", "PUT", "DELETE"}
             if "/people" in rule.rule or "house-rules" in rule.rule]  # fmt: skip
    assert len(doors) > 12
    for rule, method in doors:
        path = re.sub(r"<any\(.*?\):act>", "deactivate", rule)
        path = re.sub(r"<uuid:\w+>", str(target), path)
        through = eve.open(path, method=method, data={"email": "x@y.example"})
        if rule.startswith("/v1"):
            through = client.open(path, method=method, headers=bearer, json={"email": "x@y.example"})
        assert through.status_code == 403, (method, path)


def test_names_from_outside_are_shown_as_text(root, app):
    path = invited(root)
    app.test_client().post(path, data=NEW | {"name": NASTY})
    assert "<script>alert" not in root.get("/people").text


def test_the_api_does_the_same(client, review, people, politics):
    with review.transaction() as session:
        token = auth.make_token(session, people["root"], "script")
    bearer = {"Authorization": f"Bearer {token}"}
    made = client.post("/v1/people/invitations", headers=bearer, json={"email": "nia@desk.example", "role": "checker"})
    assert made.status_code == 201
    assert client.get(made.json["url"].removeprefix(review.settings.public_base_url)).status_code == 200
    shown = client.get("/v1/people", headers=bearer).json
    assert [one["email"] for one in shown["invitations"]] == ["nia@desk.example"]
    ada = next(one for one in shown["data"] if one["email"] == "ada@desk.example")
    assert (ada["role"], ada["second_factor"], ada["claims"]) == ("checker", False, 0)
    at = f"/v1/people/{ada['id']}"
    changed = client.put(f"{at}/rights", headers=bearer, json={"role": None, "desks": {"politics": "editor"}})
    assert (changed.json["role"], changed.json["desks"]) == (None, {"politics": "editor"})
    assert client.post(f"{at}/deactivate", headers=bearer).json["active"] is False
    assert client.post(f"{at}/password-link", headers=bearer).status_code == 404
    assert client.put("/v1/house-rules", headers=bearer, json={"second_factor_from": "admin"}).status_code == 200
    assert client.get("/v1/house-rules", headers=bearer).json == {
        "second_factor_from": "admin",
        "shows_archives": True,
    }
    first = client.get("/v1/people/acts?limit=2", headers=bearer).json
    rest = client.get(f"/v1/people/acts?cursor={first['next_cursor']}", headers=bearer).json
    assert [one["action"] for one in first["data"] + rest["data"]] == [
        "house rules changed", "person deactivated", "rights changed", "invited", "desk made",
    ]  # fmt: skip
    (mine,) = client.get("/v1/me/tokens", headers=bearer).json["data"]
    assert client.delete(f"/v1/me/tokens/{mine['id']}", headers=bearer).status_code == 204
    assert client.get("/v1/me", headers=bearer).status_code == 401


def test_a_desk_keeps_its_people_when_its_rules_change(review, people, politics):
    with review.transaction() as session:
        workflow.change_rights(
            session, people["ada"].id, RightsIn(role="checker", desks={"politics": "editor"}), people["root"]
        )
        (before,) = queries.describe_desks(session, queries.list_desks(session))
        kept = DeskIn.model_validate(before.model_dump(include=set(DeskIn.model_fields)))
        workflow.change_desk(session, "politics", kept.model_copy(update={"name": "World"}), people["root"])
        assert workflow.desks_of(session, people["ada"]) == {"politics": "editor"}


def test_links_are_mailed_and_nobody_learns_who_is_here(root, app, mail, review):
    client = app.test_client()
    root.post("/people/invitations", data={"email": "nia@desk.example", "role": "checker"})
    answers = [
        client.post("/forgotten", data={"email": email}).text.replace(email, "…")
        for email in ("ada@desk.example", "nobody@desk.example")
    ]
    assert re.sub(r'value="[^"]+"', "", answers[0]) == re.sub(r'value="[^"]+"', "", answers[1])
    for _ in range(2):  # the first looks who has the address, and orders the letter
        do_errands(review, early=True)
    sent = mail[0].letters
    assert [one["To"] for one in sent] == ["nia@desk.example", "ada@desk.example"]
    assert "Root invites you" in sent[0].get_content()
    path = re.search(r"/password/\w+", sent[1].get_content()).group(0)
    assert client.post(path, data={"password": "a horse of my own"}).status_code == 302
    assert sign_in(app.test_client(), "ada", "a horse of my own").status_code == 302
    for _ in range(2):
        client.post("/forgotten", data={"email": "ada@desk.example"})
    assert client.post("/forgotten", data={"email": "ada@desk.example"}).status_code == 429


def test_an_admin_is_not_above_four_eyes_at_any_door(
    root, review, people, politics, make_case, do, evidence, client, look
):
    """Not by the page, the API or many at once; not after giving oneself another role, nor by a desk's."""
    me = people["root"]
    case_id = make_case()
    do(case_id, "take", me)
    for title in ("Log", "Letter"):
        do(case_id, "evidence", me, evidence(title))
    do(case_id, "check", me, VERDICT)
    with review.transaction() as session:
        session.get(Person, people["eve"].id).roles = ["admin"]  # so that Root may be something else for a while
        bearer = {"Authorization": f"Bearer {auth.make_token(session, me, 'script')}"}
    path, etag = f"/cases/{case_id}", f'"v{look(case_id).version}"'
    for role, desks in (("admin", {}), ("editor", {}), ("checker", {"politics": "editor"})):
        with review.transaction() as session:
            workflow.change_rights(session, me.id, RightsIn(role=role, desks=desks), people["eve"])
        by_page = submit(root, case_id, "approve")
        by_api = client.post(f"/v1{path}/approve", headers=bearer | {"If-Match": etag}, json={})
        many = client.post("/v1/cases/bulk", headers=bearer, json={"act": "approve", "cases": [str(case_id)]})
        assert (by_page.status_code, by_api.status_code, many.status_code) == (403, 403, 422)
        why = "Only an editor" if role == "checker" else "You had a hand in this revision"
        assert why in by_page.text
        assert why in by_api.json["detail"]
        assert look(case_id).approved_at is None, (role, desks)
    answer = client.post(f"/v1{path}/approve", headers=bearer | {"If-Match": etag}, json={})
    assert answer.status_code in (403, 409)
    do(case_id, "approve", people["eve"])
    assert look(case_id).approved_at is not None, "somebody else can"


def test_an_editor_of_one_desk_needs_a_second_factor_where_editors_do(review, people, politics, desk):
    with review.transaction() as session:
        workflow.change_rights(
            session, people["ada"].id, RightsIn(role="checker", desks={"politics": "editor"}), people["root"]
        )
        workflow.rule_house(session, HouseRulesIn(second_factor_from="editor"), people["root"])
    assert desk("ada").get("/").headers["Location"] == "/account/second-factor"
    assert desk("ben").get("/").status_code == 200


def test_every_act_of_administration_is_told_in_words(desk, review, people):
    with review.transaction() as session:
        workflow.change_checklist(
            session, None, ChecklistIn(items=[ItemIn(label="Somebody was asked")]), people["root"]
        )
        workflow.note_asked(session, "intake", ["1"], people["root"])
    page = desk("root").get("/people").text
    assert "changed the checklist for claims without a desk" in page
    assert "had sent or run again what was given up on by intake" in page
    written = [ast.parse(file.read_text()) for file in Path(workflow.__file__).parent.glob("*.py")]
    calls = [one for tree in written for one in ast.walk(tree) if isinstance(one, ast.Call) and len(one.args) > 2]
    noted = [
        one.args for one in calls if ast.unparse(one.func) == "history.append" and ast.unparse(one.args[2]) == "None"
    ]
    acts = {args[1].value for args in noted if isinstance(args[1], ast.Constant)}
    assert len(acts) > 20
    assert acts <= ADMIN_ACTS.keys()

"""What a desk accepted and refused teaches the few weights: it is shown, written if wanted, and never used by itself."""

import random

import pytest
from click.testing import CliRunner
from sqlmodel import col, delete, select

from services.review import auth, seen
from services.review.cli import cli
from services.review.models import Match
from shared.clock import new_id, now
from shared.matching import Weights
from shared.matching.weights import WITH_MODEL

# At this desk what stands in both counts, and how alike the meaning is counts for less than the weights that ship say.
RIGHT = {"main": 0.62, "whole": 0.62, "lexical": 1.0, "covered": 0.75, "covers": 0.8, "names": 1.0}
WRONG = {"main": 0.92, "whole": 0.9, "lexical": 0.35, "covered": 0.35, "covers": 0.3, "names": 1.0}


@pytest.fixture
def decide(review, make_case, ada):
    """`decide(30)`: so many cases with an accepted and a refused candidate, and as many with refused ones alone."""

    def some(count, right=RIGHT, wrong=WRONG):
        chance = random.Random(7)

        def near(signs):
            return {name: round(min(1.0, max(0.0, value + chance.gauss(0, 0.04))), 4) for name, value in signs.items()}

        for number in range(2 * count):
            case_id = make_case(f"Claim {number}")
            found = [("accepted", right)] * (number % 2) + [("refused", wrong)]
            with review.transaction() as session:
                for state, like in found:
                    signs = near(like)
                    session.add(
                        Match(
                            case_id=case_id, kind="case", subject=new_id(), state=state, method="words and meaning",
                            score=0.5, likelihood=0.5, says="perhaps", signs=signs, differs=[], shared=[],
                            decided_by=ada.id, decided_at=now(),
                        )
                    )  # fmt: skip

    return some


@pytest.fixture
def command(review, monkeypatch):
    monkeypatch.setattr(review, "start_process", lambda: None)  # it is started already
    return lambda *arguments: CliRunner().invoke(cli, ["matching", "tune", *arguments])


def test_the_desk_s_decisions_teach_weights_that_do_better_on_those_held_out(review, decide, command, tmp_path):
    decide(40)
    with review.reading() as session:
        tuned = seen.tune(session)
    assert (tuned.accepted, tuned.refused, tuned.learned_from, tuned.held_out) == (40, 40, 60, 20)
    assert tuned.before.first < tuned.after.first
    assert tuned.after.recall > tuned.before.recall
    assert tuned.after.precision >= 0.95
    before, file = seen.index.weights, tmp_path / "weights.json"
    shown = command()
    assert "Nothing is changed" in shown.output
    assert not file.exists()
    assert command("--write", str(file)).exit_code == 0
    assert seen.index.weights == before
    assert Weights.read(file.read_text()) == tuned.weights
    review.start(review.settings.model_copy(update={"match_weights": file, "match_sure": 0.8}))
    assert seen.index.weights == tuned.weights._replace(sure=0.8)


def test_a_desk_that_accepted_or_refused_but_never_both_for_one_claim_learns_the_likelihood_alone(review, decide):
    """To order what is found there is nothing to learn from; signs that have no weight yet are among what was decided on."""
    decide(40, right=RIGHT | {"lately": 0.85, "dates": 1.0}, wrong=WRONG | {"lately": 0.2})
    with review.transaction() as session:
        accepted = select(Match.case_id).where(Match.state == "accepted").scalar_subquery()
        session.execute(delete(Match).where(col(Match.case_id).in_(accepted), col(Match.state) == "refused"))
    with review.reading() as session:
        tuned = seen.tune(session)
    assert (tuned.accepted, tuned.refused) == (40, 40)
    assert {name: value for name, value in tuned.weights.order.items() if value} == seen.index.weights.order
    assert tuned.after.precision >= 0.95


def test_a_desk_to_which_the_same_comes_back_learns_how_much_that_counts(review, decide):
    """What is right was accepted a day or two ago, and is a little less alike than what is wrong."""
    alike = {"main": 0.7, "whole": 0.7, "lexical": 0.8, "covered": 0.6, "covers": 0.6, "names": 1.0}
    decide(40, right=alike | {"lately": 0.85}, wrong={**alike, "main": 0.74, "whole": 0.74})
    with review.reading() as session:
        tuned = seen.tune(session)
    assert tuned.weights.order["lately"] > 0.04
    assert tuned.before.first < 0.5 < 0.9 < tuned.after.first


def test_a_desk_learns_how_much_it_counts_when_something_was_said(review, decide):
    """What is right was said in the same month, what is wrong years ago, and is a little more alike."""
    alike = {"main": 0.7, "whole": 0.7, "lexical": 0.8, "covered": 0.6, "covers": 0.6, "names": 1.0}
    decide(40, right=alike | {"when": 0.95}, wrong={**alike, "main": 0.74, "whole": 0.74, "when": 0.1})
    with review.reading() as session:
        tuned = seen.tune(session)
    assert tuned.weights.order["when"] > 0.04
    assert tuned.before.first < 0.5 < 0.9 < tuned.after.first


def test_of_a_few_decisions_nothing_is_learned(decide, command):
    decide(3)
    done = command()
    assert done.exit_code == 1
    assert "3 claims with an accepted candidate" in done.output
    assert "too little to learn from" in done.output


def test_the_api_shows_an_admin_what_could_be_learned(decide, app, review, people):
    with review.transaction() as session:
        tokens = {name: auth.make_token(session, people[name], "test") for name in ("ada", "root")}

    def ask(name, path):
        return app.test_client().get(f"/v1{path}", headers={"Authorization": f"Bearer {tokens[name]}"})

    assert ask("ada", "/matching/tune").status_code == 403
    assert "40 claims with decisions" in ask("root", "/matching/tune").json["note"]
    decide(20)
    told = ask("root", "/matching/tune").json
    assert (told["note"], told["held_out"]) == (None, 10)
    assert told["weights"]["sure"] == told["after"]["sure"]
    status = ask("ada", "/matching").json
    assert (status["texts"], status["suggest"], status["sure"]) == (0, WITH_MODEL.suggest, WITH_MODEL.sure)
    assert set(status["precision"].pop("measured")) == {"surely", "perhaps", "source"}
    assert status["precision"] == {"surely_right": 0, "surely": 0, "perhaps_right": 20, "perhaps": 60}

"""`make bench-match DATA=folder`: MAP@5, P@1, MRR, recall, and how often "surely the same" is right, beside BM25 alone.

    python -m bench.match FOLDER [--part dev] [--set tweets2020] [--around] [--models english,many] [--keep FOLDER]
        [--tune [--only-before]] [--write FILE]

`--around` gives the speaker and the neighbouring sentences with each question. `--tune` learns weights from the train files, whose
questions count as decided, and shows the dev files before and after; with `--only-before` what was asked later than a question
is not known to it. Nothing is kept of it but what `--write FILE` names.
"""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from bench.match.copies import Copies
from bench.match.decisions import Decisions
from bench.match.reading import Question, docs_for, files, name_of, read_docs, read_questions
from bench.match.tables import TABLES, open_index
from shared.db import Database
from shared.matching import Encoder, Matcher, Weights, encoder, tuning
from shared.matching.tuning import Judged

# MAP@5 of the best published run, for sets by these names: overviews of the CheckThat! labs and their participants' papers
PUBLISHED = {
    "tweets2020": "0.929 on the test part (winner of CheckThat! 2020)",
    "tweets2021": "0.883 on the test part (winner of CheckThat! 2021, 2A)",
    "tweets2022": "0.956 on the test part (winner of CheckThat! 2022, 2A)",
    "debates2021": "0.328 on the test part (winner of CheckThat! 2021, 2B)",
    "debates2022": "0.459 on the test part (winner of CheckThat! 2022, 2B)",
}
MOST = 50
KEPT = 5  # candidates that a desk keeps of a claim


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-match", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--part", default="dev", choices=("train", "dev", "test"))
    parser.add_argument("--set", help="only the set whose name begins so")
    parser.add_argument("--around", action="store_true")
    parser.add_argument("--models", default="english")
    parser.add_argument("--tune", action="store_true")
    parser.add_argument(
        "--only-before", action="store_true", help="of the train file count what lies before a question"
    )
    parser.add_argument("--write", type=Path, help="a file for the weights that were learned")
    parser.add_argument("--keep", type=Path, default=Path(os.environ.get("VAR", "var")) / "bench-match")
    given = parser.parse_args()
    given.keep.mkdir(parents=True, exist_ok=True)
    models = tuple(one for one in given.models.split(",") if one)
    chosen = [path for path in files(given.folder, given.part) if name_of(path).startswith(given.set or "")]
    if not chosen:
        parser.error(f"{given.folder} holds no {given.set or ''}*.{given.part}.jsonl[.gz]")
    for path in chosen:
        measure(path, given, encoder(models, "here"))


def measure(path: Path, given: argparse.Namespace, by: Encoder) -> None:
    """One set."""
    docs = read_docs(docs_for(path, given.folder))
    database = open_index(given.keep, docs, by)
    questions = read_questions(path, given.around)
    published = PUBLISHED.get(name_of(path).partition(".")[0], "none known")
    copies = Copies(database) if by.models else None
    print(f"\n{name_of(path)}: {len(questions)} questions, {len(docs)} texts; published: {published}")
    show("words alone (BM25)", judge_all(database, Matcher(TABLES, encoder((), "off")), questions))
    if copies:
        show_whole(
            f"as shipped ({' + '.join(by.models)})",
            database,
            Matcher(TABLES, by),
            questions,
            copies,
            Matcher.shipped(by),
        )
    train = path.with_name(path.name.replace(f".{given.part}.", ".train."))
    if given.tune and copies and train.exists() and train != path:
        tuned = tune(database, by, read_questions(train, given.around), questions, copies, given.only_before)
        if given.write:
            given.write.write_text(tuned.write())
    database.close()


def tune(
    database: Database,
    by: Encoder,
    decided: Sequence[Question],
    questions: Sequence[Question],
    copies: Copies,
    only_before: bool,
) -> Weights:
    """Learn from the train file as a desk from its decisions, and show what it changes where the same was accepted and where not.

    `decided` are the questions of the train file, `questions` those that are asked."""
    decisions = Decisions(decided, questions, only_before)
    asking = Matcher(TABLES, by, days_since=decisions.days_since)
    learned = judge_all(database, asking, decided, copies, keep_all=True)
    tuned = tuning.learn(learned, Matcher.shipped(by))
    matcher = Matcher(TABLES, by, tuned, days_since=decisions.days_since)
    show_whole(f"after tuning on {len(learned)}", database, matcher, questions, copies, tuned)
    judged = [judge_all(database, one, questions) for one in (Matcher(TABLES, by), matcher)]
    for name, has in (("was accepted", True), ("was not", False)):
        places = [place for place, one in enumerate(questions) if decisions.has(one) == has]
        for when, every in zip(("as shipped", "after tuning"), judged, strict=True):
            show(f"{when}, {len(places)} whose answer {name}", [every[place] for place in places])
    return tuned


def judge_all(
    database: Database,
    matcher: Matcher,
    questions: Sequence[Question],
    copies: Copies | None = None,
    keep_all: bool = False,
) -> list[Judged]:
    """What was found for each question, and what of it is right; with `copies`, what says nearly the same is right, too."""
    judged = []
    for one in questions:
        right = copies.of(one.relevant) if copies else one.relevant
        with database.reading() as session:
            answer = matcher.match(session, one.asked, MOST)
        found = [
            (hit.signs if keep_all else {}, hit.score, hit.likelihood, hit.subject in right) for hit in answer.found
        ]
        judged.append(Judged(found, len(one.relevant)))
    return judged


def new_questions(
    database: Database, matcher: Matcher, questions: Sequence[Question], copies: Copies
) -> list[list[float]]:
    """How likely the first ones are said to be the same when nothing right is there: each question without its answers."""
    likely = []
    for one in questions:
        asked = one.asked._replace(without=copies.of(one.relevant))
        with database.reading() as session:
            likely.append([hit.likelihood for hit in matcher.match(session, asked, KEPT).found])
    return likely


def show(name: str, judged: Sequence[Judged]) -> None:
    found = tuning.measure(judged)
    print(
        f"  {name}: MAP@5 {found.map5:.3f}  P@1 {found.first:.3f}  MRR {found.mrr:.3f}  "
        f"recall@5 {found.recall5:.3f}  recall@50 {found.recall50:.3f}"
    )


def show_whole(
    name: str, database: Database, matcher: Matcher, questions: Sequence[Question], copies: Copies, by: Weights
) -> None:
    """The order, and the decision at both thresholds, if half of what comes in was there before."""
    show(name, judge_all(database, matcher, questions))
    judged = judge_all(database, matcher, questions, copies)
    new = new_questions(database, matcher, questions, copies)
    for label, threshold in (("suggested", by.suggest), ("surely the same", by.sure)):
        one = tuning.decide(judged, [found[0] if found else 0.0 for found in new], threshold)
        right = f"precision {one.precision:.3f}  recall {one.recall:.3f}  false alarms {one.alarms:.3f}"
        print(f"    {label} (from {threshold:.2f}): {right}")
    show_suggestions(judged, new, by)


def show_suggestions(judged: Sequence[Judged], new: Sequence[Sequence[float]], by: Weights) -> None:
    """Of what a desk would be shown, with the answers among the texts and without, how much is right."""
    shown = [(likelihood, right) for one in judged for _, _, likelihood, right in one.found[:KEPT]]
    shown += [(likelihood, False) for found in new for likelihood in found]
    for label, least, below in (("surely", by.sure, 1.1), ("perhaps", by.suggest, by.sure)):
        some = [right for likelihood, right in shown if least <= likelihood < below]
        print(
            f"    of the first {KEPT}, {label}: {sum(some)} of {len(some)} right ({sum(some) / max(1, len(some)):.2f})"
        )


if __name__ == "__main__":
    main()

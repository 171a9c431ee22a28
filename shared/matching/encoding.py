"""Who turns texts into vectors: this process, or one that several share, or nobody.

Which models an index is made with is a setting: `english`, `many` (other languages, and across languages), or both. A text in
English has a vector of each, a text in another language only one of the second. What is looked for in English is compared with
the English texts by the first model and with the others by the second; all else by the second alone.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from shared.matching import sharing
from shared.matching.errors import Silent

if TYPE_CHECKING:
    from shared.matching.models import Vectors

log = logging.getLogger(__name__)

ENGLISH, MANY = "english", "many"


class Space(NamedTuple):
    """Where vectors can be compared: those of one model, of texts in English or in other languages."""

    model: str
    of_english: bool

    @property
    def name(self) -> str:
        return f"{self.model}{'' if self.of_english else '-others'}"


def spaces_for(language: str, models: Sequence[str]) -> list[Space]:
    """The spaces in which a text in this language has a vector."""
    is_english = language == "en"
    return [Space(model, is_english) for model in models if is_english or model == MANY or models == (ENGLISH,)]


def searched(language: str, models: Sequence[str]) -> list[Space]:
    """The spaces in which to look for what is asked in this language: each text is in one of them at most."""
    if ENGLISH in models and (language == "en" or MANY not in models):
        others = [Space(MANY, of_english=False)] if MANY in models else [Space(ENGLISH, of_english=False)]
        return [Space(ENGLISH, of_english=True), *others]
    return [Space(MANY, of_english=True), Space(MANY, of_english=False)] if MANY in models else []


class Encoder(Protocol):
    """Makes vectors. `tag` tells by which versions of which models."""

    @property
    def models(self) -> tuple[str, ...]: ...
    @property
    def tag(self) -> str: ...
    def encode(self, model: str, texts: Sequence[str]) -> Vectors: ...


class Here:
    """The models are loaded in this process, when they are first needed."""

    def __init__(self, models: Sequence[str], patience: float | None = None) -> None:
        self.models = tuple(models)
        self._patience = patience

    @property
    def tag(self) -> str:
        found = import_module("shared.matching.models")  # numpy, for those who encode
        return "; ".join(found.tag(model) for model in self.models)

    def encode(self, model: str, texts: Sequence[str]) -> Vectors:
        found = import_module("shared.matching.models")
        loaded = found.load(model) if self._patience is None else found.load_within(model, self._patience)
        vectors: Vectors = loaded.encode(texts)
        return vectors


class Shared:
    """The models are loaded by a process that answers on a socket (`python -m shared.matching SOCKET`).

    That it does not answer is said in the log once, not by each who asks meanwhile, and so is that it answers again.
    """

    def __init__(self, models: Sequence[str], socket: Path, patience: float | None = None) -> None:
        self.models = tuple(models)
        self._socket = socket
        self._patience = patience or sharing.PATIENCE
        self._silent: set[str] = set()  # models that were asked for last in vain

    @property
    def tag(self) -> str:
        return Here(self.models).tag

    def encode(self, model: str, texts: Sequence[str]) -> Vectors:
        try:
            vectors = sharing.ask(self._socket, model, texts, self._patience)
        except Silent as error:
            if model not in self._silent:
                self._silent.add(model)
                log.warning(
                    "no vectors: texts are found by their words alone", extra={"model": model, "why": str(error)}
                )
            raise
        if model in self._silent:
            self._silent.discard(model)
            log.info("vectors are made again", extra={"model": model})
        return vectors


class Nobody:
    """No model is used: texts are found by their words."""

    models: tuple[str, ...] = ()
    tag = ""

    def encode(self, model: str, texts: Sequence[str]) -> Vectors:
        raise NotImplementedError(f"No model is used, not {model} either, for {len(texts)} texts.")


@cache
def encoder(models: tuple[str, ...], where: str, patience: float | None = None) -> Encoder:
    """The encoder of these models: `here`, `off`, or by the path of a socket. With `patience`, in seconds, it fails rather than
    wait longer for a model to be loaded or for an answer."""
    if where == "off" or not models:
        return Nobody()
    return Here(models, patience) if where == "here" else Shared(models, Path(where), patience)

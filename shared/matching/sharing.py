"""One process that holds the sentence models for the others of a machine: `python -m shared.matching SOCKET [MODEL …]`.

A model takes a hundred megabytes and half a second to load; so much for each process that asks would be a waste. Those that are
named are loaded when it starts, so that nobody waits for them. It listens on a Unix socket of its own user, knows no database and
keeps nothing. Who gets no answer in time finds by words alone.

Asked and answered is a line of JSON; after the answer's line come the vectors, as floats of 32 bits.
"""

from __future__ import annotations

import json
import logging
import signal
import socket
import socketserver
import threading
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shared.matching.errors import Broken, Silent
from shared.process import die_with_parent

if TYPE_CHECKING:
    from shared.matching.models import Vectors

log = logging.getLogger(__name__)

PATIENCE = 5.0  # seconds; much longer than a busy machine needs for a few texts
LONGEST_LINE = 4_000_000
AT_ONCE = 8  # texts that are asked for at a time, so that others come in between


def ask(path: Path, model: str, texts: Sequence[str], patience: float = PATIENCE) -> Vectors:
    """Vectors of texts, from the process that listens there. Raises Silent."""
    numpy = import_module("numpy")
    found = []
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(patience)
            connection.connect(str(path))
            with connection.makefile("rwb") as stream:
                for start in range(0, len(texts), AT_ONCE):
                    some = list(texts[start : start + AT_ONCE])
                    stream.write(json.dumps({"model": model, "texts": some}).encode() + b"\n")
                    stream.flush()
                    answer = json.loads(stream.readline() or b'{"error": "no answer"}')
                    if "error" in answer:
                        raise Silent(str(answer["error"]))
                    raw = stream.read(4 * answer["rows"] * answer["width"])
                    found.append(numpy.frombuffer(raw, dtype="float32").reshape(answer["rows"], answer["width"]))
    except (OSError, ValueError) as error:
        raise Silent(f"the encoder does not answer: {error}") from error
    vectors: Vectors = numpy.concatenate(found)
    return vectors


class _Handler(socketserver.StreamRequestHandler):
    """One who asks, until they hang up."""

    def handle(self) -> None:
        while line := self.rfile.readline(LONGEST_LINE):
            try:
                self.wfile.write(_answer(json.loads(line)))
            except BrokenPipeError:
                return


_turn = threading.Lock()  # one text at a time: more would take the processor from those who wait for less


def _answer(asked: Any) -> bytes:
    models = import_module("shared.matching.models")
    try:
        texts = [str(one) for one in asked["texts"]]
        with _turn:
            vectors = models.load(str(asked["model"])).encode(texts)
    except (Broken, KeyError, TypeError) as error:
        return json.dumps({"error": str(error)}).encode() + b"\n"
    head = {"rows": vectors.shape[0], "width": vectors.shape[1]}
    return json.dumps(head).encode() + b"\n" + bytes(vectors.astype("float32").tobytes())


def _load(models: Sequence[str]) -> None:
    found = import_module("shared.matching.models")
    for one in models:
        try:
            found.load(one)
        except Broken as error:  # who asks for it is told so
            log.warning("a model can't be loaded", extra={"model": one, "why": str(error)})


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    request_queue_size = 64


def serve(path: Path, models: Sequence[str] = ()) -> None:
    """Answer until stopped. These models are loaded at once; others when they are asked for."""
    die_with_parent()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    path.unlink(missing_ok=True)
    with _Server(str(path), _Handler) as server:
        path.chmod(0o600)
        log.info("encoder started", extra={"socket": str(path)})
        threading.Thread(target=_load, args=(models,), daemon=True).start()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            log.info("encoder stopped")
    path.unlink(missing_ok=True)

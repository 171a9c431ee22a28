"""A wire between a program and a real PostgreSQL that can be cut in the middle of a commit."""

import shutil
import socket
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict

COMMIT, QUESTION = b"COMMIT", b"pg_xact_status"


class CutWire:
    """Listens at `url` and passes on to the server. `cut` says what happens to the next commit:

    "before": it does not reach the server, which rolls back; "after": it does, and the answer is lost; "late": the
    server gets it once it was asked what became of it; "for good": as "after", and no other connection gets through."""

    def __init__(self, url: str):
        self._server = conninfo_to_dict(url)
        self._folder = Path(tempfile.mkdtemp(prefix="wire-", dir="/tmp"))
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self._folder / ".s.PGSQL.5432"))
        self._listener.listen()
        self._asked = threading.Event()
        self._is_away = False
        self._threads = []
        self._sockets = []
        self.cut = None
        name, user = self._server["dbname"], self._server.get("user", "")
        self.url = f"postgresql://{user}@/{name}?host={quote(str(self._folder))}"
        self._start(self._listen)

    def close(self):
        for one in (self._listener, *self._sockets):
            _end(one)
        for thread in self._threads:
            thread.join(240)
        for one in (self._listener, *self._sockets):
            one.close()
        shutil.rmtree(self._folder)

    def _start(self, work, *lines):
        self._threads.append(threading.Thread(target=work, args=lines, daemon=True))
        self._threads[-1].start()

    def _listen(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self._is_away:
                client.close()
                continue
            server = self._connect()
            self._sockets += [client, server]
            self._start(self._there, client, server)
            self._start(self._back, client, server)

    def _connect(self):
        host, port = self._server["host"], self._server.get("port") or "5432"
        if not host.startswith("/"):
            return socket.create_connection((host, int(port)))
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{host}/.s.PGSQL.{port}")
        return server

    def _there(self, client, server):
        try:
            while data := client.recv(65536):
                if COMMIT in data and self.cut:
                    how, self.cut = self.cut, None
                    self._lose(how, data, client, server)
                    return
                server.sendall(data)
                if QUESTION in data:
                    self._asked.set()
        except OSError:
            pass
        finally:
            for one in (client, server):
                _end(one)

    def _lose(self, how, data, client, server):
        """The program's line is dead, and the server hears the commit or does not. What it has heard it does, whoever listens."""
        self._is_away = how == "for good"
        _end(client)  # before the server hears anything: its answer must not come back
        if how == "late":
            assert self._asked.wait(240)
        if how != "before":
            server.sendall(data)

    def _back(self, client, server):
        try:
            while data := server.recv(65536):
                client.sendall(data)
        except OSError:
            pass
        finally:
            _end(client)


def _end(one):
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)

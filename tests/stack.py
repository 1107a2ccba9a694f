"""Run a command on real PostgreSQL and Redis, with Chromium at hand: `python tests/stack.py pytest -n 2`.

Servers come from DATABASE_URL and REDIS_URL where given, else from what is installed, as throw-away clusters on free
ports which end with the command; what is not installed is installed from Debian's packages when one is root.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

NEEDED = {  # program → Debian package
    "postgres": "postgresql",
    "redis-server": "redis-server",
    "chromium": "chromium-headless-shell",
    "msgfmt": "gettext",
}
FONTS = "fonts-noto-cjk"
# The same engine in each; the first has no windows to draw, which takes half the time.
CHROMIUMS = ["chromium-headless-shell", "chromium", "google-chrome"]
PATIENCE = 60
DURABLE = "DURABLE"  # set, the throw-away PostgreSQL keeps its promises to the disk: for measuring
# In small tables without statistics the planner expects thousands of rows, and compiles for them what runs once.
FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "jit=off"]


def find(program: str) -> str | None:
    """Where a program is; Debian keeps PostgreSQL's servers off the PATH."""
    if program == "chromium":
        return next(filter(None, map(shutil.which, CHROMIUMS)), None)
    clusters = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), key=lambda path: int(path.parts[-3]))
    return shutil.which(program) or (str(clusters[-1]) if clusters else None)


def has_chinese_letters() -> bool:
    """Whether a browser here draws Chinese as letters rather than as boxes, which have another width."""
    fonts = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False) if find("fc-list") else None
    return bool(fonts and fonts.stdout)


def install_missing(given: set[str]) -> None:
    """apt-get what is missing when one is root, else say in one line what to install."""
    missing = [package for program, package in NEEDED.items() if program not in given and not find(program)]
    if not has_chinese_letters():
        missing.append(FONTS)
    if not missing:
        return
    if os.geteuid() or not shutil.which("apt-get"):
        sys.exit(f"The tests need more than is installed. As root: apt-get install -y {' '.join(missing)}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=True, env=quiet)
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
    subprocess.run(install, check=True, env=quiet, stdout=subprocess.DEVNULL)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(command: list[str], port: int, log: Path) -> Iterator[None]:
    """A server that runs until the end, however the end comes; in a session of its own, so Ctrl-C is ours alone."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        deadline = time.monotonic() + PATIENCE
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"{command[0]} did not start:\n{log.read_text()}")
            time.sleep(0.1)
        yield
    finally:
        process.send_signal(signal.SIGINT)  # for PostgreSQL: disconnect everybody and end
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A throw-away PostgreSQL. It refuses to run as root, so as root it runs as another user."""
    data, port, prefix = folder / "postgres", free_port(), []
    data.mkdir()
    if os.geteuid() == 0:
        user = next(name for name in ("postgres", "nobody") if _is_user(name))
        prefix = ["setpriv", f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}", "--clear-groups"]
        shutil.chown(data, user)
        folder.chmod(0o755)
    initdb = [*prefix, find("initdb") or "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N"]
    subprocess.run([*initdb, "--locale=C.UTF-8"], check=True, stdout=subprocess.DEVNULL, cwd="/")
    options = ["max_connections=200", *([] if DURABLE in os.environ else FAST)]
    settings = [part for option in options for part in ("-c", option)]
    run = [*prefix, find("postgres") or "postgres", "-D", str(data), "-p", str(port), "-h", "127.0.0.1"]
    with server([*run, "-k", str(data), *settings], port, folder / "postgres.log"):
        subprocess.run(
            [find("createdb") or "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres", "xiaoxiang"],
            check=True,
        )
        yield f"postgres://postgres@127.0.0.1:{port}/xiaoxiang"


def _is_user(name: str) -> bool:
    return any(entry.pw_name == name for entry in pwd.getpwall())


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    port = free_port()
    quiet = ["--save", "", "--appendonly", "no", "--dir", str(folder)]
    with server([find("redis-server") or "redis-server", "--port", str(port), *quiet], port, folder / "redis.log"):
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def stack() -> Iterator[dict[str, str]]:
    """The environment in which tests find their servers."""
    urls = {"DATABASE_URL": ("postgres", postgres), "REDIS_URL": ("redis-server", redis)}
    install_missing({program for name, (program, _start) in urls.items() if os.environ.get(name)})
    with ExitStack() as until_end:
        folder = Path(until_end.enter_context(tempfile.TemporaryDirectory(prefix="xiaoxiang-")))
        environment = {**os.environ, "DEPLOYMENT": "test", "CHROMIUM": find("chromium") or "chromium"}
        for name, (_program, start) in urls.items():
            environment[name] = os.environ.get(name) or until_end.enter_context(start(folder))
        yield environment


def main(command: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with stack() as environment:
        try:
            return subprocess.run(command, env=environment, check=False).returncode
        except KeyboardInterrupt:
            return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

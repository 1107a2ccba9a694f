"""The platform as its own processes, as `make run` and the containers start it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
FROM_THE_MACHINE = ("PATH", "HOME", "LANG", "TMPDIR")
WEB = [sys.executable, "-m", "config.server"]
CELERY = [sys.executable, "-m", "celery", "--app", "config", "--quiet"]
WORKER = [*CELERY, "worker", "--concurrency", "1", "--without-gossip", "--without-mingle", "--loglevel", "warning"]
BEAT = [*CELERY, "beat", "--loglevel", "warning", "--pidfile", ""]


def environment(**settings):
    """What a process sees: nothing of ours but these settings."""
    return {name: os.environ[name] for name in FROM_THE_MACHINE if name in os.environ} | settings


def run(*command, **settings):
    return subprocess.run(
        command, cwd=ROOT, env=environment(**settings), capture_output=True, text=True, timeout=180, check=False
    )


def manage(*command, **settings):
    return run(sys.executable, "manage.py", *command, **settings)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@contextmanager
def started(*commands, **settings):
    """These commands, each in a process group of its own, all ended afterwards."""
    with ExitStack() as until_end:
        yield [until_end.enter_context(_started(command, settings)) for command in commands]


@contextmanager
def _started(command, settings):
    process = subprocess.Popen(command, cwd=ROOT, env=environment(**settings), start_new_session=True)
    try:
        yield process
    finally:
        kill(process)


def kill(process):
    """End a process and its children at once, as a crash of the machine would."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def ask(port, path="/healthz", body=None):
    """(status, what it says); (0, {}) while nobody answers. A body is posted, as JSON."""
    opener, data = build_opener(ProxyHandler({})), json.dumps(body).encode() if body else None
    request = Request(f"http://127.0.0.1:{port}{path}", data, {"Content-Type": "application/json"})
    try:
        with opener.open(request, timeout=10) as response:
            return response.status, json.load(response)
    except HTTPError as error:
        with error:
            return error.code, json.load(error)
    except OSError:
        return 0, {}


def wait_for(answer, *, port, seconds):
    """Ask until the answer is there; the last one otherwise."""
    deadline = time.monotonic() + seconds
    while (got := ask(port)) != answer and time.monotonic() < deadline:
        time.sleep(0.3)
    return got

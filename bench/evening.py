"""How fast votes are cast over HTTP, beside their references, in one run: `make bench`.

Many distinct signed-in voters, each once, over kept-alive connections, against the platform's own server on durable
PostgreSQL and Redis: (a) a view that answers 204 to the same request, the vote itself with every check, and the naive
way (get, exists, create, counter + 1); and (b) pgbench with the bare transaction. Client, server and database share
the machine. Machines differ and are noisy: read the ratios.
"""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils.timezone import now  # noqa: E402

from communities.models import Resident, User  # noqa: E402
from communities.sessions import BACKEND, SEEN, STARTED  # noqa: E402
from projects.models import Poll  # noqa: E402
from projects.models.ballots import Ballot  # noqa: E402
from projects.services import ballots, tickets  # noqa: E402
from tests.factories import RegionFactory  # noqa: E402
from tests.stack import find  # noqa: E402
from tests.voting import an_open_poll, options_of  # noqa: E402

VOTERS, CONNECTIONS, ROUNDS = 2000, 8, 3
NOTHING, DONE = 204, 200
CSRF = "c" * 32
ROLL = "SELECT id AS entry FROM projects_voterrollentry WHERE poll_id = {poll} AND user_id = :user AND struck = ''"
TURNOUT = "INSERT INTO projects_turnout (entry_id, poll_id, channel, replaced) VALUES (:entry, {poll}, 'phone', 0)"
BALLOT = """INSERT INTO projects_ballot (id, voice, poll_id, choices, points, key_hash, receipt)
    VALUES (gen_random_uuid(), 'people', {poll}, '{{{choices}}}', '{{}}', md5(random()::text),
            md5(random()::text)::varchar(14))"""


class Evening:
    """An open poll, and for each of its voters a signed-in session."""

    def __init__(self, *, voters: int = VOTERS) -> None:
        self.region = RegionFactory()
        self.users = User.objects.bulk_create(
            User(username=secrets.token_hex(8), name="选民", password=secrets.token_hex(8)) for _number in range(voters)
        )
        Resident.objects.bulk_create(
            Resident(region=self.region, user=user, name="选民", status="verified") for user in self.users
        )
        self.poll: Poll = an_open_poll(self.region, voters=0, max_choices=3)
        self.choices = options_of(self.poll)
        self.sessions = [session(user) for user in self.users]

    def request(self, number: int, path: str) -> bytes:
        """The bytes by which this voter casts."""
        ticket = tickets.issue(self.poll, user=self.users[number])
        fields = [("csrfmiddlewaretoken", CSRF), ("step", "cast"), ("key", ballots.new_key()), ("ticket", ticket)]
        body = "&".join(f"{name}={value}" for name, value in [*fields, *(("choices", c) for c in self.choices)])
        head = [
            f"POST {path.format(pk=self.poll.pk)} HTTP/1.1",
            "Host: localhost",
            f"Cookie: {settings.SESSION_COOKIE_NAME}={self.sessions[number]}; csrftoken={CSRF}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
        ]
        return "\r\n".join([*head, "", body]).encode()


def session(user: User) -> str:
    store: Any = __import__(settings.SESSION_ENGINE, fromlist=["SessionStore"]).SessionStore()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(user.pk), BACKEND
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store[STARTED] = store[SEEN] = now().timestamp()
    store.save(must_create=True)
    return str(store.session_key)


class Client:
    """One kept-alive connection that sends bytes and reads whole answers."""

    def __init__(self, port: int) -> None:
        self.port, self.socket = port, None

    def status(self, request: bytes) -> int:
        return self.answer(request)[0]

    def answer(self, request: bytes) -> tuple[int, str]:
        """The status, and the body when it is no longer packed."""
        answer = self.whole(request)
        return (int(answer[9:12]), answer.partition(b"\r\n\r\n")[2].decode(errors="replace")) if answer else (0, "")

    def whole(self, request: bytes) -> bytes:
        """The answer as it comes, head and body; nothing if there is none."""
        for _try in range(2):
            if self.socket is None:
                self.socket = socket.create_connection(("127.0.0.1", self.port))
                self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.socket.sendall(request)
            if answer := self._read():
                return answer
            self.socket = None  # the server closed the connection meanwhile
        return b""

    def _read(self) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data:
            if not (more := self.socket.recv(65536)):
                return b""
            data += more
        head, _sep, body = data.partition(b"\r\n\r\n")
        lower = head.lower()
        if b"content-length: " in lower:
            length = int(lower.partition(b"content-length: ")[2].split(b"\r\n")[0])
            while len(body) < length:
                if not (more := self.socket.recv(65536)):
                    return b""  # cut off in the middle: no answer at all
                body += more
        if b"connection: close" in lower:
            self.socket = None
        return head + b"\r\n\r\n" + body


@contextmanager
def server(*, processes: int = 2) -> Iterator[int]:
    """The platform's own web server, as production starts it, with two more addresses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "PORT": str(port), "WEB_CONCURRENCY": str(processes), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "config.server"]
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        for _try in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def over_http(port: int, path: str, expect: int) -> tuple[float, list[float]]:
    """Requests a second and each one's seconds, every voter once."""
    evening = Evening()
    requests = [evening.request(number, path) for number in range(VOTERS)]
    took: list[float] = []

    def serve(number: int) -> None:
        client = Client(port)
        for request in requests[number::CONNECTIONS]:
            began = time.perf_counter()
            status = client.status(request)
            took.append(time.perf_counter() - began)
            if status != expect:
                sys.exit(f"{path} answered {status}: the measurement is worth nothing.")

    began = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(serve, range(CONNECTIONS)))
    seconds = time.perf_counter() - began
    cast = 0 if expect == NOTHING else VOTERS
    if Ballot.objects.filter(poll=evening.poll).count() != cast:
        sys.exit("Not every ballot arrived: the measurement is worth nothing.")
    return VOTERS / seconds, took


def by_pgbench(folder: Path) -> float:
    """The bare transaction, prepared, by as many clients: the roll looked at, turnout and ballot inserted."""
    evening = Evening()
    names = {"poll": evening.poll.pk, "choices": ",".join(map(str, evening.choices))}
    first, script = evening.users[0].pk, folder / "vote.sql"
    each = VOTERS // CONNECTIONS
    script.write_text(
        f"\\set user {first} + :client_id * {each} + :turn\n\\set turn :turn + 1\nBEGIN;\n"
        f"{ROLL.format(**names)} \\gset\n"
        f"{TURNOUT.format(**names)};\n" + f"{BALLOT.format(**names)};\nCOMMIT;\n"
    )
    command = [find("pgbench") or "pgbench", "-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "1", "-t", str(each)]
    command += ["-D", "turn=0", "-f", str(script), os.environ["DATABASE_URL"]]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if Ballot.objects.filter(poll=evening.poll).count() != each * CONNECTIONS:
        sys.exit(f"pgbench did not cast every ballot: {said}")
    return float(said.partition("tps = ")[2].split()[0])


def main() -> None:
    call_command("migrate", verbosity=0)
    ways = {
        "204 to the same request": lambda port: over_http(port, "/bench/{pk}/nothing/", NOTHING)[0],
        "the vote": lambda port: over_http(port, "/polls/{pk}/vote/cast/", DONE)[0],
        "the naive way": lambda port: over_http(port, "/bench/{pk}/naive/", DONE)[0],
    }
    runs: dict[str, list[float]] = {name: [] for name in ["bare transaction", *ways]}
    with server() as port, tempfile.TemporaryDirectory() as folder:
        for _round in range(ROUNDS):
            runs["bare transaction"].append(by_pgbench(Path(folder)))
            for name, measure in ways.items():
                runs[name].append(measure(port))
    connection.close()
    middle = {name: sorted(figures)[ROUNDS // 2] for name, figures in runs.items()}
    for name, figure in middle.items():
        print(f"{name:24} {figure:8.0f} a second   {figure / middle['bare transaction']:.2f} of the bare transaction")
    print(f"the vote is {middle['the vote'] / middle['the naive way']:.1f} times as fast as the naive way")


if __name__ == "__main__":
    main()

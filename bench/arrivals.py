"""A large activity begins: 500 people check in within 60 seconds, over HTTP, none with an error: `make bench-arrivals`.

Each comes the whole way: the scanned code, the page with the button, the button. Half of them have signed up before,
half take a place as they come. Then all of them send the same check-in once more, as phones do that kept it. The
server is the platform's own, on durable PostgreSQL and Redis; client, server and database share the machine.
"""

from __future__ import annotations

import re
import secrets
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from django.conf import settings
from django.core.management import call_command
from django.utils.timezone import now

from bench.evening import CSRF, Client, server, session
from bench.hall import at_their_time
from tests.factories import ActivityFactory, RegionFactory, SignupFactory, UserFactory, VolunteerFactory
from volunteers.models import Attendance, KeptScan
from volunteers.services import spot_codes

PEOPLE, SECONDS, CLIENTS = 500, 60, 12
FOUND = 302
TICKET = re.compile(rb"[Ll]ocation: (/activities/\d+/here/\?ticket=([^\r]+))")
SENT = re.compile(rb'"status":"(\w+)"')


class Visitor:
    """Somebody with a phone: signed in, with a connection of their own thread."""

    def __init__(self, cookie: str) -> None:
        self.cookie = f"{settings.SESSION_COOKIE_NAME}={cookie}; csrftoken={CSRF}; device={secrets.token_hex(16)}"

    def get(self, path: str) -> bytes:
        return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {self.cookie}\r\n\r\n".encode()

    def post(self, path: str, body: str, kind: str) -> bytes:
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {self.cookie}\r\nX-CSRFToken: {CSRF}\r\n"
        return f"{head}Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


def main() -> int:
    call_command("migrate", verbosity=0)
    starts = now() - timedelta(minutes=5)
    activity = ActivityFactory(region=RegionFactory(), leader=UserFactory(), starts_at=starts, places=PEOPLE)
    people = [VolunteerFactory(region=activity.region) for _number in range(PEOPLE)]
    for number in range(PEOPLE // 2):
        SignupFactory(activity=activity, volunteer=people[2 * number], place_number=number + 1)
    visitors = [Visitor(session(volunteer.user)) for volunteer in people]
    faults: list[str] = []
    took: list[float] = []
    local = threading.local()

    def come(number: int) -> None:
        client, who = _client(local, port), visitors[number]
        began = time.perf_counter()
        code = spot_codes.show(activity, at=now())
        found = TICKET.search(client.whole(who.get(f"/activities/{activity.pk}/scan/{code}/")))
        if not found:
            faults.append("a scan led nowhere")
            return
        page = client.whole(who.get(found[1].decode()))
        body = f"csrfmiddlewaretoken={CSRF}&ticket={found[2].decode()}&do=in"
        form = "application/x-www-form-urlencoded"
        status, _body = client.answer(who.post(f"/activities/{activity.pk}/here/", body, form))
        took.append(1000 * (time.perf_counter() - began))
        if (int(page[9:12] or 0), status) != (200, FOUND):
            faults.append(f"a check-in was answered {page[9:12]!r} and {status}")

    def send_again(number: int) -> None:
        client, who = _client(local, port), visitors[number]
        body = (
            f'{{"key": "{number}", "code": "{spot_codes.show(activity, at=now())}", "kept_at": "{now().isoformat()}"}}'
        )
        answer = client.whole(who.post(f"/api/v1/activities/{activity.pk}/send-code/", body, "application/json"))
        status = SENT.search(answer)
        if not status or status[1] != b"noted":
            faults.append(f"a kept check-in was answered {answer[9:12]!r}")

    with server() as port:
        began = time.monotonic()
        at_their_time(PEOPLE, SECONDS / PEOPLE, come, threads=CLIENTS)
        seconds = time.monotonic() - began
        again = time.monotonic()
        at_their_time(PEOPLE, 0, send_again, threads=CLIENTS)
        at_once = time.monotonic() - again
    counts = (Attendance.objects.open().count(), KeptScan.objects.count(), activity.signups.signed_up().count())
    if counts != (PEOPLE, PEOPLE, PEOPLE):
        faults.append(f"there, sent again, with a place: {counts}")
    took.sort()
    middle = took[len(took) // 2]
    print(f"{PEOPLE} people in {seconds:.1f} s; from the scan to the last answer {middle:.0f} ms for one in two,")
    print(f"{took[int(len(took) * 0.95)]:.0f} ms for 19 in 20; {PEOPLE} kept check-ins sent at once in {at_once:.1f} s")
    print("\n".join(faults[:10]) or "Everything was answered, and everybody is there once.")
    return bool(faults)


def _client(local: threading.local, port: int) -> Client:
    local.client = getattr(local, "client", None) or Client(port)
    client: Client = local.client
    return client


if __name__ == "__main__":
    sys.exit(main())

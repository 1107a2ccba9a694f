"""The web server as a process of its own, asked over the wire."""

import os
import signal
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.repository.running import WEB, ask, free_port, manage, started, wait_for

SOON, REFUSED = 45, {400, 401, 403, 409}
ALONE = (503, {"status": "down", "database": "up", "broker": "up", "worker": "down", "beat": "down"})
SAME_ADDRESS = """
from communities.encryption import index_of
from communities.models import AuditEvent
print(AuditEvent.objects.latest("pk").address_index == index_of("127.0.0.1"))
"""


@pytest.fixture
def settings(empty_installation):
    return {
        "DEPLOYMENT": "test",
        "VAR_DIR": str(empty_installation),
        "PORT": free_port(),
        "WEB_CONCURRENCY": "1",
        "SECONDS_OF_SILENCE": "5",
    }


def children(process):
    return Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()


def test_a_worker_that_dies_is_replaced(settings):
    with started(WEB, **settings) as (web,):
        assert wait_for(ALONE, port=settings["PORT"], seconds=SOON) == ALONE
        (worker,) = children(web)
        os.kill(int(worker), signal.SIGKILL)

        assert wait_for(ALONE, port=settings["PORT"], seconds=SOON) == ALONE
        assert worker not in children(web)


def test_addresses_may_be_in_any_script(settings):
    with started(WEB, **settings):
        wait_for(ALONE, port=settings["PORT"], seconds=SOON)

        status, found = ask(settings["PORT"], f"/api/v1/teams/?search={quote('小巷')}")
        assert (status, found["results"]) == (200, [])
        assert ask(settings["PORT"], f"/api/v1/{quote('小巷')}/")[0] == 404


def test_who_calls_is_known_by_the_bare_address(settings):
    wrong = {"username": "nobody", "password": "not the right one"}
    with started(WEB, **settings):
        wait_for(ALONE, port=settings["PORT"], seconds=SOON)

        assert ask(settings["PORT"], "/api/v1/sessions/", wrong)[0] in REFUSED

    assert manage("shell", "--no-imports", "-c", SAME_ADDRESS, **settings).stdout.split() == ["True"]

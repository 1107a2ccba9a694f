"""/healthz over the wire: the real processes, really killed."""

import os

import pytest

from tests.repository.running import BEAT, WEB, WORKER, ask, free_port, kill, manage, started, wait_for

UP = {"status": "up", "database": "up", "broker": "up", "worker": "up", "beat": "up"}
SOON, WITHIN_A_MINUTE = 45, 60


@pytest.fixture
def embedded(empty_installation):
    """An installation without anything beside it: SQLite, a queue in files."""
    return {
        "DEPLOYMENT": "test",
        "VAR_DIR": str(empty_installation),
        "PORT": free_port(),
        "WEB_CONCURRENCY": "1",
        "SECONDS_OF_SILENCE": "10",
    }


def test_healthz_follows_worker_and_clock(embedded):
    port = embedded["PORT"]

    with started(WEB, WORKER, BEAT, **embedded) as (_web, worker, beat):
        assert wait_for((200, UP), port=port, seconds=SOON) == (200, UP)

        kill(beat)
        without_beat = (503, UP | {"status": "down", "beat": "down"})
        assert wait_for(without_beat, port=port, seconds=WITHIN_A_MINUTE) == without_beat

        kill(worker)
        without_both = (503, UP | {"status": "down", "beat": "down", "worker": "down"})
        assert wait_for(without_both, port=port, seconds=WITHIN_A_MINUTE) == without_both

    with started(WEB, WORKER, BEAT, **embedded):
        assert wait_for((200, UP), port=port, seconds=SOON) == (200, UP)


@pytest.mark.skipif(not os.environ.get("REDIS_URL"), reason="without Redis the queue is in files")
def test_healthz_runs_on_redis(embedded):
    settings = embedded | {"REDIS_URL": os.environ["REDIS_URL"]}

    with started(WEB, WORKER, BEAT, **settings):
        assert wait_for((200, UP), port=embedded["PORT"], seconds=SOON) == (200, UP)


def test_healthz_names_what_does_not_answer(embedded):
    nobody = free_port()
    settings = embedded | {
        "DATABASE_URL": f"postgres://postgres@127.0.0.1:{nobody}/none",
        "REDIS_URL": f"redis://127.0.0.1:{nobody}/0",
    }
    all_down = (503, dict.fromkeys(UP, "down"))

    with started(WEB, **settings):
        assert wait_for(all_down, port=embedded["PORT"], seconds=SOON) == all_down


def test_the_embedded_database_lets_readers_in_while_somebody_writes(embedded):
    pragmas = "from django.db import connection as c; k = c.cursor()\nfor name in ('journal_mode', 'foreign_keys'):\n k.execute(f'PRAGMA {name}'); print(*k.fetchone())"  # noqa: E501

    assert manage("shell", "--no-imports", "-c", pragmas, **embedded).stdout.split() == ["wal", "1"]


def test_health_of_one_part_is_an_exit_code(embedded):
    assert manage("health", "database", "broker", **embedded).returncode == 0
    assert manage("health", "worker", **embedded).returncode == 1
    assert ask(embedded["PORT"]) == (0, {})

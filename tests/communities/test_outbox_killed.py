"""A worker that is killed between handing a message over and writing that down: the message still arrives once.

The worker is a real process, killed for good (SIGKILL) at the worst moment; the gateway is the console sender,
which knows a message by its key as a real one does.
"""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from communities.models import Delivery
from communities.services import notices, outbox
from tests.factories import NoticeFactory, ResidentFactory, UserFactory

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # 12:00 in China
ROOT = Path(__file__).parents[2]

# Hands over as ever, then stays in the gateway until it is killed: what it handed over is not yet marked as sent.
WORKER = f"""
import sys, time
from django.conf import settings
name, folder = sys.argv[1:]
settings.DATABASES["default"]["NAME"] = name
import django
django.setup()
from datetime import datetime
from communities.services import outbox, sms

class Stuck(sms.ConsoleSender):
    def send(self, key, phone, text):
        super().send(key, phone, text)
        print("handed over", flush=True)
        time.sleep(600)

settings.SMS_DIR = folder
sms.sender = Stuck
outbox.send_due(at=datetime.fromisoformat({NOON.isoformat()!r}))
"""


@pytest.fixture
def killed_worker(tmp_path):
    """Start a worker on the test's database and kill it once it has handed its first message over."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-c", WORKER, str(connection.settings_dict["NAME"]), str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as worker:  # noqa: S603
        try:
            assert worker.stdout.readline() == "handed over\n"
        finally:
            worker.kill()
    assert worker.returncode == -9
    return tmp_path


@pytest.fixture
def two_messages(transactional_db):
    for number in (1, 2):
        user = UserFactory(phone=f"+861380000000{number}")
        notice = NoticeFactory(user=user, change__target=ResidentFactory(user=user))
        Delivery.objects.create(notice=notice, channel="sms", due_at=NOON)


def test_a_message_arrives_once_although_its_worker_is_killed_in_between(two_messages, killed_worker, settings):
    settings.SMS_DIR = killed_worker
    assert [row.status for row in Delivery.objects.all()] == ["claimed", "claimed"]
    [arrived] = killed_worker.iterdir()
    first = (arrived.name, arrived.stat().st_mtime_ns, arrived.read_text())

    assert outbox.send_due(at=NOON + outbox.PATIENCE - timedelta(seconds=1)) == 0
    assert outbox.send_due(at=NOON + outbox.PATIENCE) == 2

    assert [row.status for row in Delivery.objects.all()] == ["sent", "sent"]
    assert {path.stem for path in killed_worker.iterdir()} == {str(row.key) for row in Delivery.objects.all()}
    assert (arrived.name, arrived.stat().st_mtime_ns, arrived.read_text()) == first
    assert outbox.send_due(at=NOON + timedelta(hours=1)) == 0


def test_two_workers_at_once_send_each_message_once(two_messages, settings, tmp_path, race):
    settings.SMS_DIR = tmp_path
    assert notices.awake(NOON) == NOON

    sent = race(4, lambda _number: outbox.send_due(at=NOON))

    assert sum(sent) == 2
    assert len(list(tmp_path.iterdir())) == 2
    assert set(Delivery.objects.values_list("status", "tries")) == {("sent", 1)}

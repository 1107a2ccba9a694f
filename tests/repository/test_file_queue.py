"""The queue in files: what many processes put in at once comes out whole, once, and in order."""

import subprocess
import sys
from queue import Empty

import pytest
from kombu import Connection, Exchange, Queue

from config import file_queue
from tests.repository.running import ROOT, environment

EACH, PROCESSES = 50, 4
QUEUE = Queue("work", Exchange("work"), routing_key="work")
PUBLISH = """
import sys
from tests.repository.test_file_queue import QUEUE, connection
with connection(sys.argv[1]) as line:
    producer = line.Producer()
    for number in range(int(sys.argv[3])):
        what = [sys.argv[2], number, "字" * 20_000]
        producer.publish(what, exchange=QUEUE.exchange, routing_key="work", declare=[QUEUE])
"""


def connection(folder):
    file_queue.register()
    options = {"data_folder_in": folder, "data_folder_out": folder, "control_folder": f"{folder}/control"}
    return Connection("files://localhost", transport_options=options | {"polling_interval": 0.01})


@pytest.mark.parametrize("consumers", [1, 2])
def test_messages_arrive_whole_once_and_in_order(tmp_path, consumers):
    (tmp_path / "control").mkdir()
    command = [sys.executable, "-c", PUBLISH, str(tmp_path)]
    publishers = [
        subprocess.Popen([*command, str(n), str(EACH)], cwd=ROOT, env=environment(DEPLOYMENT="test"))
        for n in range(PROCESSES)
    ]

    got = []
    lines = [connection(str(tmp_path)) for _ in range(consumers)]
    boxes = [line.SimpleQueue(QUEUE) for line in lines]
    while len(got) < EACH * PROCESSES:
        for box in boxes:
            try:
                message = box.get(timeout=20 / consumers)
            except Empty:
                continue
            message.ack()
            got.append(message.payload)

    assert [publisher.wait() for publisher in publishers] == [0] * PROCESSES
    for publisher in range(PROCESSES):
        assert [number for who, number, _ in got if who == str(publisher)] == list(range(EACH))
    assert {text for *_, text in got} == {"字" * 20_000}
    for line in lines:
        line.release()

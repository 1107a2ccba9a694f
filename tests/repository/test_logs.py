"""One JSON line a request, with an id, and nothing of anybody in it."""

import json
import logging
import sys

import pytest

from config.logs import JsonFormatter, request_id


@pytest.fixture
def lines(caplog):
    """What would be printed."""
    caplog.set_level(logging.INFO, logger="xiaoxiang.requests")
    return lambda: [json.loads(JsonFormatter().format(record)) for record in caplog.records]


@pytest.mark.django_db
def test_a_request_is_one_line_without_its_path_or_query(browse, lines):
    response = browse().get("/healthz", {"phone": "13800001234"}, headers={"X-Request-Id": "abc-1"})

    [line] = [line for line in lines() if line["logger"] == "xiaoxiang.requests"]
    assert response["X-Request-Id"] == "abc-1"
    assert {name: line[name] for name in ("message", "method", "route", "status")} == {
        "message": "request", "method": "GET", "route": "healthz", "status": 503,
    }  # fmt: skip
    assert "13800001234" not in json.dumps(lines())


@pytest.mark.django_db
def test_a_strange_request_id_is_replaced(browse):
    assert browse().get("/healthz", headers={"X-Request-Id": 'x"\\ {'})["X-Request-Id"].isalnum()


def test_an_error_tells_where_but_not_what_somebody_typed():
    token = request_id.set("r1")
    try:
        int("13800001234x")
    except ValueError:
        record = logging.LogRecord("n", logging.ERROR, "", 0, "failed for %s", ("13800001234x",), sys.exc_info())

    line = json.loads(JsonFormatter().format(record))
    request_id.reset(token)

    assert "13800001234" not in json.dumps(line)
    assert (line["error"], line["request_id"], line["message"]) == ("ValueError", "r1", "failed for %s")
    assert line["where"][-1].startswith("test_logs.py:")

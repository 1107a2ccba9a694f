"""Whatever anybody sends to any address of the API: an answer below 500, and every no in the one shape, in Chinese."""

import json
import os
import re
from itertools import product
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.db import transaction
from django.urls import resolve
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from communities.grants import Role
from communities.models import Region
from tests.conftest import BACKEND
from tests.factories import RegionFactory, RoleAssignmentFactory, UserFactory
from tests.generic import SCOPED, make_in

pytestmark = pytest.mark.django_db

CHINESE = re.compile(r"[\u4e00-\u9fff]")
JSON = "application/json"
UNKNOWN = 987_654_321
NUMBERS = ["0", "-1", "x", "9" * 40, "%00", "1.5", "%E9%95%BF", str(UNKNOWN)]
# What no client should send, put at every place where something is expected.
POISONS = [
    *(None, "", True, -1, 1.5, 10**30, [], {}, [{}], [None], "x", "9" * 40, "长" * 20_000),
    *(
        "\x00",
        "\x1b[31m\u202e",
        "\ud800",
        "NaN",
        "1e400",
        "2026-13-45",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59-12:00",
    ),
]
WORDS = [
    "",
    "x",
    "-1",
    "\x00",
    "\ud800".encode("utf-8", "surrogatepass"),
    "9" * 40,
    "2026-13-45",
    "null",
    "0001-01-01",
    "长" * 2_000,
]
BODIES = [
    ("{", JSON),
    ("", JSON),
    ("null", JSON),
    ("[]", JSON),
    ('"x"', JSON),
    ("[" * 20_000, JSON),
    (b"\xff\xfe", JSON),
    ("NaN", JSON),
    ("a=1", "application/x-www-form-urlencoded"),
    ("x", "multipart/form-data; boundary=x"),
    ("x", "multipart/form-data"),
    ("<a/>", "application/xml"),
    ("{}", "application/json; charset=nonsense"),
    ("{}", "nonsense"),
]
# Nobody, and six roles.
ROLES = [
    *(None, Role.ADMINISTRATOR, Role.COMMUNITY_STAFF, Role.STREET_STAFF),
    *(Role.COMMITTEE_MEMBER, Role.VOLUNTEER, Role.PARTNER),
]
# Each address gets every so many of what is wrong, and the next another part of it: all of it takes minutes
# (STEP=1 looks for more).
STEP = int(os.environ.get("STEP", "9"))


class Operation:
    """One method of one address, as the schema describes it."""

    def __init__(self, path, method, described, components):
        self.path, self.method, self.components = path, method, components
        parameters = described.get("parameters", [])
        self.queries = [each["name"] for each in parameters if each["in"] == "query"]
        content = described.get("requestBody", {}).get("content", {})
        self.fields = self._properties(content.get(JSON, {}).get("schema", {}))

    def _properties(self, schema):
        if "$ref" in schema:
            schema = self.components[schema["$ref"].rsplit("/", 1)[1]]
        return {name: each for name, each in schema.get("properties", {}).items() if not each.get("readOnly")}

    @property
    def is_about_one(self):
        return "{" in self.path

    def at(self, pk):
        return re.sub(r"\{\w+\}", f"admissions-{pk}" if "/review/" in self.path else str(pk), self.path)

    @property
    def model(self):
        view = resolve(self.at(1)).func
        queryset = getattr(getattr(view, "cls", None), "queryset", None)
        return None if queryset is None else queryset.model

    def __str__(self):
        return f"{self.method.upper()} {self.path}"


def operations():
    schema = SchemaGenerator().get_schema(request=None, public=True)
    return [
        Operation(path, method, described, schema["components"]["schemas"])
        for path, methods in schema["paths"].items()
        for method, described in methods.items()
        if method in {"get", "post", "put", "patch", "delete"}
    ]


def send(client, method, url, body=None, kind=JSON):
    """One request, of which nothing stays; a body that is no text is sent as JSON."""
    content = body if isinstance(body, (str, bytes)) else json.dumps(body)
    around = transaction.atomic()
    around._from_testcase = True  # noqa: SLF001 (as pytest marks its own: what stands in no transaction does not mind)
    with around:
        answer = client.generic(method.upper(), url, content, content_type=kind, HTTP_ACCEPT_LANGUAGE="zh-hans")
        transaction.set_rollback(True)
    if answer.streaming:
        answer.getvalue()  # read to its end, a file is closed
    return answer


def words_in(fields):
    if isinstance(fields, str):
        yield fields
    for each in fields.values() if isinstance(fields, dict) else fields if isinstance(fields, list) else []:
        yield from words_in(each)


def faults(answer):
    """What is wrong with this answer; nothing if it is as an answer should be."""
    if answer.status_code >= 500:
        return [f"{answer.status_code}"]
    if answer.status_code < 400:
        return []
    if not answer.headers["Content-Type"].startswith(JSON):
        return [f"{answer.status_code} is {answer.headers['Content-Type']}"]
    told = answer.json()
    if told.keys() != {"error"} or told["error"].keys() != {"code", "message", "fields"}:
        return [f"{answer.status_code} has the shape {told}"]
    words = [told["error"]["message"], *words_in(told["error"]["fields"])]
    return [f"{answer.status_code} says {word[:200]!r}" for word in words if not CHINESE.search(word)]


@pytest.fixture
def ask(monkeypatch):
    """Sends requests and keeps what was wrong with the answers; an exception of ours counts as a 500."""
    found = {}

    def send_and_judge(client, operation, url, body=None, kind=JSON):
        try:
            answer = send(client, operation.method, url, body, kind)
            wrong = faults(answer)
        except Exception as error:  # noqa: BLE001 (whatever it is, it would have been a 500)
            answer, wrong = None, [f"500 {type(error).__name__}: {error}"[:300]]
        for each in wrong:
            found.setdefault((str(operation), each), f"{url[:150]} {kind} {str(body)[:150]}")
        return answer

    send_and_judge.found = found
    return send_and_judge


def client_for(user):
    client = APIClient(raise_request_exception=True)
    if user:
        client.force_login(user, backend=BACKEND)
    return client


def person_with(*roles, region):
    user = UserFactory()
    for role in roles:
        RoleAssignmentFactory(user=user, role=role, region=region)
    return user


def rows_of(ops, street):
    """One row of every noun, each in a community of its own: of some things a community has one."""
    models = dict.fromkeys(op.model for op in ops if op.model in SCOPED)
    places = {model: RegionFactory(parent=street) for model in models}
    return {model: place if model is Region else make_in(model, place) for model, place in places.items()}


def said_at(rows, op):
    row = rows.get(op.model)
    return op.at(row.pk if row is not None else 1)


def plausible(field, components):
    kinds = {"integer": 1, "number": 1, "boolean": True, "array": [1], "object": {}}
    if "$ref" in field:
        field = components[field["$ref"].rsplit("/", 1)[1]]
    for each in field.get("allOf", field.get("oneOf", [])):
        return plausible(each, components)
    if "enum" in field:
        return field["enum"][0]
    formats = {"date": "2026-12-01", "date-time": "2026-12-01T08:00:00+08:00", "decimal": "1.00"}
    return kinds.get(field.get("type"), formats.get(field.get("format"), "某某"))


def part(things, number):
    return things[number % STEP :: STEP]


def poisoned(op, number):
    """Bodies in which everything is wrong in the same way, then those in which one thing is."""
    if not op.fields:
        return
    yield from (dict.fromkeys(op.fields, poison) for poison in part(POISONS, number))
    usual = {name: plausible(field, op.components) for name, field in op.fields.items()}
    yield usual
    for place, name in enumerate(usual, start=number):
        yield from ({**usual, name: poison} for poison in part(POISONS, place)[:: min(STEP, 3)])


def told(ask):
    return "\n".join(f"{op}: {wrong}\n    {asked}" for (op, wrong), asked in ask.found.items())


def test_whoever_asks_whatever_address(ask, street):
    ops = operations()
    rows, theirs = rows_of(ops, street), rows_of(ops, RegionFactory(parent=street.parent, level="street"))
    people = [client_for(role and person_with(role, region=street)) for role in ROLES]

    for number, (op, client) in enumerate(product(ops, people)):
        there = theirs if number % 3 == 0 else rows
        ask(client, op, said_at(there, op), {})

    assert not ask.found, told(ask)


def test_whatever_is_sent_by_somebody_who_may_everything(ask, street):
    ops = [op for op in operations() if op.method != "get"]
    rows, client = rows_of(ops, street), client_for(person_with(*Role.values, region=street))

    for number, op in enumerate(ops):
        url = said_at(rows, op)
        for body, kind in part(BODIES, number):
            ask(client, op, url, body, kind)
        for body in poisoned(op, number):
            ask(client, op, url, body)
        if op.is_about_one:
            for pk in part(NUMBERS, number):
                ask(client, op, op.at(pk), {})

    assert not ask.found, told(ask)


def test_whatever_a_list_is_asked_for(ask, street):
    ops = [op for op in operations() if op.method == "get"]
    rows, client = rows_of(ops, street), client_for(person_with(*Role.values, region=street))

    for op in ops:
        for number, name in enumerate([*op.queries, "cursor", "page_size", "count"] if op.queries else []):
            for word in part(WORDS, number):
                ask(client, op, f"{said_at(rows, op)}?{name}={quote(word)}")

    assert not ask.found, told(ask)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("get", "/api/v1/nothing/", 404), ("post", "/api/nothing", 404), ("put", "/api/v1/todo/", 405)],
)
def test_an_address_or_a_method_that_does_not_exist(method, path, status, api, community):
    client = api(person_with(Role.COMMUNITY_STAFF, region=community))

    answer = send(client, method, path, {})

    assert answer.status_code == status
    assert not faults(answer)


def test_a_content_type_that_nobody_reads(api):
    answer = send(api(), "post", "/api/v1/phone-codes/", "<a/>", "application/xml")

    assert answer.status_code == 415
    assert not faults(answer)


def test_a_stranger_s_thing_is_as_unknown_as_one_that_does_not_exist(api, street):
    ops = [op for op in operations() if op.is_about_one and op.model in SCOPED]
    theirs = rows_of(ops, RegionFactory(parent=street.parent, level="street"))
    client, leaks = api(person_with(Role.COMMUNITY_STAFF, region=street)), []

    for op in ops:
        view = resolve(said_at(theirs, op)).func
        perm = view.cls.perms[view.actions[op.method]]
        row = theirs[op.model]
        if type(row)._default_manager.for_user(client.user, perm).filter(pk=row.pk).exists():
            continue
        there, nowhere = (send(client, op.method, url, {}) for url in (said_at(theirs, op), op.at(UNKNOWN)))
        if (there.status_code, there.content) != (nowhere.status_code, nowhere.content):
            leaks.append((str(op), there.status_code, nowhere.status_code))

    assert leaks == []


def test_the_schema_has_no_warnings():
    call_command("spectacular", "--fail-on-warn", "--validate", "--file", os.devnull)


def test_the_pages_about_the_api_load_nothing_from_elsewhere(api):
    page = api().get("/api/v1/docs/")
    script = api().get("/api/v1/docs/?script=")

    for answer in (page, script):
        assert answer.status_code == 200
        assert set(re.findall(r"""["'](https?://[^"']+)""", answer.content.decode())) == set()

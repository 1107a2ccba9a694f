"""Many things moved at once are moved as one is: checked, recorded, told; all of them or none."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communities.models import Refused, Resident, StatusChange, Untold
from tests.factories import RegionFactory, ResidentFactory, UserFactory

pytestmark = pytest.mark.django_db


def move(people, to="left", **fields):
    Resident.move_all(people, to, by=UserFactory(), **fields)


def statuses():
    return list(Resident.objects.order_by("pk").values_list("status", "grid"))


def test_each_is_changed_recorded_where_it_is_and_queued_to_be_told():
    people = [ResidentFactory(region=RegionFactory(), grid="一") for _n in range(3)]
    Untold.objects.all().delete()
    for number, person in enumerate(people):
        person.grid = f"第{number}网格"

    move(people, reason=" 搬走 ", own=["grid"], household="空")

    assert statuses() == [("left", f"第{number}网格") for number in range(3)]
    assert (
        set(Resident.objects.values_list("household", flat=True)) == {person.household for person in people} == {"空"}
    )
    last = [StatusChange.objects.about(person).last() for person in people]
    assert [(change.old, change.new, change.reason, change.region) for change in last] == [
        ("verified", "left", "搬走", person.region) for person in people
    ]
    assert set(Untold.objects.values_list("change", flat=True)) == {change.pk for change in last}


def test_what_one_of_them_may_not_do_none_does():
    gone, here = ResidentFactory(status="left"), ResidentFactory()
    before = StatusChange.objects.count()

    with pytest.raises(Refused) as no:
        move([here, gone], reason="搬走")
    with pytest.raises(Refused) as silent:
        move([here])

    assert (no.value.code, silent.value.code) == ("wrong_status", "reason_needed")
    assert sorted(status for status, _grid in statuses()) == ["left", "verified"]
    assert StatusChange.objects.count() == before


def test_the_database_and_not_the_memory_says_from_where():
    seen = ResidentFactory()
    Resident.objects.update(status="left")

    with pytest.raises(Refused) as no:
        move([seen], reason="搬走")

    assert no.value.code == "wrong_status"


def test_many_ask_no_more_than_few():
    move([ResidentFactory()], reason="搬走")  # what is asked once is asked here
    counts = []
    for number in (3, 30):
        region = RegionFactory()
        people = [ResidentFactory(region=region) for _n in range(number)]
        by = UserFactory()
        with CaptureQueriesContext(connection) as queries:
            Resident.move_all(people, "left", by=by, reason="搬走")
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_many_begin_as_one_does_and_ask_no_more_than_few():
    counts = []
    for number in (3, 30):
        region, by = RegionFactory(), UserFactory()
        days = [ResidentFactory.build(region=region, status="") for _n in range(number)]
        with CaptureQueriesContext(connection) as queries:
            Resident.begin_all(days, by=by, reason=" 登记 ")
        counts.append(len(queries))
        changes = [StatusChange.objects.about(each).get() for each in days]
        first = next(iter(Resident.Status)).value
        assert {each.status for each in Resident.objects.filter(region=region)} == {first}
        assert {(each.old, each.new, each.actor, each.reason) for each in changes} == {("", first, by, "登记")}

    assert counts[0] == counts[1]


def test_nobody_moves_nobody():
    move([], reason="搬走")

    assert not StatusChange.objects.exists()

"""Which pages a device may keep for when there is no network, and for whom."""

import json
import re
from datetime import timedelta

import pytest
from django.contrib.staticfiles import finders
from django.utils.timezone import now

from communities.keeping import KEEP
from communities.services import place_codes
from tests.factories import ActivityFactory, SignupFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def activity(community):
    return ActivityFactory(region=community, leader=UserFactory(), starts_at=now() - timedelta(hours=1))


def kept_for(client, *paths):
    return [client.get(path).headers.get(KEEP, "") for path in paths]


def test_who_comes_keeps_what_they_need_at_the_place(browse, activity):
    user = SignupFactory(activity=activity).volunteer.user
    path = activity.get_absolute_url()

    kept = kept_for(browse(user), path, f"{path}here/", "/volunteer/")
    page = browse(user).get(path).content.decode()

    assert kept == [str(user.pk)] * 3
    assert re.search('data-keep="([^"]*)"', page)[1].split() == [path, "/volunteer/", f"{path}here/"]


def test_the_leader_keeps_list_and_screen(browse, activity):
    path = activity.get_absolute_url()

    kept = kept_for(browse(activity.leader), path, f"{path}people/", f"{path}screen/")

    assert kept == [str(activity.leader.pk)] * 3


def test_others_keep_nothing_of_it(browse, activity):
    waiting = SignupFactory(activity=activity, status="waiting", place_number=None).volunteer.user
    over = ActivityFactory(leader=activity.leader, starts_at=now() - timedelta(days=1))

    path = activity.get_absolute_url()
    nobodys = [kept_for(browse(user), path) for user in (None, VolunteerFactory().user, waiting)]

    assert nobodys == [[""]] * 3
    assert kept_for(browse(over.leader), over.get_absolute_url()) == [""]


def test_a_page_with_a_ticket_is_not_kept(browse, activity):
    user = SignupFactory(activity=activity).volunteer.user
    ticket = place_codes.ticket(activity, at=now())

    assert kept_for(browse(user), f"{activity.get_absolute_url()}here/?ticket={ticket}") == [""]


def test_the_worker_knows_what_is_kept_and_where_a_scan_leads(browse, activity, settings):
    said = browse().get("/sw.js").content.decode()
    facts = json.loads(said.partition("\n")[0].removeprefix("const SHELL = ").rstrip(";"))

    path = activity.get_absolute_url()
    pages = [path, *(f"{path}{page}/" for page in ("here", "people", "screen", "confirm", "scan/ABCD2345"))]
    kept = [any(re.fullmatch(pattern, page) for pattern in facts["kept"]) for page in pages]
    aims = [re.sub(pattern, aim.replace("$", "\\"), pages[-1]) for pattern, aim in facts["instead"]]

    assert kept == [True] * 4 + [False] * 2
    assert f"{path}here/" in aims
    names = [asset.removeprefix(settings.STATIC_URL) for asset in facts["assets"]]
    assert len(names) == len(set(names))
    assert [name for name in names if not finders.find(name)] == []

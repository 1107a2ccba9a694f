"""Pages about points: the statement however long, the pool that everybody sees, and giving points away."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from tests.factories import (
    FundingFactory,
    JournalFactory,
    PointEntryFactory,
    PointsRuleFactory,
    UserFactory,
    VolunteerFactory,
)
from volunteers.models import Account, Gift, Journal, PointEntry
from volunteers.services import accounts

pytestmark = pytest.mark.django_db
EN = {"HTTP_ACCEPT_LANGUAGE": "en"}


def text(response):
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def volunteer(community):
    volunteer = VolunteerFactory(region=community)
    JournalFactory(volunteer=volunteer, points=30)
    return volunteer


# the statement


def lengthen(account, entries):
    """An account of so many entries more, past the service and its statements."""
    pool, by = accounts.pool_of(account.region), UserFactory()
    about = {"kind": "grant", "region": account.region, "reason": "补", "source": "test", "actor": by, "at": now()}
    journals = [Journal(key=f"{account.pk} {number}", **about) for number in range(entries)]
    # Those of the pool last, so that the newest of all are not this account's.
    rows = [
        PointEntry(journal=journal, account=account, amount=1, sequence=number, balance_after=number + 9)
        for number, journal in enumerate(journals, account.sequence + 1)
    ]
    rows += [PointEntry(journal=journal, account=pool, amount=-1) for journal in journals]
    with connection.cursor() as cursor:
        drop = "DROP TRIGGER IF EXISTS ledger_chain_broken"
        cursor.execute(f"{drop} ON volunteers_pointentry" if connection.vendor == "postgresql" else f"{drop}_0")
    PointEntry.objects.bulk_create(rows, batch_size=1000)
    Journal.objects.bulk_create(journals, batch_size=1000)
    Account.objects.filter(pk=account.pk).update(sequence=account.sequence + entries, balance=account.balance + entries)


def questions(client, url):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return queries


def test_statement_and_balance_cost_the_same_however_long_the_account(browse, api):
    volunteers = [PointEntryFactory().account.volunteer for _two in range(2)]
    for volunteer, entries in zip(volunteers, (100, 4000), strict=True):
        lengthen(volunteer.account, entries)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE volunteers_pointentry, volunteers_journal, volunteers_account")

    asked = []
    for volunteer in volunteers:
        account = f"/api/v1/points-accounts/{volunteer.account.pk}/"
        pages = [(browse, "/volunteer/"), (browse, "/volunteer/points/"), (browse, "/volunteer/points/?before=90")]
        pages += [(api, account), (api, f"{account}statement/"), (api, f"{account}lots/")]
        asked.append([questions(client(volunteer.user), url) for client, url in pages])

    few, many = asked
    assert [len(queries) for queries in few] == [len(queries) for queries in many]
    sql = [query["sql"] for queries in many for query in queries if 'FROM "volunteers_pointentry"' in query["sql"]]
    assert len(sql) == 3
    for statement in sql:
        plan = plan_of(statement)
        assert "entries_are_numbered" in plan or "sequence<?" in plan or "account_id=?" in plan
        assert "Sort" not in plan.replace("Sort Key", "")
        assert "TEMP B-TREE" not in plan


def plan_of(statement):
    explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{explain} {statement}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def test_the_statement_of_the_api_goes_back_page_by_page(api, volunteer):
    for _more in range(3):
        JournalFactory(volunteer=volunteer, points=1)
    mine = api(volunteer.user)

    first = mine.get(f"/api/v1/points-accounts/{volunteer.account.pk}/statement/?page_size=3").json()
    second = mine.get(first["next"]).json()

    assert [row["sequence"] for row in first["results"] + second["results"]] == [4, 3, 2, 1]
    other = api(UserFactory()).get(f"/api/v1/points-accounts/{volunteer.account.pk}/statement/")
    assert other.status_code == 404


def test_points_with_a_last_day_stand_apart(browse, api, volunteer):
    JournalFactory(volunteer=volunteer, points=7, last_day=date(2098, 3, 31))

    page = text(browse(volunteer.user).get("/volunteer/points/", **EN))

    assert "until 31 March 2098" in page
    lots = api(volunteer.user).get(f"/api/v1/points-accounts/{volunteer.account.pk}/lots/").json()
    assert lots == [{"expires_on": "2098-03-31", "left": 7}]


# the pool


def test_everybody_sees_what_service_is_worth_and_who_stands_behind_it(browse, community, street):
    PointsRuleFactory(region=street, points_per_hour=10, night_percent=150, months_valid=24, cap_a_month=200)
    FundingFactory(region=street, sponsor="某银行", points=500)
    url = f"/c/{community.code}/points/"

    page = text(browse().get(url, **EN))

    wanted = ["10 points an hour", "150 %", "at most 200 a month", "valid for 24 months", "某银行", ">500<"]
    assert [words in page for words in wanted] == [True] * len(wanted)


def test_where_there_is_no_rule_the_page_says_so(browse, community):
    page = text(browse().get(f"/c/{community.code}/points/", **EN))

    assert "No points are issued here" in page
    assert Account.objects.count() == 0


# gifts


def test_points_are_given_with_a_second_look(browse, volunteer, community):
    PointsRuleFactory(region=community, gifts_a_month=20)
    receiver = VolunteerFactory(region=community, name="王小花")
    mine = browse(volunteer.user)
    assert "/volunteer/gift/" in text(mine.get("/volunteer/points/"))
    key = mine.get("/volunteer/gift/").context["form"].initial["key"]
    data = {"number": receiver.number, "points": 5, "relation": "family", "key": key}

    asked = text(mine.post("/volunteer/gift/", data, **EN))
    assert ("王**" in asked, "王小花" in asked, Gift.objects.count()) == (True, False, 0)
    answers = [mine.post("/volunteer/gift/", data | {"sure": "1"}) for _twice in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Gift.objects.get().points == 5
    assert Account.objects.get(volunteer=receiver).balance == 5


def test_a_gift_that_may_not_be_is_refused_at_the_form(browse, volunteer, community):
    PointsRuleFactory(region=community, gifts_a_month=20)
    receiver = VolunteerFactory(region=community)
    data = {"number": receiver.number, "points": 21, "relation": "family", "key": "k"}

    unknown = text(browse(volunteer.user).post("/volunteer/gift/", data | {"number": "1"}, **EN))
    too_much = text(browse(volunteer.user).post("/volunteer/gift/", data | {"sure": "1"}, **EN))

    assert "no active volunteer" in unknown
    assert "20 more points this month" in too_much
    assert f'value="{receiver.number}"' in too_much
    assert not Gift.objects.exists()


def test_where_nothing_is_given_away_there_is_no_such_page(browse, volunteer):
    mine = browse(volunteer.user)

    assert "/volunteer/gift/" not in text(mine.get("/volunteer/points/"))
    assert mine.get("/volunteer/gift/").status_code == 404
    assert browse(UserFactory()).get("/volunteer/gift/").status_code == 404


@pytest.mark.parametrize("name", ["points", "hours"])
def test_a_number_that_is_no_place_in_a_list_is_not_looked_for(browse, community, name):
    mine = browse(VolunteerFactory(region=community).user)

    assert mine.get(f"/volunteer/{name}/", {"before": "9" * 4400}).status_code == 200

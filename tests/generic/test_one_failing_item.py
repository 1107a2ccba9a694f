"""Whatever runs by the clock goes through what is due one by one: one that fails is logged, keeps no other back, and is
tried again the next time."""

import logging
from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
import time_machine
from django.db import connection
from django.utils.timezone import localtime, now

from communities.grants import Role
from communities.models import Delivery, Notice, Refused, Region, StatusChange, User
from communities.services import outbox, sweeps
from communities.triggers import trigger
from config.celery import app
from projects.models import Agreement, Project
from tests import factories
from tests.voting import a_poll, an_open_poll
from volunteers.models import Journal, StarRule

pytestmark = pytest.mark.django_db

PAST, LAST_WEEK = date(2020, 1, 31), timedelta(days=7)


@pytest.fixture(autouse=True)
def noon():
    """At night nobody is reminded."""
    with time_machine.travel(localtime().replace(hour=12, minute=0)):
        yield


def execute(statements):
    connection.check_constraints()
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def at_once():
    """Tasks that a task sends run in this process."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.fixture
def jinx():
    """Lets nothing (or nothing `new`) be recorded and nobody be told in a region, until lifted by what it gives."""

    def put(region, new=""):
        where = {"communities_notice": f"NEW.region_id = {region.pk}"}
        where["volunteers_journal"] = f"NEW.region_id = {region.pk}"
        where["communities_statuschange"] = f"NEW.region_id = {region.pk} AND NEW.\"new\" LIKE '{new or '%'}'"
        laws = [
            trigger(
                f"{table}_jinxed",
                table=table,
                postgres=("BEFORE INSERT", f"IF {condition} THEN {{refuse}} END IF; RETURN NEW;"),
                sqlite=[f"BEFORE INSERT ON {table} WHEN {condition}"],
                code="jinxed",
            )
            for table, condition in where.items()
        ]
        for law in laws:
            execute(law.forwards[connection.vendor])
        return lambda: [execute(law.backwards[connection.vendor]) for law in laws]

    return put


def redemption(region):
    reward = factories.RewardFactory(region=region, valid_until=PAST)
    return factories.RedemptionFactory(region=region, reward=reward, volunteer__region=region)


def reservation(region):
    reward = factories.RewardFactory(region=region, stock=1, hold_hours=1)
    moment = datetime(2020, 1, 31, tzinfo=UTC)
    return factories.ReservationFactory(region=region, reward=reward, volunteer__region=region, held_until=moment)


def lot(day):
    """A maker of points whose last day this is."""
    return lambda region: factories.LotFactory(account__volunteer__region=region, expires_on=day.date())


def member_whose_term_is_over(region):
    member = factories.CommitteeMemberFactory(committee__region=region, until=PAST, since=PAST)
    factories.RoleAssignmentFactory(user=member.user, region=region, role=Role.COMMITTEE_MEMBER)


def missing_sheet(region, **fields):
    round_ = factories.EvaluationRoundFactory(region=region)
    sheet = factories.ScoreSheetFactory(rating__round=round_)
    factories.RoleAssignmentFactory(region=region, role=Role.STREET_STAFF)
    type(round_).objects.filter(pk=round_.pk).update(**fields)
    return sheet


def round_that_cannot_open(region):
    """Its committee has no members; the street is told."""
    factories.RoleAssignmentFactory(region=region, role=Role.STREET_STAFF)
    factories.EvaluationRoundFactory(region=region, status="draft", opens_at=now() - LAST_WEEK)


def appeal_that_is_late(region):
    round_ = factories.EvaluationRoundFactory(region=region, status="announced")
    factories.RoleAssignmentFactory(region=region, role=Role.STREET_STAFF)
    factories.AppealFactory(region=region, rating__round=round_, due_on=PAST)


def agreement_that_ends_soon(region):
    made = factories.AgreementFactory(region=region, status="running", ends_on=now().date() + timedelta(days=20))
    factories.TeamContactFactory(team=made.project.team)


def one_device_for_three(region):
    activity = factories.ActivityFactory(region=region, starts_at=now() - LAST_WEEK)
    for _person in range(3):
        factories.DeviceMarkFactory(attendance__activity=activity, marker="d" * 16)


def open_poll(closes):
    """A maker of polls that opened days ago and close at this moment, seen from now."""

    def make(region):
        closes_at = now() + closes
        with time_machine.travel(now() - timedelta(days=3)):
            an_open_poll(region, closes_at=closes_at)

    return make


def star_volunteer(region):
    StarRule.objects.get_or_create(level=1, hours=100, starts_on=PAST)
    factories.FormerHoursFactory(volunteer__region=region, minutes=6000)


# name of a periodic task → (task that does it, how to make a thing that is due in a region)
DUE = {
    "close calls that are due": [
        lambda region: factories.RecruitmentCallFactory(
            region=region, status="published", opens_on=PAST, closes_on=PAST
        )
    ],
    "end public notices": [lambda region: factories.PublicNoticeFactory(region=region, starts_on=PAST, ends_on=PAST)],
    "start and end agreements": [
        lambda region: factories.AgreementFactory(region=region, status="signed", starts_on=PAST),
        lambda region: factories.AgreementFactory(
            region=region, status="running", starts_on=PAST, ends_on=PAST + LAST_WEEK, project__status="running"
        ),
    ],
    "remind of ending agreements": [agreement_that_ends_soon],
    "open and close due polls": [a_poll, open_poll(closes=-timedelta(hours=1))],
    "remind of polls that close soon": [open_poll(closes=timedelta(hours=2))],
    "open due rounds": [round_that_cannot_open],
    "close due rounds": [
        lambda region: missing_sheet(region, closes_at=now() - LAST_WEEK),
        lambda region: missing_sheet(region, closes_at=now() - LAST_WEEK, status="closed"),
    ],
    "remind of appeals": [appeal_that_is_late],
    "publish due rounds": [
        lambda region: factories.EvaluationRoundFactory(region=region, status="announced", appeals_until=PAST)
    ],
    "remind of missing sheets": [lambda region: missing_sheet(region, closes_at=now() + timedelta(days=1))],
    "close due household surveys": [
        lambda region: factories.SurveyFactory(region=region, status="under_way", closes_at=now() - LAST_WEEK)
    ],
    "draft due rounds": [lambda region: factories.RatingRhythmFactory(region=region)],
    "expire brand listings": [lambda region: factories.BrandListingFactory(region=region, listed_on=PAST, until=PAST)],
    "end committee terms": [member_whose_term_is_over],
    "make repeated activities": [
        lambda region: factories.RepetitionFactory(
            region=region, pattern__starts_at=now(), until=PAST + timedelta(days=60)
        )
    ],
    "end activities": [lambda region: factories.ActivityFactory(region=region, starts_at=now() - LAST_WEEK)],
    "remind of hours to record": [
        lambda region: factories.AttendanceFactory(
            region=region,
            activity__region=region,
            activity__leader=factories.UserFactory(),
            activity__starts_at=now() - 30 * timedelta(days=1),
        )
    ],
    "find odd patterns in attendance": [one_device_for_three],
    "lapse vouchers": [redemption],
    "lapse reservations": [reservation],
    "expire points": [lot(now() - LAST_WEEK), lot(now() + timedelta(days=20))],
    "award stars": [star_volunteer],
    "forget unconfirmed former records": [
        lambda region: factories.FormerImportFactory(region=region, expires_at=now() - LAST_WEEK, payload="{}")
    ],
    "forget unconfirmed rolls": [
        lambda region: factories.RollImportFactory(region=region, expires_at=now() - LAST_WEEK)
    ],
}
# These go through nothing that belongs to a place; each has tests of its own.
PLACELESS = {
    *("send the outbox", "remove orphaned files", "forget old sign-ins", "check the points ledger"),
    "forget words of old surveys",
}


def run(name):
    module, _dot, task = app.conf.beat_schedule[name]["task"].rpartition(".")
    getattr(import_module(module), task)()


def happened_in(region):
    """Whether the clock did anything there."""
    done = StatusChange.objects.filter(region=region, actor=User.objects.system())
    posted = Journal.objects.filter(region=region, actor=User.objects.system())
    return done.exists() or posted.exists() or Notice.objects.filter(region=region).exists()


def test_every_periodic_task_is_tried():
    assert DUE.keys() | PLACELESS == app.conf.beat_schedule.keys()


@pytest.mark.parametrize(("name", "make"), [(name, make) for name, makes in DUE.items() for make in makes])
def test_one_that_fails_holds_up_no_other_and_is_tried_again(name, make, jinx, at_once, caplog):
    bad, _good = places = [factories.RegionFactory(), factories.RegionFactory()]
    for region in places:
        make(region)
    lift = jinx(bad)

    run(name)
    first = [happened_in(region) for region in places]
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    lift()
    run(name)

    assert first == [False, True]
    assert errors
    assert [happened_in(region) for region in places] == [True, True]


def test_a_delivery_that_cannot_be_settled_keeps_no_other_back(caplog, settings, tmp_path):
    settings.SMS_DIR = tmp_path
    noon = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
    bad, good = (
        factories.DeliveryFactory(channel="sms", notice__user__phone=f"+861380000000{n}", due_at=noon) for n in (1, 2)
    )
    condition = f"NEW.id = {bad.pk} AND NEW.status = 'sent'"
    law = trigger(
        "delivery_jinxed",
        table="communities_delivery",
        postgres=("BEFORE UPDATE", f"IF {condition} THEN {{refuse}} END IF; RETURN NEW;"),
        sqlite=[f"BEFORE UPDATE ON communities_delivery WHEN {condition}"],
        code="jinxed",
    )
    execute(law.forwards[connection.vendor])

    sent = outbox.send_due(at=noon)
    execute(law.backwards[connection.vendor])
    again = outbox.send_due(at=noon + outbox.PATIENCE)

    assert (sent, again) == (1, 1)
    assert set(Delivery.objects.values_list("status", flat=True)) == {"sent"}
    assert len(list(tmp_path.iterdir())) == 2
    assert [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR] == [
        f"what became of delivery {bad.pk} cannot be written down"
    ]
    good.refresh_from_db()
    assert good.sent_at == noon


def test_a_project_does_not_end_because_its_renewal_could_not_begin(jinx):
    region = factories.RegionFactory()
    days = {"starts_on": PAST, "ends_on": PAST + LAST_WEEK}
    old = factories.AgreementFactory(region=region, status="running", project__status="running", **days)
    renewal = factories.AgreementFactory(
        region=region, status="signed", project=old.project, renews=old, starts_on=PAST + timedelta(days=8)
    )
    lift = jinx(region, new="running")

    run("start and end agreements")
    before = Project.objects.get().status
    lift()
    run("start and end agreements")

    assert (before, Project.objects.get().status) == ("running", "running")
    assert dict(Agreement.objects.values_list("pk", "status")) == {old.pk: "ended", renewal.pk: "running"}


def test_the_log_names_the_thing_by_its_number_alone(caplog):
    resident = factories.ResidentFactory(name="王小明")

    def fail(thing):
        raise ValueError(thing.name)

    given = sweeps.each([resident, 3], lambda thing: fail(thing) if thing == resident else thing)

    assert given == [3]
    assert caplog.messages == [f"failed for communities.resident {resident.pk}"]
    assert caplog.records[0].fields == {"thing": f"communities.resident {resident.pk}"}


def test_what_a_rule_refuses_is_no_error_of_ours(caplog):
    def refuse(_thing):
        raise Refused("张三不可以", code="wrong_status")

    sweeps.each(["one"], refuse)

    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", "not done to one: wrong_status")
    ]


def test_what_was_half_done_is_undone():
    def half(name):
        factories.RegionFactory(name=name)
        if name == "半":
            raise ValueError

    sweeps.each(["半", "全"], half)

    assert list(Region.objects.values_list("name", flat=True)) == ["全"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no connection to lose")
def test_a_lost_connection_costs_one_item():
    def lose_it(thing):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())" if thing == 1 else "SELECT 1")
        return thing

    assert sweeps.each([1, 2, 3], lose_it) == [2, 3]

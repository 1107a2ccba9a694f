from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.utils import translation

from communities.grants import Role
from communities.models import Delivery, Notice, Refused, Resident, StatusChange, Untold
from communities.notices import BY_SMS, KINDS
from communities.services import notices, outbox
from tests.factories import (
    DeliveryFactory,
    NoticeFactory,
    RegionFactory,
    ResidentFactory,
    StatusChangeFactory,
    UntoldFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # 12:00 in China
NIGHT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # 23:00 in China
MORNING = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # 7:30 of the next day in China


@pytest.fixture(autouse=True)
def kind(monkeypatch):
    monkeypatch.setitem(KINDS, "test_due", translation.gettext_lazy("“%(title)s” is due."))
    monkeypatch.setattr("communities.notices.BY_SMS", {*BY_SMS, "test_due"})


@pytest.fixture(autouse=True)
def sms_dir(settings, tmp_path):
    settings.SMS_DIR = tmp_path
    return tmp_path


def remind(*users, region, **kwargs):
    values = {"kind": "test_due", "params": {"title": "月报"}, "key": "due:1", "at": NOON} | kwargs
    notices.tell(users, region=region, **values)


def test_telling_twice_is_once(community):
    first, second = UserFactory(email="a@example.org", phone="+8613800000001"), UserFactory()
    remind(first, region=community)

    remind(first, second, region=community)

    assert sorted(Notice.objects.values_list("user", "key")) == [(first.pk, "due:1"), (second.pk, "due:1")]
    assert sorted(Delivery.objects.values_list("notice__user", "channel")) == [(first.pk, "email"), (first.pk, "sms")]


def test_a_kind_that_nobody_declared_is_a_mistake(community):
    with pytest.raises(LookupError):
        remind(UserFactory(), region=community, kind="nonsense")


def test_words_are_made_in_the_readers_language(community):
    remind(UserFactory(), region=community)
    notice = Notice.objects.get()

    with translation.override("en"):
        assert notice.text == "“月报” is due."


def test_people_choose_how_they_are_told_and_the_inbox_has_everything(community):
    user = UserFactory(email="a@example.org", phone="+8613800000001")
    notices.choose_channels(user, sms="nothing", by_email=True, by=user)

    remind(user, region=community)

    assert list(Delivery.objects.values_list("channel", flat=True)) == ["email"]
    assert Notice.objects.to(user).count() == 1


def change_told(new, reason=""):
    """Tell a resident with phone and e-mail of a change, and by which ways that goes."""
    resident = ResidentFactory(user=UserFactory(email="a@example.org", phone="+8613800000001"))
    change = StatusChangeFactory(target=resident, new=new, reason=reason)
    notices.tell_of(change, at=NOON)
    return sorted(Delivery.objects.values_list("channel", flat=True))


@pytest.mark.parametrize(
    ("new", "channels"),
    [
        ("left", ["email", "sms"]),  # hurts: it needs a reason
        ("verified", ["email", "sms"]),  # is waited for
        ("corrected", ["email"]),
        ("represents", ["email"]),
    ],
)
def test_an_sms_is_for_what_is_urgent_or_hurts(new, channels):
    assert change_told(new) == channels


@pytest.mark.parametrize(
    ("also", "but", "new", "channels"),
    [
        (["communities.resident:corrected"], [], "corrected", ["email", "sms"]),
        ([], ["communities.resident:left"], "left", ["email"]),
        ([], ["*"], "left", ["email"]),
        (["communities.resident:left"], ["*"], "left", ["email", "sms"]),
    ],
)
def test_a_city_decides_which_kinds_are_worth_an_sms(settings, also, but, new, channels):
    settings.SMS_ALSO_FOR, settings.SMS_NOT_FOR = also, but

    assert change_told(new) == channels


@pytest.mark.parametrize(
    ("choice", "what", "channels"),
    [
        ("urgent", "test_due", ["sms"]),
        ("urgent", "test_news", []),
        ("everything", "test_news", ["sms"]),
        ("nothing", "test_due", []),
    ],
)
def test_a_persons_own_choice_stands_above_the_kinds(community, monkeypatch, choice, what, channels):
    monkeypatch.setitem(KINDS, "test_news", "“%(title)s” is new.")
    user = UserFactory(phone="+8613800000001", email="a@example.org")
    notices.choose_channels(user, sms=choice, by_email=False, by=user)

    remind(user, region=community, kind=what)

    assert list(Delivery.objects.values_list("channel", flat=True)) == channels


def test_whatever_goes_out_by_sms_is_something_that_is_told():
    labels = {key.partition(":")[0]: key.partition(":")[2] for key in BY_SMS if ":" in key}
    known = {
        f"{model._meta.label_lower}:{new}"
        for model in apps.get_models()
        if model._meta.label_lower in labels
        for new in [*model.Status.values, *getattr(model, "EVENTS", {})]
    }

    assert BY_SMS - KINDS.keys() - known == set()


def test_nobody_chooses_for_somebody_else():
    with pytest.raises(Refused):
        notices.choose_channels(UserFactory(), sms="nothing", by_email=False, by=UserFactory())


def test_those_who_may_no_longer_sign_in_are_not_told(community):
    remind(UserFactory(is_active=False), region=community)

    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (NOON, NOON),
        (NIGHT, MORNING),
        (NIGHT + timedelta(hours=5), MORNING),
        (MORNING, MORNING),
        (MORNING - timedelta(minutes=1), MORNING),
        (NIGHT - timedelta(hours=1), MORNING),
        (NIGHT - timedelta(hours=1, minutes=1), NIGHT - timedelta(hours=1, minutes=1)),
    ],
)
def test_nights_are_quiet(at, due):
    assert notices.awake(at) == due


def test_what_is_told_at_night_leaves_in_the_morning(community):
    remind(UserFactory(email="a@example.org"), region=community, at=NIGHT)

    assert outbox.send_due(at=MORNING - timedelta(minutes=1)) == 0
    assert outbox.send_due(at=MORNING) == 1
    assert len(mail.outbox) == 1


def test_a_backlog_from_the_day_does_not_leave_at_night(community):
    remind(UserFactory(email="a@example.org"), region=community, at=NOON)

    assert outbox.send_due(at=NIGHT) == 0
    assert outbox.send_due(at=MORNING) == 1


def test_a_change_of_status_is_told_to_its_audience_once_and_not_to_who_made_it(community, monkeypatch):
    monkeypatch.delitem(KINDS, "communities.resident:left")
    told, actor = UserFactory(email="a@example.org", language="en"), UserFactory()
    monkeypatch.setattr(Resident, "audience", lambda self, change: [told, actor])
    resident = ResidentFactory(region=community, name="王小明", status="verified")
    resident.move("left", by=actor, reason="搬到外地")

    outbox.fan_out(at=NOON)
    outbox.fan_out(at=NOON)
    outbox.send_due(at=NOON)
    outbox.send_due(at=NOON)

    assert not Untold.objects.exists()
    assert list(Notice.objects.values_list("user", flat=True)) == [told.pk]
    assert [message.subject for message in mail.outbox] == ["Resident “王**”: moved away. Reason: 搬到外地"]
    assert Delivery.objects.get().status == "sent"


def test_an_app_may_choose_its_own_words_for_a_change(community, monkeypatch):
    monkeypatch.setitem(KINDS, "communities.resident:left", "Goodbye %(thing)s: %(reason)s")
    change = ResidentFactory(region=community, name="王明").move("left", by=UserFactory(), reason="x")

    assert NoticeFactory(change=change).text == "Goodbye 王*: x"


def test_one_entry_that_cannot_be_told_does_not_keep_the_others_back(community, monkeypatch, caplog):
    user = UserFactory()
    bad, good = ResidentFactory(region=community), ResidentFactory(region=community)

    def audience(self, change):
        if self.pk == bad.pk:
            raise ValueError
        return [user]

    monkeypatch.setattr(Resident, "audience", audience)
    bad.move("left", by=UserFactory(), reason="x")
    good.move("left", by=UserFactory(), reason="x")

    outbox.fan_out(at=NOON)

    assert [notice.change.target for notice in Notice.objects.all()] == [good]
    assert [untold.change.target for untold in Untold.objects.all()] == [bad]
    assert "cannot be told" in caplog.text


@pytest.fixture
def nobody_can_be_told_of_bad_ones(monkeypatch):
    """Telling of residents called 坏 fails, as a fault of ours would make it."""

    def audience(self, change):
        if self.name == "坏":
            raise ValueError("坏")
        return [UserFactory()]

    monkeypatch.setattr(Resident, "audience", audience)


def test_however_many_cannot_be_told_the_next_one_is(community, nobody_can_be_told_of_bad_ones):
    for _number in range(outbox.BATCH + 1):
        UntoldFactory(change__target__name="坏")
    good = ResidentFactory(region=community)
    outbox.fan_out(at=NOON)

    good.move("left", by=UserFactory(), reason="x")
    outbox.fan_out(at=NOON)

    assert Notice.objects.get().change.target == good
    assert Untold.objects.failing().count() == outbox.BATCH + 1


def test_what_cannot_be_told_is_tried_later_and_later_until_it_can(nobody_can_be_told_of_bad_ones):
    untold = UntoldFactory(change__target__name="坏")
    at, waits = NOON, []

    for _try in range(12):
        outbox.fan_out(at=at)
        outbox.fan_out(at=at)
        untold.refresh_from_db()
        waits.append((untold.next_at - at).total_seconds() / 60)
        at = untold.next_at
    Resident.objects.update(name=ResidentFactory(name="好").name)

    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1024, 1024]
    assert (untold.tries, untold.error) == (12, "ValueError")
    assert outbox.fan_out(at=at) == 1
    assert not Untold.objects.exists()


def test_staff_see_what_cannot_be_told_and_where(browse, api, person, community, neighbour):
    failing, _waiting, _elsewhere = (
        UntoldFactory(change__target=ResidentFactory(region=place, name="王小明"), tries=tries, error="ValueError")
        for place, tries in [(community, 3), (community, 0), (neighbour, 3)]
    )
    clerk = person(Role.COMMUNITY_STAFF, community)

    listed = browse(clerk).get("/admin/communities/untold/")
    waits = [entry for entry in api(clerk).get("/api/v1/todo/").json()["results"] if "untold" in entry["url"]]

    assert [*listed.context["cl"].result_list] == [failing]
    assert "王小明" not in listed.content.decode()
    assert [(entry["count"], entry["url"]) for entry in waits] == [(1, "/admin/communities/untold/")]


def test_a_failing_gateway_is_tried_again_later_and_later_and_shown_in_the_end(community, settings):
    settings.EMAIL_BACKEND = "tests.communities.gateways.BrokenBackend"
    remind(UserFactory(email="a@example.org"), region=community)
    at, waits = NOON, []

    for _try in range(outbox.MOST_TRIES):
        outbox.send_due(at=at)
        delivery = Delivery.objects.get()
        waits.append((delivery.due_at - at).total_seconds() / 60)
        at = delivery.due_at

    assert waits[:6] == [2, 4, 8, 16, 32, 64]
    assert (delivery.status, delivery.error) == ("failed", "OSError: the line is down")
    assert outbox.send_due(at=at + timedelta(days=1)) == 0


def test_a_failed_delivery_is_tried_again_on_request_and_that_is_recorded(community):
    delivery = DeliveryFactory(notice__region=community, notice__user__email="a@example.org", status="failed", tries=8)
    clerk = UserFactory()

    notices.retry(delivery, by=clerk, at=NOON)

    assert outbox.send_due(at=NOON) == 1
    assert StatusChange.objects.about(delivery).values_list("old", "new", "actor").get() == (
        "failed",
        "waiting",
        clerk.pk,
    )
    with pytest.raises(Refused):
        notices.retry(delivery, by=clerk, at=NOON)


def test_a_second_attempt_carries_the_same_message_id(community):
    remind(UserFactory(email="a@example.org"), region=community)
    outbox.send_due(at=NOON)
    Delivery.objects.update(status="claimed", due_at=NOON + outbox.PATIENCE)

    assert outbox.send_due(at=NOON + timedelta(minutes=4)) == 0
    assert outbox.send_due(at=NOON + timedelta(minutes=5)) == 1

    first, second = mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


def test_reading_counts_once_and_only_ones_own(community):
    mine, other = NoticeFactory(), NoticeFactory()

    notices.read(mine, by=mine.user, at=NOON)
    notices.read(mine, by=mine.user, at=NIGHT)
    notices.read(other, by=mine.user, at=NOON)

    assert set(Notice.objects.values_list("pk", "read_at")) == {(mine.pk, NOON), (other.pk, None)}


def test_telling_many_costs_no_query_each(community, django_assert_max_num_queries):
    users = UserFactory.create_batch(40)

    with django_assert_max_num_queries(8):
        remind(*users, region=community)

    assert Notice.objects.count() == 40


def test_the_text_of_a_subject_is_one_line(community):
    remind(UserFactory(email="a@example.org"), region=RegionFactory(), params={"title": "a\nb"})

    outbox.send_due(at=NOON)

    assert "\n" not in mail.outbox[0].subject


def test_the_deployment_page_names_what_goes_out_by_sms():
    text = (settings.BASE_DIR / "docs/deploy.md").read_text()

    assert [kind for kind in sorted(BY_SMS) if f"`{kind}`" not in text] == []

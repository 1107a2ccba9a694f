"""The certificate of volunteer service: what it says stays as it was, and whoever checks it learns whether it holds."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation
from django.utils.timezone import get_current_timezone, localdate, now

from communities.models import Refused, StatusChange
from communities.services import consents, erasure
from tests.factories import (
    ActivityKindFactory,
    AttendanceFactory,
    CertificateFactory,
    FormerHoursFactory,
    SealFactory,
    UserFactory,
    VolunteerFactory,
    picture,
)
from volunteers.models import Certificate, Seal
from volunteers.services import attendances, certificates, seals

pytestmark = pytest.mark.django_db
MAY, JUNE = (date(2026, 5, 1), date(2026, 5, 31)), (date(2026, 6, 1), date(2026, 6, 30))
ADDRESS = "203.0.113.7"


def at(day, hour=9):
    return datetime(2026, *day, hour, tzinfo=get_current_timezone())


@pytest.fixture
def volunteer(community):
    return VolunteerFactory(region=community, name="Amina")


@pytest.fixture
def patrol():
    return ActivityKindFactory(code="patrol", name="巡逻", name_en="patrol", order=1)


def served(volunteer, kind, day, minutes=90, **fields):
    return AttendanceFactory(
        volunteer=volunteer,
        activity__region=volunteer.region,
        activity__kind=kind,
        activity__starts_at=at(day),
        status=fields.pop("status", "confirmed"),
        points=0,
        minutes=minutes,
        **fields,
    )


def issue(volunteer, period=JUNE, **about):
    first, last = period
    return certificates.issue(volunteer, first_on=first, last_on=last, by=volunteer.user, at=at((7, 1)), **about)


def test_it_says_hours_and_services_of_the_period_and_where_they_were_recorded(volunteer, patrol):
    garden = ActivityKindFactory(code="garden", name="花园", name_en="garden", order=2)
    served(volunteer, patrol, (6, 1), 90)
    served(volunteer, patrol, (6, 30), 60)
    served(volunteer, garden, (6, 2), 30)
    served(volunteer, patrol, (5, 31), 45)
    served(volunteer, patrol, (6, 3), 40, status="left")
    FormerHoursFactory(volunteer=volunteer, kind=garden, first_on=JUNE[0], last_on=JUNE[1], minutes=600)

    made = issue(volunteer)

    assert (made.minutes, made.name, made.status) == (90 + 60 + 30 + 600, "Amina", "valid")
    assert made.content["unit"] == {"zh": "某街道某社区", "en": ""}
    assert [(line["kind"], line["times"], line["minutes"]) for line in made.content["services"]] == [
        ("patrol", 2, 150),
        ("garden", 1, 30),
    ]
    assert made.content["former"] == [{"kind": "garden", "zh": "花园", "en": "garden", "times": 1, "minutes": 600}]
    assert made.content_hash == certificates.fingerprint(made)


def test_asked_again_it_is_the_same_and_a_changed_record_makes_a_newer_one(volunteer, patrol):
    served(volunteer, patrol, (6, 1))
    first = issue(volunteer)
    again = issue(volunteer)
    served(volunteer, patrol, (6, 2))
    newer = issue(volunteer)

    first.refresh_from_db()
    assert again == first
    assert (first.status, first.superseded_by) == ("superseded", newer)
    assert (newer.minutes, newer.status) == (180, "valid")
    assert newer.number != first.number


def test_nobody_issues_it_for_another_nor_of_nothing_nor_of_days_to_come(volunteer, patrol, community):
    served(volunteer, patrol, (6, 1))
    tomorrow = localdate() + timedelta(days=1)

    for code, act in [
        ("not_own", lambda: certificates.issue(volunteer, first_on=JUNE[0], last_on=JUNE[1], by=UserFactory())),
        ("no_hours", lambda: issue(volunteer, MAY)),
        ("wrong_period", lambda: issue(volunteer, (JUNE[1], JUNE[0]))),
        (
            "wrong_period",
            lambda: certificates.issue(volunteer, first_on=JUNE[0], last_on=tomorrow, by=volunteer.user),
        ),
    ]:
        with pytest.raises(Refused) as no:
            act()
        assert no.value.code == code
    assert not Certificate.objects.exists()


def test_hours_taken_back_supersede_the_certificates_that_named_them(volunteer, patrol):
    stay = served(volunteer, patrol, (6, 1))
    served(volunteer, patrol, (5, 2))
    june, may = issue(volunteer), issue(volunteer, MAY)

    attendances.reopen(stay, reason="时间记错", by=UserFactory())

    june.refresh_from_db()
    may.refresh_from_db()
    assert (june.status, may.status) == ("superseded", "valid")
    assert StatusChange.objects.about(june).last().reason == "时间记错"


def test_one_check_tells_whether_it_holds_however_the_number_is_typed(volunteer, patrol):
    served(volunteer, patrol, (6, 1))
    made = issue(volunteer)

    found = certificates.find(f" {made.shown_number.lower()} ", address=ADDRESS)
    certificates.revoke(made, reason="冒名", by=UserFactory())

    assert (found, found.status) == (made, "valid")
    assert certificates.find(made.number, address=ADDRESS).status == "revoked"


def test_five_unknown_numbers_from_one_place_and_it_waits(volunteer, patrol):
    made = CertificateFactory()
    moment = now()
    told = []

    for _time in range(6):
        with pytest.raises(Refused) as no:
            certificates.find("AAAA-AAAA-AAAA", address=ADDRESS, at=moment)
        told.append(no.value.code)
    with pytest.raises(Refused) as known:
        certificates.find(made.number, address=ADDRESS, at=moment)

    assert told == ["unknown_number"] * 5 + ["locked"]
    assert known.value.code == "locked"
    assert certificates.find(made.number, address="203.0.113.8", at=moment) == made
    assert certificates.find(made.number, address=ADDRESS, at=moment + timedelta(minutes=16)) == made


@pytest.mark.parametrize(
    "change",
    [
        {"minutes": 9999},
        {"content": {"minutes": 1}},
        {"number": "ZZZZZZZZZZZZ"},
        {"first_on": date(2020, 1, 1)},
        {"content_hash": "1" * 64},
        {"issued_at": now()},
    ],
)
def test_the_database_changes_nothing_that_is_printed(change):
    made = CertificateFactory()

    with pytest.raises(IntegrityError) as no, transaction.atomic():
        Certificate.objects.filter(pk=made.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        made.delete()

    assert Refused.from_database(no.value).code == "certificate_frozen"


@pytest.mark.parametrize("over", ["revoked", "superseded"])
def test_what_holds_no_longer_never_holds_again(over):
    made = CertificateFactory(status=over)

    for change in ({"status": "valid"}, {"seal": SealFactory()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Certificate.objects.filter(pk=made.pk).update(**change)


def test_a_certificate_that_was_tampered_with_is_not_known():
    made = CertificateFactory()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("DROP TRIGGER certificate_frozen_1")
        cursor.execute("UPDATE volunteers_certificate SET content = %s WHERE id = %s", ['{"minutes": 9999}', made.pk])

    with pytest.raises(Refused) as no:
        certificates.find(made.number, address=ADDRESS)

    assert no.value.code == "unknown_number"


def test_the_seal_of_the_nearest_place_is_on_it_and_stays_on_it(volunteer, patrol, street, community):
    served(volunteer, patrol, (6, 1))
    served(volunteer, patrol, (5, 1))
    staff = UserFactory()
    before = issue(volunteer, MAY)
    far = seals.keep(street, unit="某街道", file=picture(), by=staff)
    near = seals.keep(community, unit="某社区居委会", unit_en="Committee", file=picture(), by=staff)
    sealed = issue(volunteer)
    next_one = seals.keep(community, unit="新居委会", file=picture(colour="blue"), by=staff)
    certificates.seal(before, by=staff)

    sealed.refresh_from_db()
    assert (sealed.seal, sealed.content["unit"]) == (near, {"zh": "某社区居委会", "en": "Committee"})
    assert before.seal == next_one
    assert {seal.pk: seal.status for seal in Seal.objects.all()} == {
        far.pk: "in_use",
        near.pk: "retired",
        next_one.pk: "in_use",
    }
    for again in (before, sealed):
        with pytest.raises(Refused) as no:
            certificates.seal(again, by=staff)
        assert no.value.code == "wrong_status"


def test_a_seal_is_a_picture_drawn_anew(community):
    with pytest.raises(Refused) as no:
        seals.keep(community, unit="某社区", file=picture(name="x.gif", form="GIF"), by=UserFactory())
    assert no.value.code == "bad_file"

    seal = seals.keep(community, unit="某社区", file=picture(form="JPEG"), by=UserFactory())

    assert seal.picture.kind == "jpeg"


def with_a_passport(volunteer):
    volunteer.document_type, volunteer.document_number, volunteer.nationality = "passport", "E12345678", "KE"
    volunteer.save()


def test_a_document_stands_on_it_only_where_the_volunteer_keeps_one_and_wants_that(volunteer, patrol):
    served(volunteer, patrol, (6, 1))
    assert issue(volunteer, with_document=True).document == ""
    with_a_passport(volunteer)

    without, with_it = issue(volunteer), issue(volunteer, with_document=True)

    without.refresh_from_db()
    assert (without.document, without.status, with_it.status) == ("", "superseded", "valid")
    with translation.override("en"):
        assert with_it.shown_document == "passport E12345678"
    consent = consents.give(volunteer.user, kind="document", version="1", at=now(), by=volunteer.user)
    consents.withdraw(consent, at=now(), by=volunteer.user)
    with_it.refresh_from_db()
    assert (with_it.document, with_it.shown_document, with_it.status) == ("", "", "valid")


def test_forgetting_the_person_takes_the_name_and_leaves_the_hours(volunteer, patrol):
    served(volunteer, patrol, (6, 1))
    with_a_passport(volunteer)
    made = issue(volunteer, with_document=True)
    assert made.document == "passport E12345678"

    erasure.erase(volunteer.user, at=now(), by=volunteer.user, reason="本人要求")

    found = certificates.find(made.number, address=ADDRESS)
    assert (found.name, found.document, found.minutes, found.status) == ("", "", 90, "valid")

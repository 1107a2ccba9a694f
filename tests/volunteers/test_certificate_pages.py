"""Certificates, stars and former records as people meet them: pages, API and console."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from communities import tables
from communities.grants import Role
from tests.factories import (
    ActivityKindFactory,
    AttendanceFactory,
    CertificateFactory,
    FormerImportFactory,
    RegionFactory,
    SealFactory,
    StarRuleFactory,
    UserFactory,
    VolunteerFactory,
    picture,
)
from volunteers import pdf
from volunteers.former_sheet import COLUMNS
from volunteers.models import Certificate, FormerHours, FormerImport, Seal, StarRule

pytestmark = pytest.mark.django_db
EN = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def volunteer(community):
    volunteer = VolunteerFactory(region=community, name="Amina", number="12345678")
    kind = ActivityKindFactory(name="巡逻", name_en="patrol")
    AttendanceFactory(
        volunteer=volunteer,
        activity__region=community,
        activity__kind=kind,
        status="confirmed",
        points=0,
        minutes=90,
    )
    return volunteer


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_volunteer_makes_one_prints_it_in_both_languages_and_anybody_checks_it(browse, volunteer):
    mine = browse(volunteer.user)
    assert 'value="2026-06-01"' in text(mine.get("/volunteer/certificates/"))

    made = mine.post("/volunteer/certificates/", {"first_on": "2026-06-01", "last_on": "2026-06-30"}, follow=True)
    again = mine.post("/volunteer/certificates/", {"first_on": "2026-06-01", "last_on": "2026-06-30"}, follow=True)
    certificate = Certificate.objects.get()
    shown = text(made)
    check = browse().get(f"/check/{certificate.shown_number}/")

    assert made.redirect_chain == again.redirect_chain == [(certificate.get_absolute_url(), 302)]
    for words in ("志愿服务记录证明", "Certificate of volunteer service", "巡逻", "patrol", "Amina", "12345678"):
        assert words in shown
    assert certificate.shown_number in shown
    assert "<svg" in shown
    assert "此证明有效" in text(check)
    assert "Amina" in text(check)


def test_the_checking_page_says_no_more_than_the_certificate(browse, volunteer, community):
    certificate = CertificateFactory(volunteer=volunteer, document="passport E1234", name="Amina")
    staff = browse(UserFactory())
    address = f"/check/{certificate.number.lower()}/"

    valid = text(browse().get(address, **EN))
    Certificate.objects.get().move("revoked", by=staff.user, reason="冒用他人姓名")
    revoked = text(browse().get(address, **EN))

    assert ("This certificate is valid." in valid, "was revoked" in revoked) == (True, True)
    for secret in ("E1234", "冒用他人姓名", volunteer.user.username, str(volunteer.nationality.name)):
        assert secret not in valid + revoked


def test_a_wrong_number_is_told_what_was_typed_is_kept_and_five_are_enough(browse):
    client = browse()

    first = client.post("/check/", {"number": "aaaa-bbbb-cccc"})
    linked = client.get("/check/AAAABBBBCCCC/")
    for _time in range(3):
        client.post("/check/", {"number": "x"})
    locked = client.post("/check/", {"number": "x"})

    assert (first.status_code, linked.status_code, locked.status_code) == (422, 404, 422)
    assert 'value="aaaa-bbbb-cccc"' in text(first)
    assert "没有这个编号的证明" in text(first)
    assert "一刻钟" in text(locked)


def test_staff_see_the_name_masked_and_a_neighbour_sees_nothing(browse, person, community, neighbour, volunteer):
    certificate = CertificateFactory(volunteer=volunteer, document="passport E1234")
    here, there = (browse(person(Role.COMMUNITY_STAFF, place)) for place in (community, neighbour))

    page = text(here.get(certificate.get_absolute_url()))

    assert ("Amina" in page, "A***" in page, "E1234" in page) == (False, True, False)
    assert there.get(certificate.get_absolute_url()).status_code == 404


def test_the_seal_is_drawn_on_the_sheet(browse, person, community, volunteer):
    staff = browse(person(Role.COMMUNITY_STAFF, community))
    staff.post(
        reverse("admin:volunteers_seal_add"),
        {"region": community.pk, "unit": "某社区居委会", "unit_en": "Residents' Committee", "file": picture()},
    )
    mine = browse(volunteer.user)
    made = mine.post("/volunteer/certificates/", {"first_on": "2026-06-01", "last_on": "2026-06-30"}, follow=True)
    address = reverse("volunteers:certificate-seal", args=[Certificate.objects.get().pk])

    image = mine.get(address)

    assert (Seal.objects.get().unit, image["Content-Type"]) == ("某社区居委会", "image/png")
    assert b"".join(image.streaming_content).startswith(b"\x89PNG")
    assert address in text(made)
    assert "Residents&#x27; Committee" in text(made)
    assert browse(UserFactory()).get(address).status_code == 404


def test_staff_revoke_and_seal_in_the_console(browse, person, community, volunteer):
    certificate = CertificateFactory(volunteer=volunteer)
    SealFactory(region=community)
    staff = browse(person(Role.COMMUNITY_STAFF, community))
    seal, revoke = (
        reverse(f"admin:volunteers_certificate_{move}", args=[certificate.pk]) for move in ("seal", "revoke")
    )

    staff.post(seal, {})
    certificate.refresh_from_db()
    assert certificate.seal is not None
    without = staff.post(revoke, {"reason": ""})
    staff.post(revoke, {"reason": "冒名"})

    certificate.refresh_from_db()
    assert (without.status_code, certificate.status) == (200, "revoked")


def test_pdf_is_offered_only_where_it_can_be_written(browse, volunteer):
    certificate = CertificateFactory(volunteer=volunteer)
    mine = browse(volunteer.user)
    address = reverse("volunteers:certificate-pdf", args=[certificate.pk])

    offered = address in text(mine.get(certificate.get_absolute_url()))
    answer = mine.get(address)

    assert offered is pdf.is_there()
    assert answer.status_code == (200 if pdf.is_there() else 404)
    if pdf.is_there():
        assert answer.content.startswith(b"%PDF")
        assert len(answer.content) > 5_000


def test_the_api_issues_checks_seals_and_revokes(api, person, community, volunteer):
    mine, staff = api(volunteer.user), api(person(Role.STREET_STAFF, community.parent))
    SealFactory(region=community)

    made = mine.post("/api/v1/certificates/", {"first_on": "2026-06-01", "last_on": "2026-06-30"})
    pk, number = made.data["id"], made.data["number"]
    checked = api().post("/api/v1/certificates/check/", {"number": number})
    sealed = staff.post(f"/api/v1/certificates/{pk}/seal/")
    revoked = staff.post(f"/api/v1/certificates/{pk}/revoke/", {"reason": "冒名"})
    after = api().post("/api/v1/certificates/check/", {"number": number})
    unknown = api().post("/api/v1/certificates/check/", {"number": "AAAA"})

    assert (made.status_code, made.data["minutes"], "name" in made.data) == (201, 90, False)
    assert (checked.data["status"], checked.data["name"], checked.data["volunteer"]) == ("valid", "Amina", "12345678")
    assert (sealed.status_code, sealed.data["error"]["code"]) == (409, "wrong_status")  # issued with the seal on it
    assert (revoked.data["status"], after.data["status"]) == ("revoked", "revoked")
    assert (unknown.status_code, unknown.data["error"]["code"]) == (409, "unknown_number")


def test_the_api_waits_after_five_unknown_numbers(api):
    answers = [
        api().post("/api/v1/certificates/check/", {"number": "AAAA"}).data["error"]["code"] for _time in range(6)
    ]

    assert answers == ["unknown_number"] * 5 + ["locked"]


def test_my_stars_and_the_consent_to_be_named(browse, volunteer, community):
    for level, hours in [(1, 1), (2, 300)]:
        StarRuleFactory(level=level, hours=hours, starts_on=date(2020, 1, 1))
    volunteer.stars.create(region=community, level=1, hours=1, awarded_on=date(2026, 6, 2), status="awarded")
    mine, wall = browse(volunteer.user), f"/c/{community.code}/thanks/"

    page = text(mine.get("/volunteer/stars/", **EN))
    before = text(browse().get(wall, **EN))
    mine.post("/volunteer/stars/name/", {"shown": "yes"})
    mine.post("/volunteer/stars/name/", {"shown": "yes"})
    named = text(browse().get(wall, **EN))
    account = text(mine.get("/me/account/"))
    mine.post("/volunteer/stars/name/", {"shown": "no"})
    gone = text(browse().get(wall, **EN))

    assert ("1 star" in page, "The next star comes with 300 hours." in page) == (True, True)
    assert ["Amina" in shown for shown in (before, named, gone)] == [False, True, False]
    assert "在感谢墙上显示姓名" in account
    assert volunteer.user.consents.count() == 1


def test_a_wall_without_stars_says_so(browse, community):
    assert "还没有星级志愿者" in text(browse().get(f"/c/{community.code}/thanks/"))


def test_staff_take_former_records_over_in_the_console_and_undo_them(browse, person, community, volunteer):
    rows = [
        COLUMNS,
        ["12345678", "", "Amina", "2024-03-01", "", "巡逻", "", "3", ""],
        ["", "", "x", "", "", "", "", "", ""],
    ]
    staff = browse(person(Role.COMMUNITY_STAFF, community))
    file = SimpleUploadedFile("台账.csv", tables.as_csv(rows))

    form = text(staff.get(reverse("admin:volunteers_formerimport_add")))
    shown = staff.post(
        reverse("admin:volunteers_formerimport_add"),
        {"region": community.pk, "basis": "纸质台账", "file": file},
        follow=True,
    )
    taken = FormerImport.objects.get()
    confirm, undo = (reverse(f"admin:volunteers_formerimport_{move}", args=[taken.pk]) for move in ("confirm", "undo"))
    errors = staff.get(reverse("admin:volunteers_formerimport_errors", args=[taken.pk, "csv"]))
    assert not FormerHours.objects.exists()
    staff.post(confirm, {})
    mine = text(browse(volunteer.user).get("/volunteer/hours/", **EN))
    staff.post(undo, {"reason": "导错了"})

    assert "template.xlsx" in form
    assert "请填写志愿者编号或手机号" in text(shown)
    assert "错误原因" in errors.content.decode()
    assert ("4 h 30 min" in mine, "Taken over from before" in mine) == (True, True)
    assert FormerHours.objects.get().undone_at is not None


def test_the_api_takes_former_records_over(api, person, community, neighbour, volunteer):
    staff = api(person(Role.COMMUNITY_STAFF, community))
    row = ["12345678", "", "Amina", "2024-03-01", "", "巡逻", "", "3", "40"]

    def sheet():
        return SimpleUploadedFile("台账.csv", tables.as_csv([COLUMNS, row]))

    elsewhere = staff.post(
        "/api/v1/former-imports/", {"region": neighbour.pk, "basis": "台账", "file": sheet()}, format="multipart"
    )
    made = staff.post(
        "/api/v1/former-imports/", {"region": community.pk, "basis": "台账", "file": sheet()}, format="multipart"
    )
    address = f"/api/v1/former-imports/{made.data['id']}/"
    confirmed = staff.post(f"{address}confirm/")
    mine = api(volunteer.user).get("/api/v1/former-hours/")
    undone = staff.post(f"{address}undo/", {"reason": "导错了"}, format="json")

    assert (elsewhere.status_code, made.status_code, made.data["good_count"]) == (404, 201, 1)
    assert (confirmed.data["status"], undone.data["status"]) == ("confirmed", "undone")
    assert [each["minutes"] for each in mine.data["results"]] == [180]


def test_another_community_s_import_is_unknown(browse, person, community):
    taken = FormerImportFactory(region=RegionFactory())
    staff = browse(person(Role.COMMUNITY_STAFF, community))

    answer = staff.get(reverse("admin:volunteers_formerimport_errors", args=[taken.pk, "csv"]))

    assert answer.status_code == 404


def test_the_administrator_adds_a_rule_for_stars(browse, person, city):
    administrator = browse(person(Role.ADMINISTRATOR, city))

    administrator.post(
        reverse("admin:volunteers_starrule_add"), {"level": "1", "hours": "50", "starts_on": "2026-01-01"}
    )

    assert StarRule.objects.get().hours == 50

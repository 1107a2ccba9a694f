"""The catalogue by kind and purse, photos without their place, reserving and choosing a class on the phone."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from PIL import Image

from communities.grants import Role
from communities.models import Refused, Upload
from tests.factories import (
    CourseSessionFactory,
    JournalFactory,
    ReservationFactory,
    RewardFactory,
    RewardKindFactory,
    RewardPhotoFactory,
    StockChangeFactory,
    UserFactory,
    VolunteerFactory,
)
from volunteers.models import CoursePlace, Redemption, Reservation, RewardPhoto
from volunteers.services import reward_photos

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def volunteer(community):
    volunteer = VolunteerFactory(region=community)
    JournalFactory(volunteer=volunteer, points=30)
    return volunteer


def offered(community, **fields):
    return RewardFactory(region=community, partner__region=community, **fields)


def picture(name="理发.jpg", kind="JPEG"):
    out, image = io.BytesIO(), Image.new("RGB", (1200, 600), "#0b6450")
    exif = image.getexif()
    exif[0x010E] = "secret place"
    image.save(out, kind, exif=exif)
    return SimpleUploadedFile(name, out.getvalue())


def test_the_catalogue_by_kind_and_by_what_one_can_afford(browse, community, volunteer):
    hair, tea = RewardKindFactory(code="hair"), RewardKindFactory(code="tea")
    offered(community, title="理发", kind=hair, points=20)
    offered(community, title="烫发", kind=hair, points=200)
    offered(community, title="茶叶", kind=tea, points=20)
    client = browse(volunteer.user)

    pages = {
        query: client.get(f"/rewards/{query}").content.decode()
        for query in ("", "?kind=hair", "?affordable=1", "?kind=hair&affordable=1", "?kind=nothing")
    }

    seen = {query: {title for title in ("理发", "烫发", "茶叶") if title in page} for query, page in pages.items()}
    assert seen == {
        "": {"理发", "烫发", "茶叶"},
        "?kind=hair": {"理发", "烫发"},
        "?affordable=1": {"理发", "茶叶"},
        "?kind=hair&affordable=1": {"理发"},
        "?kind=nothing": set(),
    }
    assert "没有符合条件的兑换项目" in pages["?kind=nothing"]
    assert 'name="affordable"' not in browse().get("/rewards/?affordable=1").content.decode()


def test_the_catalogue_asks_as_often_for_twenty_as_for_one(browse, community, volunteer):
    client, counts = browse(volunteer.user), []
    for more in (1, 19):
        for _number in range(more):
            RewardPhotoFactory(reward=offered(community, stock=3, kind=RewardKindFactory()))
        client.get("/rewards/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/rewards/")
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_a_photo_is_shown_without_what_was_hidden_in_it(browse, person, community, volunteer):
    reward, staff = offered(community), person(Role.COMMUNITY_STAFF, community)
    admin = browse(staff)

    sent = {"photo": picture(), "caption": "店面", "caption_en": "The shop"}
    admin.post(f"/admin/volunteers/reward/{reward.pk}/add-photo/", sent)

    photo = RewardPhoto.objects.get()
    shown = browse(volunteer.user).get(photo.get_absolute_url())
    with Image.open(io.BytesIO(b"".join(shown.streaming_content))) as kept:
        assert (kept.size, dict(kept.getexif())) == ((1000, 500), {})
    small = browse(volunteer.user).get(photo.get_thumb_url())
    with Image.open(io.BytesIO(b"".join(small.streaming_content))) as kept:
        assert kept.size == (160, 80)
    assert 'alt="店面"' in browse(volunteer.user).get(f"/rewards/{reward.pk}/").content.decode()
    admin.post(f"/admin/volunteers/reward/{reward.pk}/remove-photo/", {"photo": photo.pk})
    assert (RewardPhoto.objects.count(), Upload.objects.count()) == (0, 0)


def test_only_pictures_and_six_of_them(community):
    reward, by = offered(community), UserFactory()
    with pytest.raises(Refused) as no:
        reward_photos.add(reward, photo=SimpleUploadedFile("a.pdf", b"%PDF-1.4\nstartxref\n0\n%%EOF\n"), by=by)
    assert no.value.code == "bad_file"
    assert Upload.objects.count() == 0
    for _number in range(6):
        reward_photos.add(reward, photo=picture("店.png", "PNG"), by=by)
    with pytest.raises(Refused) as no:
        reward_photos.add(reward, photo=picture(), by=by)
    assert no.value.code == "too_many_photos"


def test_photos_of_a_draft_are_for_its_staff(browse, person, community, neighbour):
    photo = RewardPhotoFactory(reward=offered(community, status="draft"))

    others = [browse(), browse(person(Role.COMMUNITY_STAFF, neighbour))]
    shown = browse(person(Role.COMMUNITY_STAFF, community)).get(photo.get_absolute_url())

    assert [client.get(photo.get_absolute_url()).status_code for client in others] == [404, 404]
    assert b"".join(shown.streaming_content)


def test_reserved_given_up_and_redeemed_on_the_phone(browse, community, volunteer):
    reward = offered(community, stock=1, hold_hours=24)
    StockChangeFactory(reward=reward, pieces=1)
    client, path = browse(volunteer.user), f"/rewards/{reward.pk}/"

    held = client.post(f"{path}reserve/", follow=True).content.decode()
    twice = client.post(f"{path}reserve/", follow=True).content.decode()
    number = Reservation.objects.get().pk
    mine = client.get("/volunteer/").content.decode()
    client.post(f"/reservations/{number}/give-up/")
    client.post(f"{path}reserve/")
    client.post(path, {"key": "k"})

    assert "已为您预留" in held
    assert "已为您预留" in twice
    assert path in mine
    assert list(Reservation.objects.order_by("pk").values_list("status", flat=True)) == ["cancelled", "redeemed"]
    assert Redemption.objects.get().status == "issued"


def test_nobody_gives_up_what_another_reserved(browse, community, volunteer):
    held = ReservationFactory(reward=offered(community, stock=2, hold_hours=1))

    assert browse(volunteer.user).post(f"/reservations/{held.pk}/give-up/").status_code == 404
    assert browse(held.volunteer.user).post(f"/reservations/{held.pk}/give-up/").status_code == 302


def test_a_place_in_a_class_is_chosen(browse, community, volunteer):
    course = offered(community, lesson_minutes=60, title="书法")
    client, path = browse(volunteer.user), f"/rewards/{course.pk}/"
    empty = client.get(path).content.decode()
    soon = CourseSessionFactory(reward=course, starts_at=now() + timedelta(days=2), seats=3, place="文化礼堂")
    CourseSessionFactory(reward=course, starts_at=now() - timedelta(days=2))

    page = client.get(path).content.decode()
    missing = client.post(path, {"key": "k"}).content.decode()
    made = client.post(path, {"key": "k", "session": soon.pk}, follow=True).content.decode()

    assert "目前还没有安排课次" in empty
    assert page.count('type="radio"') == 1
    assert "文化礼堂" in page
    assert "还有 3 个名额" in page
    assert 'aria-invalid="true"' in missing or "errorlist" in missing
    assert "1 号座" in made
    assert CoursePlace.objects.get().session == soon


def test_the_api_reserves_redeems_a_class_and_takes_an_acceptance_once(api, community, volunteer):
    reward = offered(community, stock=2, hold_hours=5)
    course = offered(community, lesson_minutes=60)
    session = CourseSessionFactory(reward=course)
    client = api(volunteer.user)

    held = client.post(f"/api/v1/rewards/{reward.pk}/reserve/")
    again = client.post(f"/api/v1/rewards/{reward.pk}/reserve/")
    placed = client.post(f"/api/v1/rewards/{course.pk}/redeem/", {"key": "k", "session": session.pk})
    given_up = client.post(f"/api/v1/reservations/{held.data['id']}/give-up/")

    assert (held.status_code, held.data["id"]) == (201, again.data["id"])
    assert placed.status_code == 201
    assert given_up.data["status"] == "cancelled"
    assert [row["seat_number"] for row in client.get("/api/v1/course-places/").data["results"]] == [1]


def test_staff_plan_change_and_call_off_a_class_in_the_console(browse, person, community, volunteer):
    course = offered(community, lesson_minutes=60)
    staff = browse(person(Role.COMMUNITY_STAFF, community))
    day = {"starts_at_0": f"{now() + timedelta(days=3):%Y-%m-%d}", "starts_at_1": "14:00"}

    staff.post("/admin/volunteers/coursesession/add/", {"reward": course.pk, "seats": 2, **day})
    session = course.sessions.get()
    browse(volunteer.user).post(f"/rewards/{course.pk}/", {"key": "k", "session": session.pk})
    staff.post(f"/admin/volunteers/coursesession/{session.pk}/change-seats/", {"seats": 5})
    staff.post(f"/admin/volunteers/coursesession/{session.pk}/call-off/", {"reason": "停电"})

    session.refresh_from_db()
    assert (session.status, session.seats, session.ends_at - session.starts_at) == ("cancelled", 5, timedelta(hours=1))
    assert Redemption.objects.get().status == "cancelled"

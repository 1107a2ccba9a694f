"""Substitutes, experts and the uploaded list, in the console and through the API."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from projects.models import Expert, ListedVoter, Substitution
from tests.factories import PollFactory, ResidentFactory, UserFactory
from tests.voting import staff_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def representative(community):
    return ResidentFactory(region=community, is_representative=True, grid="第一网格")


@pytest.fixture
def deputy(community):
    return ResidentFactory(region=community, phone="+8613700001111")


@pytest.fixture
def poll(community):
    return PollFactory(region=community, expert_weight=30)


def a_sheet(*rows, heading=("姓名", "手机号")):
    book = openpyxl.Workbook()
    for row in [heading, *rows]:
        book.active.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return SimpleUploadedFile("名单.xlsx", file.getvalue())


def move_page(poll, name):
    return f"/admin/projects/poll/{poll.pk}/{name}/"


def test_the_console_names_a_substitute_by_phone(browse, community, poll, representative, deputy):
    staff = browse(staff_of(community))
    page = move_page(poll, "name-substitute")

    wrong = staff.post(page, {"absent": representative.pk, "phone": "13900002222", "reason": "住院"})
    right = staff.post(page, {"absent": representative.pk, "phone": "137 0000 1111", "reason": "住院"})

    assert (wrong.status_code, list(wrong.context["form"].errors)) == (200, ["phone"])
    assert right.status_code == 302
    made = Substitution.objects.get()
    assert (made.absent, made.substitute, made.reason) == (representative, deputy, "住院")


def test_the_console_takes_a_substitution_back(browse, community, poll, representative, deputy):
    made = Substitution.objects.create(poll=poll, absent=representative, substitute=deputy, reason="住院")

    answer = browse(staff_of(community)).post(f"/admin/projects/substitution/{made.pk}/end-substitution/")

    assert answer.url == reverse("admin:projects_substitution_changelist")
    assert not Substitution.objects.exists()


def test_the_console_names_an_expert_who_has_an_account(browse, community, poll):
    expert = UserFactory(phone="+8613800003333")
    staff = browse(staff_of(community))

    unknown = staff.post(move_page(poll, "name-expert"), {"phone": "13900004444", "field": "养老"})
    staff.post(move_page(poll, "name-expert"), {"phone": "13800003333", "field": "养老"})

    assert list(unknown.context["form"].errors) == ["phone"]
    assert Expert.objects.get().user == expert


def test_a_list_is_uploaded_whole_or_not_at_all(browse, community, deputy):
    poll = PollFactory(region=community, electorate="list")
    unnumbered = ResidentFactory(region=community, name="欧阳无号", phone="")
    staff, page = browse(staff_of(community)), move_page(poll, "upload-list")

    bad = staff.post(page, {"file": a_sheet(("张三", "13700001111"), ("李四", "13900005555"), ("王五", ""))})
    assert not ListedVoter.objects.exists()
    staff.post(page, {"file": a_sheet(("张三", "137 0000 1111"), ("欧阳无号", ""))})

    assert "3, 4" in str(bad.context["form"].non_field_errors())
    assert set(poll.listed.values_list("resident", flat=True)) == {deputy.pk, unnumbered.pk}


@pytest.mark.parametrize(
    "file", [a_sheet(heading=("姓名", "电话")), a_sheet(), SimpleUploadedFile("x.xlsx", b"PK no zip")]
)
def test_a_file_that_is_no_list_is_told_why(browse, community, file):
    poll = PollFactory(region=community, electorate="list")

    answer = browse(staff_of(community)).post(move_page(poll, "upload-list"), {"file": file})

    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()


def test_through_the_api(api, community, poll, representative, deputy):
    UserFactory(phone="+8613800003333")
    listed = PollFactory(region=community, electorate="list")
    staff = api(staff_of(community))
    one = {"poll": poll.pk, "absent": representative.pk, "substitute": deputy.pk, "reason": "住院"}

    substituted = staff.post("/api/v1/substitutions/", one)
    again = staff.post("/api/v1/substitutions/", one)
    expert = staff.post("/api/v1/experts/", {"poll": poll.pk, "phone": "13800003333", "field": "养老"})
    uploaded = staff.post(
        "/api/v1/listed-voters/", {"poll": listed.pk, "file": a_sheet(("张三", "13700001111"))}, format="multipart"
    )

    assert [r.status_code for r in (substituted, again, expert, uploaded)] == [201, 409, 201, 201]
    assert again.json()["error"]["code"] in {"one_substitute_each", "one_seat_per_substitute"}
    assert "phone" not in expert.json()
    assert uploaded.json() == {"count": 1}
    assert staff.delete(f"/api/v1/substitutions/{substituted.json()['id']}/").status_code == 204
    assert staff.delete(f"/api/v1/experts/{expert.json()['id']}/").status_code == 204
    assert not Substitution.objects.exists()
    assert not Expert.objects.exists()


@pytest.mark.parametrize("path", ["substitutions", "experts", "listed-voters"])
def test_staff_of_another_community_see_and_change_nothing(
    api, community, neighbour, poll, representative, deputy, path
):
    Substitution.objects.create(poll=poll, absent=representative, substitute=deputy, reason="住院")
    Expert.objects.create(poll=poll, user=UserFactory())
    ListedVoter.objects.create(poll=poll, resident=deputy)
    stranger = api(staff_of(neighbour))

    rows = stranger.get(f"/api/v1/{path}/").json()["results"]
    fields = {
        "poll": poll.pk,
        "absent": representative.pk,
        "substitute": deputy.pk,
        "reason": "x",
        "phone": "13800003333",
    }
    made = stranger.post(f"/api/v1/{path}/", fields, format="multipart" if path == "listed-voters" else "json")

    assert rows == []
    assert made.status_code == 400
    assert (Substitution.objects.count(), Expert.objects.count(), ListedVoter.objects.count()) == (1, 1, 1)

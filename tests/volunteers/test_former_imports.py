"""Hours and points from before: looked at row by row, taken over once, undone again."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import now

from communities import tables
from communities.grants import Role
from communities.models import Refused
from communities.services import sheet_imports
from tests.factories import (
    ActivityKindFactory,
    AttendanceFactory,
    FormerHoursFactory,
    RewardFactory,
    UserFactory,
    VolunteerFactory,
)
from volunteers.former_sheet import COLUMNS
from volunteers.models import Account, FormerHours, FormerImport, OpeningBalance, Volunteer
from volunteers.services import audits, certificates, former_imports, redemptions

FIRST, LAST = "2024-03-01", "2024-12-31"


@pytest.fixture
def patrol(db):
    return ActivityKindFactory(code="patrol", name="巡逻", name_en="patrol")


@pytest.fixture
def volunteer(community):
    return VolunteerFactory(region=community, name="张三", number="10000001", user__phone="+8613800001234")


def row(
    number="10000001", phone="", name="张三", first=FIRST, last=LAST, kind="巡逻", words="夜巡", hours="36.5", points=""
):
    return [number, phone, name, first, last, kind, words, hours, points]


@pytest.fixture
def spent_of_two(community, volunteer, patrol):
    """An import of two people's hours and points, of whom the first has spent a hundred of a hundred and twenty."""
    other = VolunteerFactory(region=community, name="李四", number="10000002")
    taken = upload(community, row(points="120"), row(number="10000002", name="李四", points="30"))
    former_imports.confirm(taken, by=UserFactory())
    reward = RewardFactory(region=community, partner__region=community, points=100)
    redemptions.redeem(reward, volunteer=volunteer, key="k", by=volunteer.user)
    return taken, volunteer, other


def upload(region, *rows, **fields):
    content = tables.as_csv([COLUMNS, *rows])
    return former_imports.preview(
        region, content=content, name="台账.csv", basis="纸质台账", by=UserFactory(), **fields
    )


def balance(volunteer):
    return Account.objects.filter(volunteer=volunteer).values_list("balance", flat=True).first() or 0


def served(volunteer):
    return Volunteer.objects.with_figures().get(pk=volunteer.pk).served


def errors(taken):
    return [bad["error"] for bad in taken.rows["bad"]]


@pytest.mark.django_db
def test_nothing_counts_before_it_is_confirmed_and_then_it_counts_once(community, volunteer, patrol):
    taken = upload(community, row(points="120"), row(first="2023/5/4", last="", hours="2"))
    assert (taken.good_count, taken.known_count, taken.bad_count) == (2, 0, 0)
    assert (served(volunteer), balance(volunteer)) == (0, 0)

    assert former_imports.confirm(taken, by=UserFactory()) == 2
    assert (served(volunteer), balance(volunteer)) == (36 * 60 + 30 + 120, 120)

    again = upload(community, row(points="120"), row(first="2023年5月4日", last="", hours="2.0"))
    assert (again.good_count, again.known_count, again.bad_count) == (0, 2, 0)
    for act in (
        lambda: former_imports.confirm(again, by=UserFactory()),
        lambda: former_imports.confirm(taken, by=UserFactory()),
    ):
        with pytest.raises(Refused):
            act()
    assert (served(volunteer), balance(volunteer)) == (36 * 60 + 30 + 120, 120)
    assert list(audits.find_faults()) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"number": "99999999"}, "没有登记"),
        ({"number": ""}, "志愿者编号或手机号"),
        ({"number": "", "phone": "12"}, ""),
        ({"name": ""}, "姓名"),
        ({"name": "李四"}, "姓名"),
        ({"first": ""}, "开始日期"),
        ({"first": "2024-13-01"}, "开始日期"),
        ({"last": "明天"}, "结束日期"),
        ({"last": "2024-02-01"}, "最后一天"),
        ({"last": "2999-01-01"}, "最后一天"),
        ({"kind": "飞行"}, "服务类别"),
        ({"words": "长" * 81}, "服务内容"),
        ({"hours": "很多"}, "小时"),
        ({"hours": "-3"}, "小时"),
        ({"hours": "0"}, "小时"),
        ({"hours": "1e9"}, "小时"),
        ({"last": "", "hours": "16.5"}, "16"),
        ({"hours": "", "points": ""}, "时长"),
        ({"points": "1.5"}, "期初积分"),
        ({"points": "0"}, "期初积分"),
        ({"points": "1000001"}, "期初积分"),
    ],
)
def test_each_mistake_is_told_at_its_place(community, volunteer, patrol, cells, words):
    taken = upload(community, row(hours="1"), row(**cells))

    assert (taken.good_count, taken.bad_count) == (1, 1)
    assert taken.rows["bad"][0]["line"] == 3
    assert words in errors(taken)[0]
    sheet = former_imports.take_errors(taken, by=UserFactory())
    assert sheet[0] == [*COLUMNS, sheet_imports.ERROR]
    assert sheet[1] == [*map(tables.safe, row(**cells)), errors(taken)[0]]


@pytest.mark.django_db
def test_a_number_whose_noughts_the_spreadsheet_dropped_is_known(community, patrol):
    VolunteerFactory(region=community, name="张三", number="00120034")

    assert upload(community, row(number="120034")).good_count == 1


@pytest.mark.django_db
def test_several_mistakes_of_a_row_are_told_together(community, volunteer, patrol):
    taken = upload(community, row(name="李四", first="x", kind="飞行", points="-1"))

    assert len(errors(taken)[0].split("；")) == 4


@pytest.mark.django_db
def test_doubles_in_the_file_and_points_that_differ_from_before(community, volunteer, patrol):
    doubled = upload(community, row(), row(), row(words="别的", points="5"), row(words="又一", points="5"))
    assert [bad["line"] for bad in doubled.rows["bad"]] == [3, 5]

    former_imports.confirm(doubled, by=UserFactory())
    other = upload(community, row(hours="", points="6"))
    same = upload(community, row(words="新的", points="5"))

    assert (other.good_count, other.bad_count, "5" in errors(other)[0]) == (0, 1, True)
    assert (same.good_count, "points" in same.rows["good"][0]) == (1, False)


@pytest.mark.django_db
def test_somebody_of_another_community_is_unknown_here_and_a_phone_finds_its_owner(
    community, neighbour, volunteer, patrol
):
    VolunteerFactory(region=neighbour, number="20000002", name="王五")

    taken = upload(community, row(number="20000002", name="王五"), row(number="", phone="13800001234"))

    assert (taken.good_count, taken.bad_count) == (1, 1)
    assert taken.rows["good"][0]["volunteer"] == volunteer.pk


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"basis": " "}, "reason_needed"),
        ({"content": "姓名\n".encode()}, "no_rows"),
        ({"content": "别的\n1".encode()}, "columns_missing"),
        ({"content": b"PK\x03\x04 broken"}, "unreadable"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(community, change, code):
    about = {"content": tables.as_csv([COLUMNS, row()]), "name": "x.csv", "basis": "台账", "by": UserFactory()}

    with pytest.raises(Refused) as no:
        former_imports.preview(community, **{**about, **change})

    assert no.value.code == code


@pytest.mark.django_db
def test_an_import_is_undone_as_a_whole_and_may_come_again(community, volunteer, patrol):
    taken = upload(community, row(points="120"))
    former_imports.confirm(taken, by=UserFactory())
    shown = certificates.issue(volunteer, first_on=date(2024, 1, 1), last_on=date(2024, 12, 31), by=volunteer.user)

    former_imports.undo(taken, reason="导错了表", by=UserFactory())

    shown.refresh_from_db()
    assert (served(volunteer), balance(volunteer), shown.status) == (0, 0, "superseded")
    assert (taken.status, list(audits.find_faults())) == ("undone", [])
    again = upload(community, row(points="120"))
    assert again.good_count == 1
    former_imports.confirm(again, by=UserFactory())
    assert (served(volunteer), balance(volunteer)) == (36 * 60 + 30, 120)
    assert OpeningBalance.objects.count() == 2
    call_command("check_ledger")


@pytest.mark.django_db
def test_an_import_is_undone_though_somebody_spent_the_points_which_stay(community, spent_of_two):
    taken, volunteer, other = spent_of_two

    with pytest.raises(Refused) as no:
        former_imports.undo(taken, reason=" ", by=UserFactory())
    former_imports.undo(taken, reason="导错了表", by=UserFactory())

    assert no.value.code == "reason_needed"
    assert (taken.status, taken.last_change().reason) == ("undone", "导错了表 1 人的积分（120）已经用掉，无法收回。")
    assert [(served(each), balance(each)) for each in (volunteer, other)] == [(0, 20), (0, 0)]
    assert list(taken.openings.spent().values_list("volunteer", "points")) == [(volunteer.pk, 120)]
    assert list(audits.find_faults()) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("points", "left", "stand"), [("120", 20, [120]), ("110", 10, [110]), ("150", 50, [150]), ("90", 20, [])]
)
def test_what_was_spent_is_set_off_when_it_is_taken_over_anew(community, spent_of_two, points, left, stand):
    taken, volunteer, _other = spent_of_two
    former_imports.undo(taken, reason="导错了表", by=UserFactory())

    again = upload(community, row(points=points))
    former_imports.confirm(again, by=UserFactory())

    assert (served(volunteer), balance(volunteer)) == (36 * 60 + 30, left)
    assert list(volunteer.openings.standing().values_list("points", flat=True)) == stand
    assert list(volunteer.openings.spent().values_list("points", flat=True)) == ([] if stand else [120])
    assert list(audits.find_faults()) == []


@pytest.mark.django_db
def test_staff_see_whose_points_stay(browse, api, person, community, spent_of_two):
    taken, volunteer, other = spent_of_two
    by = person(Role.COMMUNITY_STAFF, community)
    undone = api(by).post(f"/api/v1/former-imports/{taken.pk}/undo/", {"reason": "导错了表"})

    page = browse(by).get(reverse("admin:volunteers_formerimport_change", args=[taken.pk])).content.decode()

    assert undone.json()["spent"] == [{"volunteer": volunteer.number, "points": 120}]
    assert f"<td>{volunteer}</td><td>120</td>" in page
    assert (other.number in page, volunteer.name in page) == (False, False)


def test_two_imports_of_the_same_sheet_at_once_take_it_over_once(race, community, volunteer, patrol):
    both = [upload(community, row(points="120")) for _time in range(2)]
    staff = UserFactory()

    def confirm(number):
        try:
            return former_imports.confirm(FormerImport.objects.get(pk=both[number].pk), by=staff)
        except (Refused, IntegrityError) as no:
            return (no if isinstance(no, Refused) else Refused.from_database(no)).code

    results = race(2, confirm)

    assert sorted(map(str, results)) in (["1", "former_hours_once"], ["1", "key_reused"])
    assert (served(volunteer), balance(volunteer)) == (36 * 60 + 30, 120)
    assert list(audits.find_faults()) == []


@pytest.mark.django_db
def test_the_contents_are_forgotten_after_a_day(community, volunteer, patrol):
    taken = upload(community, row(), row(name=""), at=now().replace(year=2025))

    assert sheet_imports.expire(FormerImport, at=now(), by=UserFactory()) == 1

    taken.refresh_from_db()
    assert (taken.status, taken.rows) == ("expired", {"good": [], "bad": []})


@pytest.mark.django_db
def test_the_database_changes_nothing_that_was_taken_over():
    hours = FormerHoursFactory()

    for change in ({"minutes": 1}, {"words": "别的"}, {"first_on": date(2020, 1, 1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            FormerHours.objects.filter(pk=hours.pk).update(**change)
    FormerHours.objects.filter(pk=hours.pk).update(undone_at=now())
    for act in (lambda: FormerHours.objects.filter(pk=hours.pk).update(undone_at=None), hours.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
    with pytest.raises(IntegrityError) as no, transaction.atomic():
        FormerHoursFactory(first_on=date(2024, 1, 1), last_on=date(2024, 1, 1), minutes=961)
    assert Refused.from_database(no.value).code == "former_hours_too_long"


@pytest.mark.django_db
def test_rows_that_fill_a_day_beyond_its_hours_are_refused_and_many_hours_a_day_are_pointed_out(
    community, volunteer, patrol
):
    day = {"first": "2024-03-01", "last": ""}
    former_imports.confirm(upload(community, row(**day, hours="9", words="旧的")), by=UserFactory())

    taken = upload(
        community,
        row(**day, hours="7", words="到十六小时"),
        row(**day, hours="1", words="十七小时"),
        row(**day, hours="8", words="二十五小时"),
        row(first="2024-03-01", last="2024-03-02", hours="31.5", words="两天共四十八小时半"),
        row(first="2024-03-02", last="", hours="15", words="别的一天"),
    )

    assert [line["words"] for line in taken.rows["good"]] == ["到十六小时", "十七小时", "别的一天"]
    assert ["warning" in line for line in taken.rows["good"]] == [False, True, False]
    assert "2024-03-01" in taken.rows["good"][1]["warning"]
    assert [(bad["line"], "24" in bad["error"]) for bad in taken.rows["bad"]] == [(4, True), (5, True)]
    assert former_imports.confirm(taken, by=UserFactory()) == 3


@pytest.mark.django_db
def test_what_was_served_here_is_held_against_the_rows(community, volunteer, patrol):
    AttendanceFactory(volunteer=volunteer)  # two hours of the first of June 2026
    about = {"first": "2026-06-01", "last": "", "words": "同一天"}

    taken = upload(community, row(**about, hours="15"))

    assert (taken.good_count, "2026-06-01" in taken.rows["good"][0]["warning"]) == (1, True)

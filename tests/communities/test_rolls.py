"""A roll from a spreadsheet: looked at row by row, saved only when confirmed."""

import csv
import io
import zipfile
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

from communities import tables
from communities.grants import Role
from communities.models import AuditEvent, Refused, Resident, RollImport, StatusChange
from communities.services import residents, rolls, sheet_imports
from communities.tasks import expire_rolls
from tests.factories import ResidentFactory, UserFactory

pytestmark = pytest.mark.django_db

HEAD = "姓名,手机号,住址,网格,户号,居民代表"
GOOD = f"{HEAD}\n王小明,13800001234,1幢301,一,0101,是\n李大,,2幢,,,\n"


@pytest.fixture
def clerk(person, community):
    return person(Role.COMMUNITY_STAFF, community)


@pytest.fixture
def look(community, clerk):
    """Preview this content: the errors by line, and the upload itself."""

    def preview(content):
        content = content if isinstance(content, bytes) else content.encode()
        roll = rolls.preview(community, content=content, name="名册.csv", by=clerk)
        return {row["line"]: row["error"] for row in roll.rows["bad"]}, roll

    return preview


def xlsx(*rows, merge=()):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for area in merge:
        book.active.merge_cells(area)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def names(roll):
    return [row["name"] for row in roll.rows["good"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_nothing_is_saved_until_confirmed_and_then_with_a_record(look, community, clerk, encoding):
    faults, roll = look(GOOD.encode(encoding))
    assert (faults, names(roll), roll.status) == ({}, ["王小明", "李大"], "previewed")
    assert not Resident.objects.exists()

    assert rolls.confirm(roll, by=clerk) == 2

    fields = ["name", "phone", "address", "grid", "household", "is_representative"]
    assert list(Resident.objects.order_by("id").values_list(*fields)) == [
        ("王小明", "+8613800001234", "1幢301", "一", "0101", True),
        ("李大", "", "2幢", "", "", False),
    ]
    for resident in Resident.objects.all():
        assert StatusChange.objects.about(resident).values_list("new", "actor").get() == ("verified", clerk.pk)
    assert Resident.objects.with_phone("+8613800001234").count() == 1


def test_who_signed_in_before_is_recognised_on_confirming(look, clerk, community):
    user = UserFactory(phone="+8613800001234")

    rolls.confirm(look(GOOD)[1], by=clerk)

    assert set(user.role_assignments.values_list("role", "region")) == {
        ("resident", community.pk),
        ("representative", community.pk),
    }
    assert residents.match(user) == []


def test_an_upload_is_confirmed_once(look, clerk):
    roll = look(GOOD)[1]
    rolls.confirm(roll, by=clerk)

    with pytest.raises(Refused):
        rolls.confirm(RollImport.objects.get(), by=clerk)
    with pytest.raises(Refused):
        sheet_imports.cancel(RollImport.objects.get(), by=clerk)

    assert Resident.objects.count() == 2


@pytest.mark.parametrize(
    ("row", "error"),
    [
        (",13800009999,,,,", "缺少姓名。"),
        (f"{'长' * 65},,,,,", "“姓名”超过 64 个字。"),
        ("赵,12345,,,,", ""),
        ("赵,138000012,,,,", ""),
        ("赵,13800009999,,,,也许", "“居民代表”一栏只能填“是”或“否”。"),
        ("赵,138 0000 1234,,,,", "这个手机号已在第 2 行出现。"),
        ("赵,１３８００００１２３４,,,,", "这个手机号已在第 2 行出现。"),
        ("赵,+86 13800001234,,,,", "这个手机号已在第 2 行出现。"),
        ("李大,,2幢,,,", "同一个人已在第 3 行出现。"),
        ("钱,13900001111,,,,", "名册中已有人使用该手机号。"),
        ("孙,,9幢,,,", "此人已在名册上。"),
    ],
)
def test_a_bad_row_is_left_out_with_its_line_and_reason(look, community, row, error):
    ResidentFactory(region=community, phone="+8613900001111")
    ResidentFactory(region=community, name="孙", phone="", address="9幢")

    faults, roll = look(f"{GOOD}\n{row}\n")

    assert list(faults) == [5]
    assert error in faults[5]
    assert (roll.good_count, roll.bad_count) == (2, 1)


def test_who_moved_away_or_lives_elsewhere_does_not_stand_in_the_way(look, community, neighbour):
    ResidentFactory(region=neighbour, phone="+8613800001234")
    ResidentFactory(region=community, phone="+8613800001234", status="left")

    assert look(GOOD)[0] == {}


def test_a_row_may_have_several_faults(look):
    faults, _roll = look(f"{HEAD}\n,1,,,,x\n")

    assert faults[2].count("；") == 2


def test_a_workbook_with_numbers_titles_blank_rows_and_merged_cells_is_read_as_people_see_it(look):
    content = xlsx(
        ["下王宅社区居民名册"],
        ["姓名", "手机号", "住址", "网格"],
        ["王小明", 13800001234, "1幢301", "第一网格"],
        [None, None, None, None],
        ["李大", 13800005678.0, None, "第一网格"],
        ["赵", "１３９００００２２２２", "2幢", 3.0],
        merge=["A1:D1", "C3:C5"],
    )

    faults, roll = look(content)

    assert faults == {}
    assert [(row["name"], row["phone"], row["address"], row["grid"]) for row in roll.rows["good"]] == [
        ("王小明", "+8613800001234", "1幢301", "第一网格"),
        ("李大", "+8613800005678", "1幢301", "第一网格"),
        ("赵", "+8613900002222", "2幢", "3"),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "columns_missing"),
        ("姓名,电话\n王,1\n".encode(), "columns_missing"),
        (HEAD.encode(), "no_rows"),
        (b"\x00\x01", "unreadable"),
        (b"PK\x03\x04broken", "unreadable"),
        (b"x" * (sheet_imports.MOST_BYTES + 1), "too_large"),
    ],
)
def test_what_is_no_roll_is_refused_in_words(look, content, code):
    with pytest.raises(Refused) as no:
        look(content)

    assert no.value.code == code
    assert not RollImport.objects.exists()


def test_ten_thousand_rows_are_taken_and_one_more_is_not(look, clerk, django_assert_max_num_queries):
    rows = [f"居民{n},{13900000000 + n},{n}幢,,," for n in range(sheet_imports.MOST_ROWS)]
    _faults, roll = look("\n".join([HEAD, *rows]))

    with django_assert_max_num_queries(110):
        rolls.confirm(roll, by=clerk)

    assert Resident.objects.count() == sheet_imports.MOST_ROWS
    with pytest.raises(Refused, match="10000"):
        look("\n".join([HEAD, *rows, "多一个,,,,,"]))


def test_a_phone_that_came_onto_the_roll_meanwhile_stops_the_whole(look, community, clerk):
    _faults, roll = look(GOOD)
    residents.add(community, name="钱", phone="13800001234", by=clerk)

    with pytest.raises(IntegrityError), transaction.atomic():
        rolls.confirm(roll, by=clerk)

    assert Resident.objects.count() == 1
    assert RollImport.objects.get().status == "previewed"


def test_personal_data_of_an_upload_is_encrypted_and_forgotten(look, clerk):
    _faults, roll = look(GOOD)
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM communities_rollimport")
        [(stored,)] = cursor.fetchall()
    assert "王" not in stored
    assert "13800001234" not in stored

    assert sheet_imports.expire(RollImport, at=roll.expires_at - timedelta(seconds=1), by=clerk) == 0
    assert sheet_imports.expire(RollImport, at=roll.expires_at, by=clerk) == 1
    assert sheet_imports.expire(RollImport, at=roll.expires_at, by=clerk) == 0

    roll = RollImport.objects.get()
    assert (roll.status, roll.payload) == ("expired", "")
    with pytest.raises(Refused):
        rolls.confirm(roll, by=clerk)


def test_what_was_confirmed_keeps_its_errors_for_the_download_and_then_nothing(look, clerk):
    _faults, roll = look(f"{GOOD},1,,,,\n")
    rolls.confirm(roll, by=clerk)

    assert rolls.take_errors(roll, by=clerk)[1][1] == "1"
    assert roll.rows["good"] == []
    sheet_imports.expire(RollImport, at=roll.expires_at, by=clerk)
    assert RollImport.objects.get().payload == ""
    assert RollImport.objects.get().status == "confirmed"


def test_the_file_of_errors_can_be_mended_and_uploaded_again(look, clerk):
    _faults, roll = look(f"{HEAD}\n赵,12,1幢,一,0101,是\n")
    rows = list(csv.reader(io.StringIO(tables.as_csv(rolls.take_errors(roll, by=clerk)).decode("utf-8-sig"))))

    assert rows[0] == [*HEAD.split(","), "错误原因"]
    assert rows[1][:6] == ["赵", "12", "1幢", "一", "0101", "是"]
    rows[1][1] = "13800001234"
    faults, again = look("\n".join(",".join(row) for row in rows))
    assert (faults, names(again)) == ({}, ["赵"])


def test_taking_the_file_of_errors_is_audited_where_the_roll_is(look, clerk, browse, api, person, street, community):
    _faults, roll = look(f"{HEAD}\n赵,12,1幢,一,0101,是\n")

    browse(clerk).get(f"/admin/communities/rollimport/{roll.pk}/errors.xlsx")
    api(clerk).get(f"/api/v1/roll-imports/{roll.pk}/errors/")
    browse(clerk).get(f"/admin/communities/rollimport/{roll.pk}/errors.doc")
    browse(person(Role.STREET_STAFF, street)).get(f"/admin/communities/rollimport/{roll.pk}/errors.csv")

    events = AuditEvent.objects.filter(kind="exported")
    assert (
        list(events.values_list("actor", "region", "detail"))
        == [(clerk.pk, community.pk, {"what": "roll errors", "roll_import": roll.pk, "rows": 1})] * 2
    )
    seen = api(person(Role.STREET_STAFF, street)).get("/api/v1/audit-events/?kind=exported").json()["results"]
    assert [event["actor"] for event in seen] == [clerk.pk] * 2


@pytest.mark.parametrize("write", [tables.as_csv, tables.as_xlsx])
def test_no_cell_of_a_download_is_run_as_a_formula(write):
    cells = ["=1+1", "+861", "-1", "@SUM(A1)", "\tx", "王"]

    back = tables.read(write([["姓名", *"bcdef"], cells]), columns=["姓名"], most_rows=9)

    assert list(back[0][1].values()) == ["'=1+1", "'+861", "'-1", "'@SUM(A1)", "'\tx", "王"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_is_itself_a_good_roll(look, browse, clerk, kind):
    answer = browse(clerk).get(f"/admin/communities/rollimport/template.{kind}")

    assert look(answer.content)[0] == {}
    assert browse(clerk).get("/admin/communities/rollimport/template.exe").status_code == 404


def test_the_console_uploads_shows_and_confirms(browse, clerk, community):
    client, url = browse(clerk), "/admin/communities/rollimport/"
    assert "template.xlsx" in client.get(f"{url}add/").content.decode()
    assert client.get("/admin/communities/resident/import_roll/").url == f"{url}add/"
    assert "import_roll" in client.get("/admin/communities/resident/").content.decode()

    file = SimpleUploadedFile("名册.csv", f"{GOOD}赵,1,,,,\n".encode())
    answer = client.post(f"{url}add/", {"region": community.pk, "file": file}, follow=True)
    roll = RollImport.objects.get()
    page = answer.content.decode()
    assert answer.redirect_chain[-1][0].endswith(f"/{roll.pk}/change/")
    assert "王**" in page
    assert "王小明" not in page
    assert "<td>4</td>" in page

    assert "错误原因" in client.get(f"{url}{roll.pk}/errors.csv").content.decode()
    client.post(f"{url}{roll.pk}/confirm/")
    assert Resident.objects.count() == 2


def test_the_console_says_at_the_form_what_is_wrong_with_a_file(browse, clerk, community):
    file = SimpleUploadedFile("x.csv", "姓名\n王\n".encode())

    answer = browse(clerk).post("/admin/communities/rollimport/add/", {"region": community.pk, "file": file})

    assert "缺少以下列：手机号" in answer.content.decode()


def test_the_api_uploads_shows_and_confirms_in_ones_own_region(api, person, clerk, community, neighbour):
    def upload(client, region):
        file = SimpleUploadedFile("名册.csv", f"{GOOD}赵,1,,,,\n".encode())
        return client.post("/api/v1/roll-imports/", {"region": region.pk, "file": file}, format="multipart")

    assert upload(api(clerk), neighbour).status_code == 404
    assert upload(api(), community).status_code == 403
    answer = upload(api(clerk), community)
    assert (answer.status_code, answer.data["good_count"], answer.data["bad"][0]["line"]) == (201, 2, 4)
    assert answer.data["good"][0] == {"name": "王**", "phone": "138****1234", "grid": "一"}

    url = f"/api/v1/roll-imports/{answer.data['id']}/"
    stranger = api(person(Role.COMMUNITY_STAFF, neighbour))
    assert stranger.get(url).status_code == 404
    assert stranger.post(f"{url}confirm/").status_code == 404
    assert "错误原因" in api(clerk).get(f"{url}errors/").content.decode()
    assert api(clerk).post(f"{url}confirm/").data["status"] == "confirmed"
    assert api(clerk).post(f"{url}confirm/").status_code == 409
    assert api(clerk).post(f"{url}cancel/").status_code == 409
    assert Resident.objects.count() == 2


def test_an_upload_kept_too_long_is_forgotten_by_the_clock(look):
    _faults, roll = look(GOOD)
    RollImport.objects.update(expires_at=now())

    expire_rolls()
    expire_rolls()

    roll.refresh_from_db()
    assert roll.status == "expired"


def _with_sheet(xml):
    """A small .xlsx whose one sheet is this."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(tables.as_xlsx([["姓名", "手机号"], ["张三", ""]]))) as old,
        zipfile.ZipFile(made, "w") as new,
    ):
        for part in old.namelist():
            new.writestr(part, xml if part == "xl/worksheets/sheet1.xml" else old.read(part))
    return made.getvalue()


@pytest.mark.parametrize(
    "body",
    [
        '<sheetData><row r="1"><c r="A1"/></row></sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
        '<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
    ],
)
def test_a_small_file_that_speaks_of_billions_of_cells_is_refused(body):
    head = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'

    with pytest.raises(Refused) as no:
        tables.read(_with_sheet(f"{head}{body}</worksheet>"), columns=["姓名"], most_rows=10)

    assert no.value.code == "too_large"

"""Thresholds, conditions of grades and spreadsheets of a scheme, in the console and the API."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import override

from communities import tables
from communities.grants import Role
from communities.models import Refused
from evaluations import scheme_sheet
from evaluations.models import Gate, Scheme
from evaluations.scoring import Mark, score_project
from evaluations.services import inputs, presets, schemes
from tests.evaluations.season import official_of, small_scheme
from tests.factories import GateFactory, IndicatorFactory, RegionFactory

pytestmark = pytest.mark.django_db
ADD = "/admin/evaluations/scheme/add/"


@pytest.fixture
def scheme(street, official):
    return small_scheme(street, official)


# thresholds


@pytest.mark.parametrize(
    ("thresholds", "full", "points"),
    [
        ("100", 100, [90, 80, 70, 60, 0]),
        ("1000", 1000, [900, 800, 700, 600, 0]),
        ("1000-close", 1000, [950, 900, 850, 800, 0]),
    ],
)
def test_each_usual_set_of_thresholds_makes_a_scheme_that_adds_up(street, official, thresholds, full, points):
    scheme = presets.begin(street, by=official, thresholds=thresholds)

    assert schemes.problems(scheme) == []
    assert (scheme.full_points, [threshold for _grade, threshold in scheme.thresholds()]) == (full, points)
    assert sum(leaf.weight for leaf in inputs.scheme_of(scheme).indicators) == full


def test_the_same_marks_give_ten_times_the_points(scheme, official):
    scheme.gates.create(grade="5A", indicator=scheme.indicators.get(code="A2"), at_least=Decimal("38.5"))
    schemes.edit(scheme, bonus_cap=Decimal("2.5"), by=official)
    marks = [Mark("p", "m", "street", code, Decimal("9.5")) for code in ("A1", "A2")]
    before = score_project(inputs.scheme_of(scheme), "p", marks)

    presets.set_thresholds(scheme, thresholds="1000", by=official)

    after = score_project(inputs.scheme_of(scheme), "p", marks)
    assert (before.total, after.total, before.grade, after.grade) == (95, 950, "4A", "4A")
    assert (scheme.bonus_cap, scheme.gates.get().at_least) == (25, 385)


def test_points_that_would_lose_a_digit_stay_as_they_are(street, official):
    scheme = presets.begin(street, by=official, thresholds="1000")
    scheme.indicators.filter(code="A1").update(weight="100.05")

    with pytest.raises(Refused, match=r"10\.005"):
        presets.set_thresholds(scheme, thresholds="100", by=official)

    scheme.refresh_from_db()
    assert (scheme.full_points, scheme.indicators.get(code="A").weight % 10) == (1000, 0)


def test_thresholds_are_chosen_in_the_api_while_it_is_a_draft(api, official, scheme):
    address = f"/api/v1/schemes/{scheme.pk}/thresholds/"
    response = api(official).post(address, {"thresholds": "1000-close"})

    assert (response.status_code, response.data["at_2a"]) == (200, "800.00")
    assert api(official).post(address, {"thresholds": "10"}).status_code == 400

    scheme.refresh_from_db()
    schemes.freeze(scheme, by=official)

    assert api(official).post(address, {"thresholds": "100"}).data["error"]["code"] == "scheme_is_frozen"


def test_the_api_begins_with_any_of_them(api, official, street):
    response = api(official).post("/api/v1/schemes/preset/", {"region": street.pk, "thresholds": "1000"})

    assert (response.status_code, response.data["full_points"]) == (201, "1000.00")


# conditions of grades


def test_a_condition_closes_its_grade_and_all_better_ones(scheme):
    GateFactory(scheme=scheme, indicator=scheme.indicators.get(code="A2"), grade="4A", at_least=36)
    marks = [Mark("p", "m", "street", "A1", Decimal(10)), Mark("p", "m", "street", "A2", Decimal("8.9"))]

    result = score_project(inputs.scheme_of(scheme), "p", marks)

    assert (result.total, result.grade, result.gated) == (Decimal("95.60"), "3A", ("5A", "4A"))


def test_the_database_keeps_conditions_within_their_scheme_and_frozen_with_it(scheme, official):
    mine, other = scheme.indicators.get(code="A1"), IndicatorFactory()
    heading = scheme.indicators.create(code="H", name="标题", weight=0)
    gate = GateFactory(scheme=scheme, indicator=mine)

    refused(lambda: Gate.objects.create(scheme=scheme, indicator=other, grade="4A", at_least=1), "gate_fits")
    refused(lambda: Gate.objects.create(scheme=scheme, indicator=heading, grade="4A", at_least=1), "gate_fits")
    refused(lambda: Gate.objects.create(scheme=scheme, indicator=mine, grade="5A", at_least=0), "gate_asks_for_points")
    refused(lambda: Gate.objects.create(scheme=scheme, indicator=mine, grade="1A", at_least=1), "gate_asks_for_points")
    refused(lambda: Gate.objects.create(scheme=scheme, indicator=mine, grade="4A", at_least=1), "each_gate_once")
    heading.delete()
    schemes.freeze(scheme, by=official)
    refused(gate.delete, "scheme_is_frozen")
    refused(lambda: Gate.objects.update(at_least=1), "scheme_is_frozen")
    refused(lambda: Gate.objects.create(scheme=scheme, indicator=mine, grade="5A", at_least=1), "scheme_is_frozen")
    assert [(each.grade, each.at_least) for each in Gate.objects.all()] == [("4A", 6)]


def refused(write, code):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        write()
    assert Refused.from_database(error.value).code == code


def test_a_condition_nobody_can_meet_is_said_at_its_indicator(scheme):
    GateFactory(scheme=scheme, indicator=scheme.indicators.get(code="A2"), at_least=41)

    (problem,) = schemes.problems(scheme)

    assert (problem.indicator.code, "41" in problem.message) == ("A2", True)


def test_a_new_version_has_the_same_conditions_about_its_own_indicators(scheme, official):
    GateFactory(scheme=scheme, indicator=scheme.indicators.get(code="A2"))
    schemes.freeze(scheme, by=official)

    later = schemes.revise(scheme, by=official)

    assert inputs.scheme_of(later) == inputs.scheme_of(scheme)
    assert later.gates.get().indicator.scheme == later


def test_conditions_are_written_in_the_api(api, official, scheme):
    leaf, other = scheme.indicators.get(code="A2"), IndicatorFactory()
    fields = {"scheme": scheme.pk, "grade": "4A", "indicator": leaf.pk, "at_least": "30"}
    made = api(official).post("/api/v1/gates/", fields)
    assert (made.status_code, made.data["at_least"]) == (201, "30.00")

    changed = api(official).patch(f"/api/v1/gates/{made.data['id']}/", {"at_least": "31"})
    foreign = api(official).post("/api/v1/gates/", fields | {"grade": "5A", "indicator": other.pk})
    twice = api(official).post("/api/v1/gates/", fields)
    schemes.freeze(scheme, by=official)
    late = api(official).delete(f"/api/v1/gates/{made.data['id']}/")

    assert [each.status_code for each in (changed, foreign, twice, late)] == [200, 400, 400, 409]
    assert scheme.gates.get().at_least == 31


# a spreadsheet, and how a scheme begins


def test_a_spreadsheet_goes_out_and_comes_in_by_the_api(api, official, scheme):
    client = api(official)
    files = {kind: client.get(f"/api/v1/schemes/{scheme.pk}/spreadsheet/?kind={kind}") for kind in ("xlsx", "csv")}
    assert "scheme-" in files["csv"].headers["Content-Disposition"]
    assert client.get(f"/api/v1/schemes/{scheme.pk}/spreadsheet/?kind=pdf").status_code == 404

    for version, (kind, file) in enumerate(files.items(), start=2):
        upload = SimpleUploadedFile(f"s.{kind}", file.content)
        address = "/api/v1/schemes/from-spreadsheet/"
        made = client.post(address, {"region": scheme.region_id, "file": upload}, format="multipart")
        assert (made.status_code, made.data["version"], made.data["status"]) == (201, version, "draft")


def test_a_bad_spreadsheet_is_refused_by_the_api_with_its_places(api, official, scheme):
    with override("en"):
        rows = scheme_sheet.write(scheme)
    rows[22][4] = "sixty"
    upload = SimpleUploadedFile("s.csv", tables.as_csv(rows))
    address = "/api/v1/schemes/from-spreadsheet/"

    response = api(official).post(address, {"region": scheme.region_id, "file": upload}, format="multipart")

    assert (response.status_code, response.data["error"]["code"]) == (409, "bad_sheet")
    assert "23" in response.data["error"]["message"]
    assert Scheme.objects.count() == 1


def test_only_the_street_takes_a_spreadsheet_in(api, person, street, community, scheme):
    content = tables.as_csv(scheme_sheet.write(scheme))
    others = [person(Role.COMMUNITY_STAFF, community), person(Role.STREET_STAFF, RegionFactory(level="street"))]

    for user in others:
        fields = {"region": street.pk, "file": SimpleUploadedFile("s.csv", content)}
        sent = api(user).post("/api/v1/schemes/from-spreadsheet/", fields, format="multipart")
        assert sent.status_code == 404
        assert api(user).get(f"/api/v1/schemes/{scheme.pk}/spreadsheet/").status_code == 404


@pytest.mark.parametrize(
    ("asked", "name", "indicators"),
    [
        ({"name": "控制台方案"}, "控制台方案", 0),
        ({"thresholds": "1000-close"}, "小巷队伍项目效应考评方案", 17),
        ({"thresholds": "100", "name": "本街道方案"}, "本街道方案", 17),
    ],
)
def test_a_scheme_begins_in_the_console(browse, official, street, asked, name, indicators):
    response = browse(official).post(ADD, {"region": street.pk, **asked})

    made = Scheme.objects.get()
    assert (response.status_code, response.url) == (302, f"/admin/evaluations/scheme/{made.pk}/change/")
    assert (made.name, made.status, min(made.indicators.count(), 17)) == (name, "draft", indicators)


def test_a_scheme_begins_with_a_spreadsheet_in_the_console(browse, official, scheme):
    client, page = browse(official), f"/admin/evaluations/scheme/{scheme.pk}/"
    content = client.get(f"{page}scheme.xlsx").content
    assert f"{page}scheme.csv" in client.get(f"{page}change/").content.decode()

    client.post(ADD, {"region": scheme.region_id, "file": SimpleUploadedFile("s.xlsx", content)})

    assert list(Scheme.objects.order_by("id").values_list("name", "version")) == [("小方案", 1), ("小方案", 2)]


def test_a_bad_spreadsheet_is_explained_at_the_form(browse, official, street):
    upload = SimpleUploadedFile("s.csv", "满分,100".encode())

    page = browse(official).post(ADD, {"region": street.pk, "file": upload})

    assert page.status_code == 200
    assert "方案名称" in page.content.decode()
    assert browse(official).post(ADD, {"region": street.pk}).status_code == 200
    assert Scheme.objects.count() == 0


def test_conditions_and_thresholds_are_written_in_the_console(browse, official, scheme):
    page = f"/admin/evaluations/scheme/{scheme.pk}"

    asked = browse(official).get(f"{page}/change/").content.decode()
    browse(official).post(f"{page}/set-thresholds/", {"thresholds": "1000"}, follow=True)

    assert 'name="gates-TOTAL_FORMS"' in asked
    scheme.refresh_from_db()
    assert scheme.full_points == 1000


def test_strangers_do_not_take_a_scheme_along(browse, scheme):
    stranger = RegionFactory(level="street")
    assert browse(official_of(stranger)).get(f"/admin/evaluations/scheme/{scheme.pk}/scheme.csv").status_code == 404

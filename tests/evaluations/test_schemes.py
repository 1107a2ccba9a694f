from decimal import Decimal

import pytest

from communities.grants import Role
from communities.models import Refused
from evaluations.models import Indicator, Scheme
from evaluations.scoring import Kind
from evaluations.services import inputs, schemes
from tests.evaluations.season import official_of, small_scheme
from tests.factories import RegionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def preset(street, official):
    return schemes.from_preset(street, by=official)


def test_the_seeded_scheme_adds_up_to_100_and_can_be_scored(preset):
    core = inputs.scheme_of(preset)

    assert schemes.problems(preset) == []
    assert sum(leaf.weight for leaf in core.indicators if leaf.kind is Kind.SCORE) == 100
    assert core.grades == (("5A", 90), ("4A", 80), ("3A", 70), ("2A", 60), ("1A", 0))
    assert all(each.name_en for each in preset.indicators.all())


def test_the_tree_is_read_in_order_with_its_depth(preset):
    rows = [(each.code, each.depth) for each in schemes.in_order(preset)]

    assert rows[:8] == [
        ("A", 0), ("A1", 1), ("A2", 1), ("A3", 1), ("B", 0), ("B1", 1), ("B1.1", 2), ("B1.2", 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "change", "place"),
    [
        ("B1.1", {"weight": 9}, "B1"),
        ("B1", {"weight": 17}, "B1"),
        ("A1", {"full": None}, "A1"),
        ("A", {"full": 5}, "A"),
    ],
)
def test_what_does_not_add_up_is_said_at_its_place(preset, code, change, place):
    preset.indicators.filter(code=code).update(**change)

    places = [problem.indicator.code for problem in schemes.problems(preset) if problem.indicator]

    assert place in places


def test_other_faults_are_found_too(preset):
    preset.groups.filter(code="street").update(weight=31)
    preset.indicators.filter(code="A").update(weight=24)
    preset.indicators.get(code="D1").groups.clear()
    circle = preset.indicators.get(code="B1")
    preset.indicators.filter(code="B").update(parent=circle)

    found = schemes.problems(preset)

    assert len(found) >= 4
    assert {problem.indicator and problem.indicator.code for problem in found} >= {None, "A", "D1"}


def test_bonus_and_veto_stand_beside_the_sum(preset):
    groups = preset.groups.all()
    for code, kind, weight in [("E", "bonus", 5), ("F", "veto", 0)]:
        preset.indicators.create(code=code, name=code, kind=kind, weight=weight, full=1).groups.set(groups)

    assert schemes.problems(preset) == []


def test_a_new_version_copies_everything_and_leaves_the_old_one(preset, official):
    schemes.freeze(preset, by=official)
    later = schemes.revise(preset, by=official)

    assert (later.version, later.previous, later.status) == (2, preset, "draft")
    assert inputs.scheme_of(later) == inputs.scheme_of(preset)
    later.indicators.filter(code="A1").update(weight=Decimal(9))
    assert preset.indicators.get(code="A1").weight == 10
    parent = later.indicators.get(code="B1.1").parent
    assert (parent.code, parent.scheme) == ("B1", later)
    assert schemes.revise(preset, by=official).version == 3


def test_a_scheme_that_does_not_add_up_is_not_frozen(street, official):
    scheme = schemes.create(street, name="空", by=official)

    with pytest.raises(Refused):
        schemes.freeze(scheme, by=official)


def test_the_api_writes_drafts_and_refuses_frozen_ones(api, official, street):
    client = api(official)
    made = client.post("/api/v1/schemes/", {"region": street.pk, "name": "新方案", "at_5a": "95"})
    group = client.post("/api/v1/evaluator-groups/", {"scheme": made.data["id"], "code": "street", "weight": "100"})
    leaf = {"scheme": made.data["id"], "code": "A", "name": "全部", "weight": "100", "full": "10"}
    leaf = client.post("/api/v1/indicators/", leaf | {"groups": [group.data["id"]]})
    assert [each.status_code for each in (made, group, leaf)] == [201] * 3
    assert client.get(f"/api/v1/schemes/{made.data['id']}/problems/").data == []

    schemes.freeze(Scheme.objects.get(pk=made.data["id"]), by=official)
    changes = [
        client.patch(f"/api/v1/indicators/{leaf.data['id']}/", {"weight": "1"}),
        client.delete(f"/api/v1/indicators/{leaf.data['id']}/"),
        client.patch(f"/api/v1/schemes/{made.data['id']}/", {"at_5a": "91"}),
    ]

    assert [each.status_code for each in changes] == [409] * 3
    assert {each.data["error"]["code"] for each in changes} == {"scheme_is_frozen"}
    assert Indicator.objects.get().weight == 100


@pytest.mark.parametrize("fields", [{"at_5a": "79"}, {"at_2a": "0"}, {"at_5a": "101"}, {"places": 9}])
def test_thresholds_that_cannot_be_are_refused_with_a_message(api, official, street, fields):
    response = api(official).post("/api/v1/schemes/", {"region": street.pk, "name": "错"} | fields)

    assert response.status_code == 400
    assert Scheme.objects.count() == 0


def test_only_the_street_writes_schemes(api, person, street, community, preset):
    others = [
        person(Role.OBSERVER, street),
        person(Role.COMMUNITY_STAFF, community),
        person(Role.COMMITTEE_MEMBER, street),
    ]
    for user in [*others, official_of(RegionFactory(level="street"))]:
        assert api(user).patch(f"/api/v1/schemes/{preset.pk}/", {"name": "x"}).status_code == 404
        assert api(user).post("/api/v1/schemes/", {"region": street.pk, "name": "x"}).status_code == 404
        leaf = preset.indicators.first()
        assert api(user).delete(f"/api/v1/indicators/{leaf.pk}/").status_code == 404


# the console


def test_the_console_shows_the_tree_and_what_does_not_add_up(browse, official, street):
    scheme = small_scheme(street, official)
    url = f"/admin/evaluations/scheme/{scheme.pk}/change/"
    assert "100" not in _alerts(browse(official).get(url))

    scheme.indicators.filter(code="A1").update(weight=50)

    assert "90" in _alerts(browse(official).get(url))


def _alerts(response):
    page = response.content.decode()
    return page.partition("<ul role='alert'>")[2].partition("</ul>")[0]


def test_a_frozen_scheme_is_read_only_in_the_console(browse, official, preset):
    schemes.freeze(preset, by=official)
    client, url = browse(official), f"/admin/evaluations/scheme/{preset.pk}/change/"

    assert client.get(url).status_code == 200
    assert client.post(url, {"name": "x"}).status_code == 403

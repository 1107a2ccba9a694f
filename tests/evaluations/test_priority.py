"""Where a call says so, teams in the brand library come first: shown beside what they ask for, never deciding."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import localdate

from communities.grants import Role
from projects.models import Project
from teams.models import Admission, RecruitmentCall
from teams.services import admissions
from tests.factories import (
    AdmissionFactory,
    BrandListingFactory,
    ProjectFactory,
    RatingFactory,
    RecruitmentCallFactory,
    RoadshowEntryFactory,
    RoadshowFactory,
    TeamContactFactory,
)

pytestmark = pytest.mark.django_db


def call_in(community, priority_from):
    return RecruitmentCallFactory(region=community, status="published", priority_from=priority_from)


def listed(grade, **fields):
    return BrandListingFactory(rating=RatingFactory(status="final", grade=grade, total=85), **fields)


def applied(call, *, user=None, **fields):
    extra = {"applicant": user} if user else {}
    return AdmissionFactory(region=call.region, call=call, status="submitted", **extra, **fields)


def shown(rows):
    return {row.pk: (row.brand_grade, row.comes_first) for row in rows.with_priority()}


def test_an_applicant_who_speaks_for_a_listed_team_comes_first_where_the_call_says_so(community):
    speaker = TeamContactFactory(team=listed("4A").project.team).user
    expected = {}
    for least, first in [(None, False), (3, True), (4, True), (5, False)]:
        call = call_in(community, least)
        expected[applied(call, user=speaker).pk] = ("4A", first)
        expected[applied(call).pk] = (None, False)

    assert shown(Admission.objects.filter(call__isnull=False)) == expected


def test_the_same_registered_body_is_known_by_its_code(community):
    code = "91330702MA2ABCDE0X"
    team = listed("5A").project.team
    Admission.objects.filter(pk=team.admission_id).update(standing="individual")
    body = AdmissionFactory(status="draft", registration_code=code)
    type(team).objects.filter(pk=team.pk).update(admission=body)
    other, same = applied(call_in(community, 3)), applied(call_in(community, 3), registration_code=code)

    found = shown(Admission.objects.filter(pk__in=[other.pk, same.pk]))

    assert found == {other.pk: (None, False), same.pk: ("5A", True)}


def test_what_has_left_the_library_gives_no_priority(community):
    gone = listed("5A", status="withdrawn")
    yesterday = localdate() - timedelta(days=1)
    over = listed("5A", listed_on=yesterday - timedelta(days=30), until=yesterday)
    call = call_in(community, 3)
    rows = [applied(call, user=TeamContactFactory(team=each.project.team).user) for each in (gone, over)]

    assert shown(Admission.objects.filter(call__isnull=False)) == {row.pk: (None, False) for row in rows}


def test_the_best_of_several_counts_and_projects_under_the_call_are_marked_too(community):
    team = listed("3A").project.team
    more = ProjectFactory(team=team, region=team.region, status="running")
    BrandListingFactory(rating=RatingFactory(project=more, status="final", grade="5A", total=95))
    mine = ProjectFactory(team=team, region=community, call=call_in(community, 5), status="submitted")
    other = ProjectFactory(region=community, call=call_in(community, 5), status="submitted")

    assert shown(Project.objects.filter(pk__in=[mine.pk, other.pk])) == {mine.pk: ("5A", True), other.pk: (None, False)}


def test_staff_see_it_in_the_list_and_sort_by_it(community, browse, person):
    call = call_in(community, 4)
    first = applied(call, user=TeamContactFactory(team=listed("4A").project.team).user)
    later = applied(call)
    client = browse(person(Role.COMMUNITY_STAFF, community))
    url = reverse("admin:teams_admission_changelist")
    columns = client.get(url).context["cl"].list_display
    place = columns.index("priority")

    page = client.get(url, {"o": f"-{place}"})

    assert [row.pk for row in page.context["cl"].result_list] == [first.pk, later.pk]
    assert "4A，按招募令优先" in page.content.decode()
    assert "4A，按招募令优先" in client.get(reverse("admin:teams_admission_change", args=[first.pk])).content.decode()


def test_the_review_desk_and_the_api_say_it(community, api, person):
    call = call_in(community, 4)
    first = applied(call, user=TeamContactFactory(team=listed("4A").project.team).user)
    later = applied(call)
    client = api(person(Role.COMMUNITY_STAFF, community))

    kinds = {row["key"]: row["kind"] for row in client.get("/api/v1/review/").data["results"]}
    assert kinds[f"admissions-{first.pk}"].endswith("4A，按招募令优先")
    assert "4A" not in kinds[f"admissions-{later.pk}"]
    facts = client.get(f"/api/v1/review/admissions-{first.pk}/").data["facts"]
    assert {"label": "品牌库等级", "text": "4A，按招募令优先"} in facts
    found = client.get("/api/v1/admissions/", {"comes_first": "true"}).data["results"]
    assert [(row["id"], row["brand_grade"], row["comes_first"]) for row in found] == [(first.pk, "4A", True)]


def test_it_decides_nothing(community, person, street):
    call = call_in(community, 3)
    applied(call, user=TeamContactFactory(team=listed("5A").project.team).user)
    plain = applied(call)
    by = person(Role.COMMUNITY_STAFF, community)

    admissions.recommend(plain, recommendation="材料齐全", by=by)
    admissions.admit(plain, by=person(Role.STREET_STAFF, street))

    assert Admission.objects.get(pk=plain.pk).status == "admitted"


def test_the_call_says_it_to_everybody(community, browse, api):
    page = browse().get(call_in(community, 4).get_absolute_url()).content.decode()
    silent = browse().get(call_in(community, None).get_absolute_url()).content.decode()

    assert "品牌库中有4A及以上项目的队伍" in page
    assert "优先" not in silent
    assert {row["priority_from"] for row in api().get("/api/v1/calls/").data["results"]} == {4, None}


def test_the_database_knows_three_grades_and_fixes_what_was_published(community):
    with pytest.raises(IntegrityError, match="priority_is_unknown"), transaction.atomic():
        RecruitmentCallFactory(priority_from=2)
    call = call_in(community, 4)
    with pytest.raises(IntegrityError, match="call_is_fixed"), transaction.atomic():
        RecruitmentCall.objects.filter(pk=call.pk).update(priority_from=None)


@pytest.fixture
def roadshow(community):
    """A programme of a team that comes first, one that is listed without a call, and one that is in no library."""
    team = listed("4A").project.team
    first = ProjectFactory(team=team, region=community, call=call_in(community, 4), status="shortlisted")
    without = ProjectFactory(team=team, region=community, status="shortlisted")
    plain = ProjectFactory(region=community, call=call_in(community, 4), status="shortlisted")
    made = RoadshowFactory(region=community, status="announced")
    for order, project in enumerate((first, without, plain), start=1):
        RoadshowEntryFactory(roadshow=made, project=project, order=order)
    return made


def test_a_roadshow_says_it_of_each_project_and_never_without_a_call(roadshow, browse, api, person, community):
    staff = browse(person(Role.COMMUNITY_STAFF, community))
    console = staff.get(reverse("admin:projects_roadshow_change", args=[roadshow.pk])).content.decode()
    page = browse().get(roadshow.get_absolute_url()).content.decode()
    entries = api().get(f"/api/v1/roadshows/{roadshow.pk}/").data["entries"]

    assert [(row["brand_grade"], row["comes_first"]) for row in entries] == [
        ("4A", True),
        ("4A", False),
        (None, False),
    ]
    assert [shown.count("按招募令优先") for shown in (console, page)] == [1, 1]
    assert page.count("品牌库：4A") == 2


def test_beside_the_budget_of_a_project_it_stands_on_the_page_in_the_console_and_in_the_api(
    roadshow, browse, api, person, community
):
    first, without, plain = (entry.project for entry in roadshow.entries.order_by("order"))
    client = browse(person(Role.COMMUNITY_STAFF, community))
    pages = [browse().get(each.get_absolute_url()).content.decode() for each in (first, without, plain)]
    columns = client.get(reverse("admin:projects_project_changelist")).context["cl"].list_display
    rows = {row["id"]: row for row in api().get("/api/v1/projects/").data["results"]}

    assert ["队伍在品牌库中：4A，按招募令优先" in page for page in pages] == [True, False, False]
    assert ["队伍在品牌库中" in page for page in pages] == [True, True, False]
    assert columns.index("priority") > columns.index("budget_total") > 0
    assert [(rows[each.pk]["comes_first"], "total" in rows[each.pk]) for each in (first, without, plain)] == [
        (True, True),
        (False, True),
        (False, True),
    ]
